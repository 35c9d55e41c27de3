"""`ask`: lays a question for what is missing into a user's Drafts folder (IN-9, IN-11)."""

from __future__ import annotations

from collections.abc import Mapping

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.ingest.asking import ASKABLE, draft_question, missing_of
from inboxcrm.rules.actions.shape import Occasion, Verb, box_of, people
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    box = box_of(work, occasion)
    [user, *_] = people(work, occasion, str(arguments["to"]))
    asked = missing_of(work, box)
    if not asked:
        return "asked for nothing: nothing is missing"
    try:
        draft_question(work, box, user, asked, occasion.key)
    except Refused as reason:
        return f"laid no question: {reason}"  # the other steps of the rule are worth as much without it
    return f"laid a question for {', '.join(name for name in ASKABLE if name in asked)} into the Drafts of {user.key}"


VERB = Verb(
    ActionShape(
        required={"to": Argument(ArgumentType.WORD)},
        doc="Lay a mail that asks the customer for what is missing into a user's Drafts folder.",
    ),
    _run,
)
