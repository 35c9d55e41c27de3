"""Calls: told of by a telephone system, by its list of calls, or by one of us (IN-14); each is logged once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.box import touch_box
from inboxcrm.crm.lead import answer_lead
from inboxcrm.crm.records import PhoneCall
from inboxcrm.crm.store import call_by_occasion

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Contact

Direction = Literal["in", "out"]
LONGEST_TEXT = 5_000


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
    """Log a call on a box, or on its contact alone; False if that occasion was logged before."""
    if call_by_occasion(work.session, occasion) is not None:
        return False
    row = PhoneCall(
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


def _touch(work: Work, box: Box, call: Call) -> None:
    """Move the clocks of a box: whoever has spoken with us waits for no answer; a call that we missed does."""
    if call.direction == "in":
        touch_box(box, call.started_at, "inbound")
    if call.has_talked:
        touch_box(box, call.started_at, "outbound")
        if call.user:
            answer_lead(work, box, call.user)
    elif call.direction == "out":
        touch_box(box, call.started_at, "attempt")
