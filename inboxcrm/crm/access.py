"""Who may see and do what: one function for each question, for commands, digests, notices, search and lists (MG-6).

The literal `SEES` is the table of docs/config.md ("Who sees what"). It holds as soon as there is a `[[team]]`, or
where `[roles] strict` says so; until then everybody sees everything, as in a small firm. Who stands in for somebody
who is away sees what he sees. Here are plain facts only; `sales/access.py` asks the database for them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inboxcrm.base.teams import Teams, has_roles, led_by, teammates_of

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings, User

MANAGERS = ("sales_director", "team_lead")

# What each role sees besides what it owns or has a task on.
SEES: dict[str, frozenset[str]] = {
    "sales_director": frozenset({"everything"}),
    "team_lead": frozenset({"what the team owns", "what nobody owns"}),
    "account_manager": frozenset({"leads that nobody owns"}),
    "sdr": frozenset({"leads of the team", "leads that nobody owns"}),
    "marketing": frozenset({"leads"}),
    "finance": frozenset({"what has documents"}),
    "operations": frozenset({"what is ordered"}),
}
# What each role may do with what it sees but neither owns nor has a task on. "take": make it one's own.
DOES: dict[str, frozenset[str]] = {
    "sales_director": frozenset({"work", "take", "describe", "documents", "steps"}),
    "team_lead": frozenset({"work", "take", "describe", "documents", "steps"}),
    "account_manager": frozenset({"work", "take", "describe"}),
    "sdr": frozenset({"work", "take", "describe"}),
    "marketing": frozenset({"describe"}),
    "finance": frozenset({"documents"}),
    "operations": frozenset({"steps"}),
}
OWNERS = ("sales_director", "team_lead", "account_manager", "sdr")


@dataclass(frozen=True, slots=True)
class Matter:
    """What access to a box depends on: its kind and owner, who has open tasks on it, and what it has led to."""

    kind: str  # lead, opportunity, or another kind of box
    owner: str | None
    tasked: frozenset[str] = frozenset()
    has_documents: bool = False
    is_ordered: bool = False


def may_see_box(settings: Settings, user: User, matter: Matter, for_whom: Collection[str] = ()) -> bool:
    """Tell whether a user may see a box; `for_whom` are the keys of those for whom he stands in (MG-6)."""
    if not has_roles(settings):
        return True
    people = (user, *(one for key in for_whom if (one := settings.user_by_key(key))))
    return any(_sees(settings, one, matter) for one in people)


def may_act_on(
    settings: Settings, user: User, matter: Matter, act: str = "work", for_whom: Collection[str] = ()
) -> bool:
    """Tell whether a user may do something with a box: work, take, describe, documents, steps or task (MG-6).

    Who owns it may all that his role can; who has a task on it may finish it and put it off ("task").
    """
    if not has_roles(settings):
        return True
    people = (user, *(one for key in for_whom if (one := settings.user_by_key(key))))
    return any(_acts(settings, one, matter, act) for one in people)


def may_see_forecast(settings: Settings, user: User, owner: str) -> bool:
    """Tell whether a user may see what somebody's deals are worth: a director all, a lead the team's, a rep his own."""
    owners = forecast_owners(settings, user)
    return owners is None or owner in owners


def forecast_owners(settings: Settings, user: User, teams: Teams | None = None) -> frozenset[str] | None:
    """Give whose deals a user may see summed up; None: everybody's. With `teams` many users are asked for."""
    if not has_roles(settings) or user.role == "sales_director":
        return None
    if user.role != "team_lead":
        return frozenset({user.key})
    return teams.led_by(user) if teams else led_by(settings, user)


def lead_owners(settings: Settings, user: User) -> frozenset[str | None] | None:
    """Give whose leads a user may see listed and counted, None among them for what nobody owns; None: all."""
    if not has_roles(settings) or user.role in ("sales_director", "marketing"):
        return None
    owners = {
        "team_lead": led_by(settings, user),
        "sdr": teammates_of(settings, user),
        "account_manager": frozenset({user.key}),
    }
    return frozenset({*owners[user.role], None}) if user.role in owners else frozenset()


def may_assign(settings: Settings, user: User, owner: str | None, to: User, *, is_lead: bool) -> bool:
    """Tell whether a user may give what somebody owns to another: managers within their team, reps their own.

    A rep also takes a lead that nobody owns for himself. Holds without any team, too: there a team lead leads all.
    """
    if user.role == "sales_director":
        return True
    if user.role == "team_lead":
        led = led_by(settings, user)
        return (owner is None or owner in led) and to.key in led
    if owner is None:
        return is_lead and user.role in OWNERS and to.key == user.key
    return owner == user.key


def may_approve(user: User, made_by: Collection[str], *, roles: Collection[str] = MANAGERS) -> bool:
    """Tell whether a user may approve something: never what he made, discounted or asked for himself (MG-6)."""
    return user.role in roles and user.key not in made_by


def _sees(settings: Settings, user: User, matter: Matter) -> bool:
    if user.key == matter.owner or user.key in matter.tasked:
        return True
    sees, is_lead = SEES[user.role], matter.kind == "lead"
    return (
        "everything" in sees
        or ("leads" in sees and is_lead)
        or ("what the team owns" in sees and matter.owner in led_by(settings, user))
        or ("what nobody owns" in sees and matter.owner is None)
        or ("leads of the team" in sees and is_lead and matter.owner in teammates_of(settings, user))
        or ("leads that nobody owns" in sees and is_lead and matter.owner is None)
        or ("what has documents" in sees and matter.has_documents)
        or ("what is ordered" in sees and matter.is_ordered)
    )


def _acts(settings: Settings, user: User, matter: Matter, act: str) -> bool:
    if user.key == matter.owner and user.role in OWNERS:
        return True
    if act == "task":
        return user.key in matter.tasked or _acts(settings, user, matter, "work")
    return act in DOES[user.role] and _sees(settings, user, matter)
