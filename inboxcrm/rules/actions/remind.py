"""`remind`: makes an opportunity's next action due now and tells its owner; no rule adds a second one (OP-9)."""

from __future__ import annotations

from collections.abc import Mapping

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.crm.store import open_next_action
from inboxcrm.rules.actions.notice import write_notice
from inboxcrm.rules.actions.shape import Occasion, Verb, people
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType
from inboxcrm.rules.text import render_text

# What a quiet deal may be answered with (OP-10).
COMMANDS = ["done", "snooze 3 days", "continue: they decide in January", "hold until 3 dec", "lost price"]


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    task = (
        open_next_action(work.session, occasion.subject_id)
        if occasion.subject_kind == "opportunity"
        else None
    )
    if task is None:
        raise Refused("only an open opportunity has a next action to remind of")
    task.rule, task.rule_version = occasion.stamp
    task.why = occasion.rule.why
    task.due_at = min(task.due_at, work.now)
    text = render_text(str(arguments["text"]), occasion.facts)
    [owner, *_] = people(work, occasion, str(arguments["to"]))
    write_notice(work, occasion, owner, text, COMMANDS)
    return f"reminded {owner.key} of {task.text!r}"


VERB = Verb(
    ActionShape(
        required={"to": Argument(ArgumentType.WORD), "text": Argument(ArgumentType.TEXT)},
        doc="Make an opportunity's next action due now and tell its owner.",
    ),
    _run,
)
