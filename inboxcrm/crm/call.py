"""Calls: told of by a telephone system, by its list of calls, or by one of us (IN-14); each is logged once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from inboxcrm.base.store import draw_id
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.box import touch_box
from inboxcrm.crm.lead import answer_lead
from inboxcrm.crm.records import PhoneCall
from inboxcrm.crm.store import call_by_occasion, calls_with

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Contact

Direction = Literal["in", "out"]
LONGEST_TEXT = 5_000
NOTED_WITHIN = timedelta(hours=1)  # after its end
CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Call:
    """A call: `phone` is the outsider's number (E.164, "" if unknown), `user` the key of whoever of us spoke.

    `has_talked`: the two have spoken, so that nobody waits for an answer; None if nobody knows.
    """

    direction: Direction
    started_at: datetime
    phone: str = ""
    seconds: int | None = None
    text: str = ""
    user: str | None = None
    has_talked: bool | None = None


def log_call(
    work: Work, call: Call, *, occasion: str, box: Box | None, contact: Contact | None, message_id: int
) -> bool:
    """Log a call on a box, or on its contact alone; False if it was logged before.

    What one of us notes of a call and what the telephone system tells of it is one call.
    """
    if call_by_occasion(work.session, occasion) is not None:
        return False
    known = _told_already(work, call, contact) if contact else None
    if known is not None:
        _complete(work, known, call, occasion, box)
        return False
    row = PhoneCall(
        id=draw_id(work.session, PhoneCall.__table__),
        occasion=occasion,
        box_id=box.id if box else None,
        contact_id=contact.id if contact else None,
        message_id=message_id,
        direction=call.direction,
        phone=call.phone[:20],
        started_at=call.started_at,
        seconds=call.seconds,
        text=call.text[:LONGEST_TEXT],
        user=call.user,
    )
    work.session.add(row)
    work.session.flush()
    if box is not None:
        _touch(work, box, call)
    work.emit(
        events.CALL_LOGGED,
        ("call", row.id),
        box_id=row.box_id,
        direction=call.direction,
        phone=row.phone,
        seconds=call.seconds,
        text=row.text,
        message=message_id,
    )
    return True


def _told_already(work: Work, call: Call, contact: Contact) -> PhoneCall | None:
    """Give the one call of which the telephone system tells what one of us has noted, or the other way round."""
    length = timedelta(seconds=call.seconds or 0)
    if call.user is None:
        start, end = call.started_at - CLOCKS_DIFFER, call.started_at + length + NOTED_WITHIN
    else:
        start, end = call.started_at - NOTED_WITHIN, call.started_at + CLOCKS_DIFFER
    near = calls_with(work.session, contact.id, call.direction, start, end)
    others = [one for one in near if (one.user is None) != (call.user is None)]
    return others[0] if len(others) == 1 else None


def _complete(work: Work, row: PhoneCall, call: Call, occasion: str, box: Box | None) -> None:
    """Add to a call what the other has told: the system knows when and how long, the note what was said."""
    if call.user is None:
        row.started_at, row.occasion = call.started_at, occasion
        row.seconds = row.seconds if call.seconds is None else call.seconds
    else:
        row.user = call.user
    row.phone, row.text = row.phone or call.phone[:20], row.text or call.text[:LONGEST_TEXT]
    row.box_id = row.box_id or (box.id if box else None)
    if box is not None:
        _touch(work, box, call)
    work.emit(
        events.CALL_COMPLETED,
        ("call", row.id),
        box_id=row.box_id,
        by=call.user,
        text=call.text[:LONGEST_TEXT],
    )


def _touch(work: Work, box: Box, call: Call) -> None:
    """Move the clocks of a box: whoever has spoken with us waits for no answer; a call that we missed does."""
    if call.direction == "in":
        touch_box(box, call.started_at, "inbound")
    if call.has_talked:
        touch_box(box, call.started_at, "outbound")
        if call.user:
            answer_lead(work, box, call.user, call.started_at)
    elif call.direction == "out":
        touch_box(box, call.started_at, "attempt")
