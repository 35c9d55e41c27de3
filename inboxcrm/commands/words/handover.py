"""`handover anna: reason` gives a matter to another rep, `handover all carl to anna: reason` all of carl's (OP-15)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.teams import led_by
from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene, box_of
from inboxcrm.commands.word import MANAGERS
from inboxcrm.crm.access import may_assign
from inboxcrm.crm.handover import hand_over
from inboxcrm.crm.handovers.store import boxes_owned_by
from inboxcrm.crm.lead import OWNING_ROLES
from inboxcrm.reports.handover import tell_of_handover

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings, User
    from inboxcrm.crm.records import Box

_WORDS = re.compile(
    r"(?P<all>all\s{1,5})?(?:(?P<old>[a-z0-9_.-]{1,40})\s{1,5}to\s{1,5}|to\s{1,5})?(?P<new>[a-z0-9_.-]{1,40})"
    r"\s{0,5}[:,]\s{0,5}(?P<reason>\S.{0,400})",
    re.IGNORECASE,
)
EXAMPLE = "handover anna: she knows the customer"
MOST_BOXES = 200


class HandoverUnclear(Refused):
    """A handover that does not say to whom and why."""

    def __init__(self, all_of: bool) -> None:
        example = "handover all carl to anna: carl leaves" if all_of else EXAMPLE
        super().__init__(f"say to whom and why; write such as: {example}")


def give_away(work: Work, scene: Scene) -> str:
    """Give a box, or all of a rep's, to another rep with the whole history."""
    said = _WORDS.fullmatch(" ".join(scene.line.rest.split()))
    if said is None or (said["old"] and not said["all"]):
        raise HandoverUnclear(scene.line.rest.lower().startswith("all"))
    to = _rep(work, said["new"])
    if said["all"]:
        return _give_all(work, scene, _whose(work, scene, said["old"]), to, said["reason"])
    box = box_of(work, scene)
    may = _who_may(work, scene, box.owner, is_lead=box.kind == "lead")
    if not may:
        whose = f"is {box.owner}'s; only {box.owner} or" if box.owner else "is nobody's; only"
        raise Refused(f"{box.name} {whose} a manager hands it over")
    _check_receiver(box.name, box.owner, to, may)
    has_draft = _give(work, scene, box, to, said["reason"], "")
    introduction = (
        "an introduction to the customer is being laid into their Drafts"
        if has_draft
        else "no introduction could be drafted, as their mailbox is not watched or the customer has no address"
    )
    return f"{box.name} is {to.name}'s, who gets the whole history by mail; {introduction}"


def _rep(work: Work, key: str) -> User:
    user = work.settings.user_by_key(key.lower())
    sellers = [one.key for one in work.settings.user if one.role in OWNING_ROLES]
    if user is None or user.key not in sellers:
        said = f"{key} has no deals" if user else f"nobody has the key {key!r}"
        raise Refused(f"{said}; they can go to {', '.join(sellers)}")
    return user


def _whose(work: Work, scene: Scene, key: str | None) -> str:
    """Give whose boxes are meant: the writer's own unless a manager names another."""
    if key is None or key.lower() == scene.user.key:
        return scene.user.key
    if scene.user.role not in MANAGERS:
        raise Refused(
            f"only a manager gives away what is {key}'s; you can say: handover all anna: reason, of yours"
        )
    if not _leads(work.settings, scene.user, key.lower()):
        raise Refused(
            f"{key} is in no team that you lead; only a sales director or {key}'s own lead gives it away"
        )
    if work.settings.user_by_key(key.lower()) is None and not boxes_owned_by(work.session, key.lower()):
        raise Refused(f"nobody has the key {key!r}")
    return key.lower()


def _leads(settings: Settings, user: User, key: str) -> bool:
    """Tell whether a manager stands above somebody; with teams, a team lead only above his own (MG-6)."""
    return user.role == "sales_director" or not settings.team or key in led_by(settings, user)


def _who_may(work: Work, scene: Scene, owner: str | None, *, is_lead: bool) -> list[str]:
    """Give the keys of those to whom a writer may give what somebody owns (MG-6)."""
    sellers = [one for one in work.settings.user if one.role in OWNING_ROLES]
    return [one.key for one in sellers if may_assign(work.settings, scene.user, owner, one, is_lead=is_lead)]


def _check_receiver(name: str, owner: str | None, to: User, may: list[str]) -> None:
    if to.key not in (owner, *may):  # who has it already is told so
        others = ", ".join(key for key in may if key != owner)
        raise Refused(f"you may not give {name} to {to.name}; it can go to {others}")


def _give_all(work: Work, scene: Scene, old: str, to: User, reason: str) -> str:
    boxes = boxes_owned_by(work.session, old)[:MOST_BOXES]
    if not boxes or old == to.key:
        raise Refused(f"{old} has no open lead or deal that could go to {to.key}")
    # That he stands above whose they are is known; he may have left, and be in no team any more.
    _check_receiver(f"what is {old}'s", old, to, _who_may(work, scene, scene.user.key, is_lead=False))
    drafts = sum(_give(work, scene, box, to, reason, f":{box.id}") for box in boxes)
    names = ", ".join(box.name for box in boxes[:5]) + (" and more" if len(boxes) > 5 else "")
    matters = "matter is" if len(boxes) == 1 else "matters are"
    introductions = "1 introduction" if drafts == 1 else f"{drafts or 'no'} introductions"
    drafted = f"{introductions} to customers can be found in their Drafts"
    return f"{len(boxes)} {matters} {to.name}'s: {names}; each comes with its whole history; {drafted}"


def _give(work: Work, scene: Scene, box: Box, to: User, reason: str, which: str) -> bool:
    return tell_of_handover(work, hand_over(work, box, to, reason, f"{scene.occasion}{which}"))
