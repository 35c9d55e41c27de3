"""`question`: asks a user, who answers the mail by one of the commands that it offers."""

from __future__ import annotations

from collections.abc import Mapping

from inboxcrm.base.work import Work
from inboxcrm.rules.actions.shape import Occasion, Verb, people
from inboxcrm.rules.asking import ask_user
from inboxcrm.rules.ground import Ground, Wrong, wrong_kind
from inboxcrm.rules.letters.writing import WITH_BOX
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType
from inboxcrm.rules.text import render_text


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    [user, *_] = people(work, occasion, str(arguments["to"]))
    text = render_text(str(arguments["text"]), occasion.facts)
    listed = arguments["answers"]
    answers = [str(one) for one in listed] if isinstance(listed, (list, tuple)) else []
    ask_user(work, occasion, user, text, answers)
    return f"asked {user.key} {text!r}"


def _check(ground: Ground, arguments: Mapping[str, object]) -> list[Wrong]:
    listed = arguments.get("answers")
    if not isinstance(listed, tuple) or not listed or not all(str(one).strip() for one in listed):
        return [Wrong("answers", "a question has answers", 'write answers = ["hold 30 days", "lost price"]')]
    return wrong_kind(ground, *WITH_BOX)


VERB = Verb(
    ActionShape(
        required={
            "to": Argument(ArgumentType.WORD),
            "text": Argument(ArgumentType.TEXT),
            "answers": Argument(ArgumentType.WORDS),
        },
        doc="Ask a user, who answers by one of the commands that are offered; it is a task until then.",
    ),
    _run,
    _check,
)
