"""A deal's mails in brief: who, what, when, open points and amounts, in the words of the mails themselves (OP-17).

Nothing is worded anew: of each mail stand there the first sentences of what was new in it.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from inboxcrm.base.spelled import spell_ahead, spell_moment
from inboxcrm.crm.answers.store import last_question_of_box
from inboxcrm.crm.store import box_by_id, open_tasks_of_box
from inboxcrm.ingest.store import messages_of_box
from inboxcrm.mail.amounts import read_currency
from inboxcrm.sales.store import documents_of_box

if TYPE_CHECKING:
    from datetime import datetime

    from inboxcrm.base.database import Session
    from inboxcrm.base.settings import Settings
    from inboxcrm.ingest.records import Message
    from inboxcrm.sales.records import Document

MOST_MAILS = 25
SENTENCES = 2
LONGEST = 240  # characters of a mail
TOLD = ("customer", "outbound", "form", "forwarded", "auto-reply")
UNTOLD_INTENTS = frozenset({"courtesy"})
_END = re.compile(r"(?<=[.!?])\s+|\n{2,}")
_AMOUNT = re.compile(
    r"(?:[€£$]|\b[A-Z]{3})\s?\d[\d.,]{0,15}\d|\b\d[\d.,]{0,15}\d?\s?(?:€|£|EUR\b|USD\b|GBP\b)"
)
_GREETING = re.compile(
    r"(?i)\s*(?:hello|hi|hey|dear|hallo|beste|geachte|bonjour|hola|hei|guten tag)\b[^.!?\n]{0,60}[,!\n]\s*"
)


def deal_in_brief(session: Session, settings: Settings, box_id: int, now: datetime) -> dict[str, Any]:
    """Give the mails of a box in brief, newest last, as plain values for a letter."""
    box, zone = box_by_id(session, box_id), settings.company.zone
    mails = [one for one in messages_of_box(session, box.id) if one.kind in TOLD and not one.is_archived]
    shown = mails[-MOST_MAILS:]
    today = now.astimezone(zone).date()
    question = last_question_of_box(session, box.id)
    return {
        "box": box.name,
        "people": [f"{who}: {count}" for who, count in Counter(map(_who, mails)).most_common(12)],
        "span": _span(mails, settings),
        "left_out": len(mails) - len(shown),
        "mails": [_line(one, settings) for one in shown],
        "open": [
            f"{task.text} ({task.owner}, {spell_ahead(task.due_at.astimezone(zone).date(), today)})"
            for task in open_tasks_of_box(session, box.id)
        ]
        + ([f"technical question: {question.rung}"] if question and not question.answered_at else []),
        "documents": [_paper(one) for one in documents_of_box(session, box.id)],
        "amounts": _amounts(shown),
    }


def brief_words(text: str) -> str:
    """Give the first sentences of a text without its greeting, on one line."""
    body = _GREETING.sub("", text.strip(), count=1)
    sentences = [" ".join(one.split()) for one in _END.split(body[:5000]) if one.strip()]
    told = " ".join(sentences[:SENTENCES])
    return told if len(told) <= LONGEST else f"{told[: LONGEST - 1]}…"


def _line(message: Message, settings: Settings) -> dict[str, str]:
    names = [str(one["name"]) for one in message.intents if one.get("name") not in UNTOLD_INTENTS]
    files = [str(one["name"] or "a file") for one in message.attachments][:3]
    return {
        "at": spell_moment(message.received_at, settings.company.zone),
        "who": _who(message),
        "words": brief_words(message.new_words or message.text) or message.subject,
        "asks": ", ".join(names),
        "files": ", ".join(files),
    }


def _who(message: Message) -> str:
    return message.sender_name or message.sender


def _span(mails: list[Message], settings: Settings) -> str:
    if not mails:
        return "no mails yet"
    first, last = (spell_moment(one.received_at, settings.company.zone) for one in (mails[0], mails[-1]))
    return f"{len(mails)} mails, {first} to {last}" if len(mails) > 1 else f"one mail, {first}"


def _paper(document: Document) -> str:
    content = document.content or {}
    total = content.get("total")
    worth = f", {document.currency} {total}" if total and isinstance(total, (str, int)) else ""
    return f"{document.kind} {document.number or '(provisional)'}: {document.state}{worth}"


def _amounts(mails: list[Message]) -> list[str]:
    """Give the amounts that the mails name, each once, with who named it last."""
    found: dict[str, str] = {}
    for message in mails:
        for match in _AMOUNT.finditer((message.new_words or "")[:20_000]):
            amount = " ".join(match[0].split())
            if read_currency(amount):
                found[amount] = _who(message)
    return [f"{amount} ({who})" for amount, who in list(found.items())[-8:]]
