"""`snippet:` lays a ready answer into the rep's Drafts, or keeps a new one (EM-7, EM-9)."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.commands.scene import Scene, box_of
from inboxcrm.crm.answers.ladder import SNIPPET, climb
from inboxcrm.crm.answers.snippet import keep_snippet
from inboxcrm.crm.answers.store import (
    all_snippets,
    last_answered_of_box,
    question_of_message,
    snippet_by_title,
)
from inboxcrm.ingest.notices.reply_draft import lay_reply
from inboxcrm.ingest.store import last_asking_message, message_by_id
from inboxcrm.mail.language import languages_of

if TYPE_CHECKING:
    from inboxcrm.base.work import Work
    from inboxcrm.crm.answers.records import Snippet

GIVEN = " = "


class NoSnippet(Refused):
    """A title that no snippet has, where no colleague's answer could be kept under it; names the nearest."""

    def __init__(self, title: str, titles: list[str]) -> None:
        near = get_close_matches(title, titles, n=3, cutoff=0.5) or titles[:5]
        known = f"there are: {'; '.join(near)}" if near else "there is none yet"
        super().__init__(
            f"no snippet is called {title!r}, and no answer of a colleague waits here; {known}; "
            "to keep one: snippet: Offline use = It works 30 days offline."
        )


def say_snippet(work: Work, scene: Scene) -> str:
    """Keep a text under a title, or a colleague's answer, or lay what stands under it into the rep's Drafts."""
    title, is_given, text = (part.strip() for part in scene.line.rest.partition(GIVEN))
    if is_given:
        return _kept(_keep(work, scene, title, text, ""))
    known = snippet_by_title(work.session, title) if title else None
    if known is not None:
        return _lay(work, scene, known)
    answered = last_answered_of_box(work.session, box_of(work, scene).id)
    if not title or answered is None:
        raise NoSnippet(title, [one.title for one in all_snippets(work.session)])
    asked = message_by_id(work.session, answered.message_id)
    return _kept(_keep(work, scene, title, answered.answer, f"{asked.subject}\n{asked.new_words}"))


def _keep(work: Work, scene: Scene, title: str, text: str, asked: str) -> Snippet:
    language = next(iter(languages_of(text)), "")
    return keep_snippet(work, title, text, language=language, asked=asked, by=scene.user.key)


def _kept(snippet: Snippet) -> str:
    return f"kept as a snippet: {snippet.title}; it is offered where a customer asks such a thing"


def _lay(work: Work, scene: Scene, snippet: Snippet) -> str:
    box = box_of(work, scene)
    message = last_asking_message(work.session, box.id)
    if message is None:
        raise Refused("there is no customer's mail here that could be answered")
    if not lay_reply(work, scene.user, box, message, occasion=scene.occasion, words=snippet.text):
        raise Refused(f"your mailbox {scene.user.address} is not watched, so no draft can be laid into it")
    snippet.used += 1
    if question_of_message(work.session, message.id) is None:
        climb(work, message.id, box.id, SNIPPET, user=scene.user.key, why=snippet.title)
    return f"an answer with {snippet.title!r} is being laid into your Drafts; send it when it is right"
