"""An invitation, its update, cancellation or answer: a meeting on the box, and never a reply (IN-14, I20)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from inboxcrm.base.settings import User
from inboxcrm.base.work import Work
from inboxcrm.crm.absence import forget_absence, note_absence
from inboxcrm.crm.meeting import Invitation, answer_meeting, days_covered, in_utc, plan_meeting
from inboxcrm.ingest.effects.noise import act_on_noise
from inboxcrm.ingest.effects.proof import is_proven
from inboxcrm.ingest.records import Message
from inboxcrm.mail.incoming import CalendarEvent, Incoming

PLANNING = frozenset(("", "REQUEST", "PUBLISH", "CANCEL"))
MOST_EVENTS = 50
_AWAY = re.compile(
    r"\b(?:out of (?:the )?office|ooo|vacation|holidays?|annual leave|urlaub|abwesend|vakantie|verlof|afwezig"
    r"|ferie|fravær|semester|congés?|absent|vacaciones|ferias|urlop)\b",
    re.IGNORECASE,
)


def act_on_calendar(work: Work, message: Message, incoming: Incoming) -> None:
    """Carry each entry over to its meeting; its organizer alone changes it, an attendee answers for himself alone."""
    act_on_noise(work, message, incoming)
    user = work.settings.user_by_address(message.sender)
    for entry in incoming.calendar[:MOST_EVENTS]:
        if not entry.uid:
            continue
        organizer = _plain(entry.organizer) or message.sender
        if entry.method == "REPLY":
            _take_answers(work, message, entry, organizer)
        elif entry.method in PLANNING and organizer == message.sender:
            if user is not None and not message.outside and _AWAY.search(entry.summary):
                _note_away(work, message, user, entry)
            else:
                plan_meeting(work, _invitation(message, entry, organizer), message.box_id)


def _plain(address: str) -> str:
    return address.lower().removeprefix("mailto:").strip()


def _invitation(message: Message, entry: CalendarEvent, organizer: str) -> Invitation:
    return Invitation(
        uid=entry.uid[:500],
        recurrence=entry.recurrence.isoformat() if entry.recurrence else "",
        organizer=organizer,
        sequence=entry.sequence,
        written_at=entry.last_modified_at or message.sent_at or message.received_at,
        is_cancelled=entry.method == "CANCEL" or entry.status == "CANCELLED",
        starts_at=in_utc(entry.starts),
        ends_at=in_utc(entry.ends),
        is_all_day=isinstance(entry.starts, date) and not isinstance(entry.starts, datetime),
        summary=entry.summary[:300],
        location=entry.location[:300],
        attendees=[(_plain(one.address), one.partstat) for one in entry.attendees],
    )


def _take_answers(work: Work, message: Message, entry: CalendarEvent, organizer: str) -> None:
    recurrence = entry.recurrence.isoformat() if entry.recurrence else ""
    for one in entry.attendees:
        if _plain(one.address) == message.sender:
            answer_meeting(work, entry.uid[:500], recurrence, organizer, message.sender, one.partstat)


def _note_away(work: Work, message: Message, user: User, entry: CalendarEvent) -> None:
    """Take a user's own entry of a holiday, proven to be his, as his absence."""
    occasion = f"calendar:{user.key}:{entry.uid}"[:200]
    if not is_proven(message) or entry.starts is None:
        return
    if entry.method == "CANCEL" or entry.status == "CANCELLED":
        forget_absence(work, user, occasion)
        return
    if isinstance(entry.starts, datetime) and isinstance(entry.ends, datetime):
        start_at, until_at = entry.starts, entry.ends
    else:
        first, after = days_covered(_day(entry.starts), _day(entry.ends) if entry.ends else None)
        zone = work.settings.company.zone
        start_at = datetime.combine(first, time(0), zone).astimezone(UTC)
        until_at = datetime.combine(after, time(8), zone).astimezone(UTC)
    if until_at > max(start_at, work.now):
        note_absence(work, user, start_at=start_at, until_at=until_at, deputy=None, occasion=occasion)


def _day(value: datetime | date) -> date:
    return value.date() if isinstance(value, datetime) else value
