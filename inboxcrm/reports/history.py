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
from inboxcrm.base.store import blob_content
from inboxcrm.crm.store import box_by_id
from inboxcrm.ingest.store import messages_of_box
from inboxcrm.reports.timeline import box_timeline

if TYPE_CHECKING:
    from inboxcrm.ingest.records import Message

MOST_BYTES = 15_000_000  # what mail servers take as attachments, encoded
MOST_LINES = 300
LONGEST_LINE = 400
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
    lines = told["lines"][-MOST_LINES:]
    older = len(told["lines"]) - len(lines)
    return {
        "title": told["name"],
        "company": settings.company.name,
        "kind": f"{box.kind}, box {box.id}",
        "made_at": spell_moment(now, settings.company.zone),
        "facts": [fact[:LONGEST_LINE] for fact in told["facts"]],
        "older": f"{older} older lines are in inboxcrm: show {box.id}" if older else "",
        "lines": [
            {"at": line["at"], "actor": str(line["actor"])[:60], "text": str(line["text"])[:LONGEST_LINE]}
            for line in lines
        ],
    }
