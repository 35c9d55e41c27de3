"""The answers that we have to what a mail asks: snippets whose words are the mail's (EM-9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.crm.answers.snippet import best_snippets
from inboxcrm.crm.answers.store import all_snippets, has_snippets
from inboxcrm.mail.language import languages_of

if TYPE_CHECKING:
    from inboxcrm.base.work import Work
    from inboxcrm.ingest.records import Message

MOST = 3
LONGEST = 160


def suggested_snippets(work: Work, message: Message) -> list[dict[str, str]]:
    """Give the best snippets for a mail that asks a question, as plain values; none for any other mail."""
    if not any(one.get("name") == "question" for one in message.intents):
        return []
    if not has_snippets(work.session):
        return []
    asked = f"{message.subject}\n{message.new_words or message.text}"
    found = best_snippets(asked, languages_of(asked)[:1], all_snippets(work.session))
    return [{"title": one.title, "text": _cut(one.text)} for one in found[:MOST]]


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
