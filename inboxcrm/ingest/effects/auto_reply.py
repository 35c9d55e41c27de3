"""A machine answered for its owner: one of ours is away, or a customer is (IN-12); nothing else happens (L1)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.absence import note_absence
from inboxcrm.crm.store import contact_by_address
from inboxcrm.ingest.effects.noise import act_on_noise
from inboxcrm.ingest.effects.proof import is_proven
from inboxcrm.ingest.records import Message
from inboxcrm.mail.incoming import Incoming

MORNING = time(8)
LONGEST = timedelta(days=366)


def act_on_auto_reply(work: Work, message: Message, incoming: Incoming) -> None:
    """Keep it as noise; an absence that it tells of is noted, a user's only if it is proven to be his."""
    act_on_noise(work, message, incoming)
    told = next((one for one in message.intents if one["name"] == "out of office"), None)
    if told is None:
        return
    until = _until(work, message, told)
    user = work.settings.user_by_address(message.sender)
    if user is not None and is_proven(message) and until > work.now:
        deputy = work.settings.user_by_address(str(told.get("substitute") or ""))
        note_absence(
            work,
            user,
            start_at=message.received_at,
            until_at=until,
            deputy=deputy.key if deputy and deputy.key != user.key else None,
            occasion=f"auto-reply:{user.key}:{until:%Y-%m-%d}",
        )
    elif user is None:
        _note_contact_away(work, message, told, until)


def _until(work: Work, message: Message, told: dict[str, Any]) -> datetime:
    """Give when the writer is back: the morning of the day that he names, else a day later; never over a year."""
    try:
        day = date.fromisoformat(str(told.get("value") or ""))
    except ValueError:
        return message.received_at + timedelta(days=1)
    morning = datetime.combine(day, MORNING, work.settings.company.zone).astimezone(UTC)
    return min(morning, message.received_at + LONGEST)


def _note_contact_away(work: Work, message: Message, told: dict[str, Any], until: datetime) -> None:
    contact = contact_by_address(work.session, message.sender)
    if contact is None or (contact.away_until or message.received_at) > until:
        return
    contact.away_until = until
    contact.substitute = str(told.get("substitute") or "")[:320] or None
    work.emit(
        events.CONTACT_AWAY,
        ("contact", contact.id),
        box_id=message.box_id,
        until=until.isoformat(),
        substitute=contact.substitute,
    )
