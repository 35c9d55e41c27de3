"""What every action gets and gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.settings import User
from inboxcrm.base.settings_groups import people_of_group
from inboxcrm.base.work import Event, Work
from inboxcrm.crm.absence import stand_in
from inboxcrm.crm.lead import OWNING_ROLES
from inboxcrm.crm.store import box_by_id, opportunity_by_id, opportunity_of_box
from inboxcrm.ingest.telling import owner_of
from inboxcrm.rules.ground import Ground, Wrong
from inboxcrm.rules.rule import ActionShape, Rule
from inboxcrm.sales.access import may_see_box

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Opportunity

MANAGING_ROLES = ("sales_director", "team_lead")
GROUPS = ("owner", "managers", "reps", "colleagues", "finance")
REPS = ("account_manager", "sdr")


@dataclass(frozen=True, slots=True)
class Occasion:
    """One firing on its way: the rule, what it is about, its facts in words, and the key that makes it unique."""

    rule: Rule
    subject_kind: str
    subject_id: int
    facts: Mapping[str, object]
    key: str
    event: Event | None
    version: str
    values: Mapping[str, object] = field(default_factory=dict)  # the facts as plain values
    run_id: int | None = None  # of the sequence whose step it is

    @property
    def stamp(self) -> tuple[str, str]:
        """Give rule and version, as tasks keep them."""
        return self.rule.id, self.version


@dataclass(frozen=True, slots=True)
class Verb:
    """An action: its keys, and what carries it out and says in words what it did.

    `check` finds what is wrong with its keys when the rule is read, as far as it can be known then.
    """

    shape: ActionShape
    run: Callable[[Work, Occasion, Mapping[str, object]], str]
    check: Callable[[Ground, Mapping[str, object]], Iterable[Wrong]] | None = None


def box_of(work: Work, occasion: Occasion) -> Box:
    """Give the box that an occasion is about."""
    box_id = occasion.facts.get("box_id")
    if not isinstance(box_id, int):
        raise Refused(f"rule {occasion.rule.id} is about no box")
    return box_by_id(work.session, box_id)


def deal_of(work: Work, occasion: Occasion) -> Opportunity:
    """Give the deal that an occasion is about, or that lies on its box."""
    if occasion.subject_kind == "opportunity":
        return opportunity_by_id(work.session, occasion.subject_id)
    box = box_of(work, occasion)
    deal = opportunity_of_box(work.session, box.id)
    if deal is None:
        raise Refused(f"{box.name} is no deal")
    return deal


def people(work: Work, occasion: Occasion, to: str) -> list[User]:
    """Give the users that a word names: owner (or who stands in for him), managers and so on, a [[group]], a key."""
    users = work.settings.user
    if to == "owner":
        owner = work.settings.user_by_key(str(occasion.facts.get("owner") or ""))
        if owner is None and occasion.facts.get("box_id"):
            owner = work.settings.user_by_key(box_of(work, occasion).owner or "")
        found = [stand_in(work.session, work.settings, owner, work.now)] if owner else []
    elif to == "managers":
        found = [user for user in users if user.role in MANAGING_ROLES]
    elif to == "colleagues":  # who sells or leads, but for the owner, who knows
        found = [one for one in users if one.role in OWNING_ROLES and one.key != occasion.facts.get("owner")]
        if not found:
            return []
    elif to == "reps":
        found = [user for user in users if user.role in REPS]
        if not found:
            return []
    elif to == "finance":
        found = [user for user in users if user.role == "finance"]
    else:
        found = [user for user in users if user.key == to] or people_of_group(work.settings, to)
    if not found:
        raise Refused(f"rule {occasion.rule.id}: there is nobody to be {to!r}")
    return found if to == "owner" else _who_see(work, occasion, found)


def _who_see(work: Work, occasion: Occasion, users: list[User]) -> list[User]:
    """Give those who may see the box (MG-6); if none of them may, whoever has it is told instead."""
    if not occasion.facts.get("box_id"):
        return users
    box = box_of(work, occasion)
    seeing = [user for user in users if may_see_box(work.session, work.settings, user, box, work.now)]
    return seeing or [owner_of(work, box)]
