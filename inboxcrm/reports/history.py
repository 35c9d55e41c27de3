"""The whole history of a box as files: its mails as an mbox, its story as a summary to be printed (OP-15)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from inboxcrm.base.database import Session
from inboxcrm.base.settings import Settings
from inboxcrm.base.spelled import spell_moment
from inboxcrm.base.store import blob_content, events_of_box
from inboxcrm.crm.store import box_by_id, calls_of_box
from inboxcrm.ingest.store import messages_of_box
from inboxcrm.reports.timeline import box_timeline

if TYPE_CHECKING:
    from inboxcrm.ingest.records import Message

MOST_BYTES = 15_000_000  # what mail servers take as attachments, encoded
MOST_LINES = 300
LONGEST_LINE = 400
TOLD_MAILS = ("customer", "outbound", "forwarded", "copy", "form")
# The facts that a colleague wants to know, and how they are told; all else is the machine's.
WORDED = {
    "lead.created": "lead: {name}, source {source}",
    "lead.moved": "lead from {old} to {new} {reason}",
    "lead.assigned": "assigned to {owner}",
    "opportunity.created": "deal: {name}",
    "opportunity.won": "won: {name}",
    "opportunity.lost": "lost: {reason}",
    "opportunity.held": "on hold",
    "opportunity.reopened": "open again at {new}: {reason}",
    "stage.changed": "stage from {old} to {new}",
    "quote.issued": "quote {number} made",
    "quote.sent": "quote {number} sent",
    "document.accepted": "quote {number} accepted",
    "order.released": "order {number}",
    "order.delivered": "delivered",
    "invoice.issued": "invoice {number}",
    "invoice.paid": "invoice {number} paid",
    "note.added": "note: {text}",
    "box.merged": "was one with {name}",
    "box.renamed": "called {new}, formerly {old}",
    "box.handed_over": "handed over from {old} to {new}: {reason}",
    "organization.changed": "company: {field} {new}",
    "contact.changed": "{name}: {field} {new}",
    "field.changed": "{field}: {new}",
}
Line = tuple[datetime, str, str]  # when, who, what
_FROM = re.compile(rb"(?m)^(>{0,200}From )")


@dataclass(frozen=True, slots=True)
class History:
    """The mails of a box, oldest first; `left_out` older ones were too much for one mail."""

    mbox: bytes
    count: int
    left_out: int


def mbox_of(mails: Sequence[tuple[datetime, bytes]]) -> bytes:
    """Give raw mails as one mbox (mboxrd): lines that begin as a mail of it would are quoted, reversibly."""
    parts = []
    for at, raw in mails:
        head = f"From MAILER-DAEMON {at.astimezone(UTC):%a %b %d %H:%M:%S %Y}\n".encode()
        body = raw.replace(b"\r\n", b"\n").rstrip(b"\n")
        parts.append(head + _FROM.sub(rb">\1", body) + b"\n\n")
    return b"".join(parts)


def history_of_box(session: Session, box_id: int, most_bytes: int = MOST_BYTES) -> History:
    """Give the mails of a box; if they are more than `most_bytes`, the newest ones."""
    messages = sorted(messages_of_box(session, box_id), key=_received, reverse=True)
    taken: list[tuple[datetime, bytes]] = []
    size = left_out = 0
    for message in messages:
        raw = _raw(session, message)
        if raw is None or (taken and size + len(raw) > most_bytes):
            left_out += 1
            continue
        size += len(raw)
        taken.append((message.received_at, raw))
    return History(mbox_of(taken[::-1]), len(taken), left_out)


def _received(message: Message) -> tuple[datetime, int]:
    return message.received_at, message.id


def _raw(session: Session, message: Message) -> bytes | None:
    """Give a mail's bytes; None if they are kept no more."""
    try:
        return blob_content(session, message.raw_sha256)
    except KeyError:
        return None


def summary_of_box(session: Session, settings: Settings, box_id: int, now: datetime) -> dict[str, Any]:
    """Give what the printed summary of a box says: what stands now, and the newest lines of its story."""
    box = box_by_id(session, box_id)
    told = box_timeline(session, settings, box_id)
    story = sorted(
        [*_mails(session, box_id), *_calls(session, box_id), *_facts(session, box_id)], key=_moment
    )
    lines, older = story[-MOST_LINES:], len(story) - MOST_LINES
    zone = settings.company.zone
    return {
        "title": told["name"],
        "company": settings.company.name,
        "kind": f"{box.kind}, box {box.id}",
        "made_at": spell_moment(now, zone),
        "facts": [fact[:LONGEST_LINE] for fact in told["facts"]],
        "older": f"{older} older lines are in inboxcrm: show {box.id}" if older > 0 else "",
        "lines": [
            {"at": f"{at.astimezone(zone):%Y-%m-%d %H:%M}", "actor": actor[:60], "text": text[:LONGEST_LINE]}
            for at, actor, text in lines
        ],
    }


def _moment(line: Line) -> datetime:
    return line[0]


def _mails(session: Session, box_id: int) -> list[Line]:
    """Tell each mail with or to somebody outside by its subject and its own first words."""
    return [
        (one.received_at, one.sender, f"{one.subject}: {' '.join((one.new_words or one.text).split())}")
        for one in messages_of_box(session, box_id)
        if one.kind in TOLD_MAILS
    ]


def _calls(session: Session, box_id: int) -> list[Line]:
    ways = {"in": "they called", "out": "we called"}
    return [
        (
            one.started_at,
            one.user or "telephone",
            f"{ways.get(one.direction, 'call')}: {one.text or one.phone}",
        )
        for one in calls_of_box(session, box_id)
    ]


def _facts(session: Session, box_id: int) -> list[Line]:
    """Tell what was decided, and leave out what the machine did on the way."""
    return [
        (one.at, one.actor.removeprefix("user:"), _worded(one.kind, one.payload))
        for one in events_of_box(session, box_id)
        if one.kind in WORDED and (one.kind != "contact.changed" or "field" in one.payload)
    ]


def _worded(kind: str, payload: dict[str, Any]) -> str:
    values = {
        name: ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else value
        for name, value in payload.items()
    }
    return WORDED[kind].format_map(_Blank(values)).strip(" :")


class _Blank(dict[str, Any]):
    """Values of which those that are not there are blank."""

    def __missing__(self, name: str) -> str:
        return ""
