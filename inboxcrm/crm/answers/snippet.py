"""Snippets: kept, and found again by the words that they share with a question (EM-9)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from math import log
from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.store import draw_id
from inboxcrm.crm import events
from inboxcrm.crm.answers.records import Snippet
from inboxcrm.crm.answers.store import snippet_by_title, title_key

if TYPE_CHECKING:
    from inboxcrm.base.work import Work

_WORD = re.compile(r"\w{3,40}")
STEM = 6  # letters: offline, offliner; licence, licences
LONGEST_TITLE, LONGEST_TEXT, MOST_WORDS = 120, 20_000, 400
LEAST_WORDS = 2  # that a question and a snippet must share
LEAST_PART = 0.25  # of the weight of the snippet's title that the question must have


class TitleTaken(Refused):
    """A title that another snippet has."""

    def __init__(self, title: str) -> None:
        super().__init__(f"there is a snippet {title!r} already; give this one another title")


def keep_snippet(work: Work, title: str, text: str, *, language: str, asked: str, by: str) -> Snippet:
    """Keep a text under a title; `asked` are words of a question that it answered, by which it is found, too."""
    title = " ".join(title.split())[:LONGEST_TITLE]
    if not title or not text.strip():
        raise Refused(
            "a snippet needs a title and a text, such as: snippet: Offline use = It works 30 days offline."
        )
    if snippet_by_title(work.session, title):
        raise TitleTaken(title)
    snippet = Snippet(
        id=draw_id(work.session, Snippet.__table__),
        title=title,
        title_key=title_key(title),
        language=language[:2],
        text=text.strip()[:LONGEST_TEXT],
        words=snippet_words(title, text, asked),
        made_by=by,
        made_at=work.now,
        used=0,
    )
    work.session.add(snippet)
    work.session.flush()
    work.emit(events.SNIPPET_KEPT, ("snippet", snippet.id), title=title, by=by)
    return snippet


def snippet_words(title: str, text: str, asked: str = "") -> str:
    """Give the words by which a snippet is found: of its title, of a question that it answered, and of its text."""
    return " ".join(list(dict.fromkeys(stems(f"{title} {asked} {text}")))[:MOST_WORDS])


def stems(text: str) -> list[str]:
    """Give the words of a text as they are compared: in one case, their first letters."""
    return [word[:STEM] for word in _WORD.findall(text.casefold())]


def best_snippets(question: str, languages: Collection[str], snippets: Sequence[Snippet]) -> list[Snippet]:
    """Give the snippets that answer a question, the likeliest first.

    Rare words weigh more; a snippet in another language than the question's comes after all others.
    """
    asked = set(stems(question))
    known = [(one, set(one.words.split())) for one in snippets]
    spread = Counter(word for _, words in known for word in words)
    weight = {word: log(1 + len(known) / count) for word, count in spread.items()}
    found = []
    for at, (snippet, words) in enumerate(known):
        shared = asked & words
        title = set(stems(snippet.title))
        whole = sum(weight.get(word, 0.0) for word in title) or 1.0
        part = sum(weight.get(word, 0.0) for word in title & asked) / whole
        if len(shared) < LEAST_WORDS or part < LEAST_PART:
            continue
        is_foreign = bool(languages) and bool(snippet.language) and snippet.language not in languages
        score = sum(weight[word] for word in shared)
        found.append((is_foreign, -score, at, snippet))
    return [snippet for *_, snippet in sorted(found, key=lambda one: one[:3])]
