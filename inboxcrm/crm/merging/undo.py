"""Takes a merge apart again: all that it moved goes back, and what came after it stays (LD-4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from inboxcrm.base.changes import Changes, take_back
from inboxcrm.base.database import Session
from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.linking.store import lock_organization
from inboxcrm.crm.merging.merge import forget_records
from inboxcrm.crm.merging.records import Merge
from inboxcrm.crm.merging.store import later_merge, merge_by_id, parts_of_merge
from inboxcrm.crm.organization_box import link_deals_of
from inboxcrm.crm.records import Box, Contact, Organization

_EVENTS = {
    "box": events.BOX_UNMERGED,
    "contact": events.CONTACT_UNMERGED,
    "organization": events.ORGANIZATION_UNMERGED,
}
_TABLES: dict[str, Any] = {
    "box": Box,
    "contact": Contact,
    "organization": Organization,
}


class MergeUnknown(Refused):
    """There is no such merge."""

    def __init__(self, merge_id: int) -> None:
        super().__init__(f"there is no merge {merge_id}; `inboxcrm show` of the box names its merges")


class MergedAgain(Refused):
    """One of the two was merged again later: that merge goes first."""

    def __init__(self, merge: Merge, later: Merge) -> None:
        super().__init__(
            f"merge {later.id} came after merge {merge.id} and goes first: say `unmerge {later.part_of or later.id}`,"
            f" then `unmerge {merge.id}`"
        )


@dataclass(frozen=True, slots=True)
class Undone:
    """A merge that was taken apart; `left` counts the changes that stay, as something was changed there since."""

    merge: Merge
    survivor: Box | Contact | Organization
    loser: Box | Contact | Organization
    left: int


def undo_merge(work: Work, merge_id: int) -> Undone:
    """Restore what was before a merge, with all that was merged by the way. Raises Refused with what goes first."""
    merge = merge_by_id(work.session, merge_id)
    if merge is None:
        raise MergeUnknown(merge_id)
    if merge.undone_at is not None:
        raise Refused(f"merge {merge.id} was undone already, by {merge.undone_by}")
    if merge.part_of is not None:
        raise Refused(f"it was merged together with others: say `unmerge {merge.part_of}`")
    left, ones = 0, [*parts_of_merge(work.session, merge.id), merge]
    for one in ones:
        if later := later_merge(work.session, one):
            raise MergedAgain(one, later)
        left += take_back(work.session, one.changes)
        one.undone_at, one.undone_by = work.now, work.actor
        work.session.flush()
    work.session.expire_all()  # whatever was loaded may be of before
    forget_records(work)
    survivor, loser = records_of_merge(work.session, merge)
    if left:
        _link_what_stays(work, [one for one in ones if one.kind == "organization"])
    box_id = survivor.id if merge.kind == "box" else None
    work.emit(
        _EVENTS[merge.kind],
        (merge.kind, loser.id),
        box_id=box_id,
        old=survivor.id,
        new=loser.id,
        name=loser.name,
        merge=merge.id,
    )
    return Undone(merge, survivor, loser, left)


def _link_what_stays(work: Work, merges: list[Merge]) -> None:
    """See to the organization boxes of companies that are two again, where something came since."""
    for number in sorted({number for one in merges for number in (one.survivor_id, one.loser_id)}):
        link_deals_of(work, lock_organization(work.session, number), Changes(work.session))


def records_of_merge(session: Session, merge: Merge) -> tuple[Any, Any]:
    """Give the survivor and the loser of a merge, each by itself."""
    table = _TABLES[merge.kind]
    return session.get_one(table, merge.survivor_id), session.get_one(table, merge.loser_id)
