"""Ranks the boxes that a mail may belong to, each with the reason (IN-3, T1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from inboxcrm.base.database import Session
from inboxcrm.base.spelled import spell_day
from inboxcrm.ingest.store import recent_subjects_of_box

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box
    from inboxcrm.ingest.records import Message

SUBJECT_DAYS = 30
SHORTEST_SUBJECT = 6
MOST_NUMBERS = 20
LONGEST_TEXT = 20_000
_NUMBER = re.compile(r"\b[A-Z]{1,4}-\d{4}-\d{3,8}\b")
_REPLY = re.compile(
    r"(?:re|aw|sv|vs|antw|antwort|odp|res|rif|fw|fwd|wg|vb|tr|enc|doorst|videres)(?:\[\d+\])?\s*:\s*"
)
_WORD = re.compile(r"\w{4,}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A box that a mail may belong to."""

    box_id: int
    name: str
    why: str
    has_same_subject: bool
    score: tuple[int, int, float, int]


def numbers_in(text: str) -> list[str]:
    """Give what looks like a number of a document of ours, such as Q-2026-0007, each once."""
    found = _NUMBER.findall(text[:LONGEST_TEXT].upper()) if "-" in text else []
    return list(dict.fromkeys(found))[:MOST_NUMBERS]


def base_subject(subject: str) -> tuple[str, bool]:
    """Give a subject without its Re: and Fwd:, in lower case, and whether it had any."""
    words = " ".join(subject.lower().split())
    is_reply = False
    while found := _REPLY.match(words):
        words, is_reply = words[found.end() :], True
    return words, is_reply


def ranked(session: Session, message: Message, boxes: Sequence[Box]) -> list[Candidate]:
    """Give the boxes, the likeliest first: the same subject, then words of its name, then the newest activity."""
    return sorted((_judge(session, message, box) for box in boxes), key=lambda one: one.score, reverse=True)


def _judge(session: Session, message: Message, box: Box) -> Candidate:
    subject, is_reply = base_subject(message.subject)
    has_same = (
        is_reply
        and len(subject) >= SHORTEST_SUBJECT
        and has_subject(session, box, subject, message.outside, message.received_at)
    )
    words = set(_WORD.findall(f"{subject} {message.new_words[:2000].lower()}"))
    shared = sorted(words & set(_WORD.findall(box.name.lower())))
    if has_same:
        why = "a mail there has the same subject"
    elif shared:
        why = f"its name shares {', '.join(shared[:3])}"
    else:
        why = f"last active {spell_day(box.last_activity_at)}"
    return Candidate(
        box.id,
        box.name,
        why,
        has_same,
        (int(has_same), len(shared), box.last_activity_at.timestamp(), box.id),
    )


def has_subject(session: Session, box: Box, subject: str, people: Iterable[str], at: datetime) -> bool:
    """See whether one of these people was on a mail of that bare subject in the month before (T1)."""
    since, people = at - timedelta(days=SUBJECT_DAYS), set(people)
    return any(
        base_subject(other)[0] == subject and not people.isdisjoint(outside)
        for other, outside in recent_subjects_of_box(session, box.id, since)
    )
