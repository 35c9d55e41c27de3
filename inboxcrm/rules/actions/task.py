"""`task`: gives somebody something to do on the box."""

from __future__ import annotations

from collections.abc import Mapping

from inboxcrm.base.errors import Refused
from inboxcrm.base.own_time import next_business_day_of
from inboxcrm.base.work import Work
from inboxcrm.crm.first_contact import first_contact_due
from inboxcrm.crm.store import lead_of_box
from inboxcrm.crm.task import add_task
from inboxcrm.rules.actions.shape import Occasion, Verb, box_of, people
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType
from inboxcrm.rules.text import render_text

KINDS = ("first contact", "re-contact", "follow-up", "question", "errand")


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    box = box_of(work, occasion)
    [owner, *_] = people(work, occasion, str(arguments["to"]))
    kind = str(arguments["kind"])
    if kind == "follow-up" and box.kind != "opportunity":
        raise Refused(f"{box.name} is no deal, and only deals have follow-ups; make it an errand")
    lead = lead_of_box(work.session, box.id)
    if kind == "first contact" and lead and lead.answered_at:
        return "made no first-contact task: somebody has answered already"
    task = add_task(
        work,
        box,
        kind,
        render_text(str(arguments["text"]), occasion.facts),
        owner=owner.key,
        due_at=first_contact_due(work, lead, owner)
        if kind == "first contact" and lead
        else next_business_day_of(work.settings, owner, work.now),
        why=occasion.rule.why,
        rule=occasion.stamp,
        occasion=f"rule:{occasion.key}",
    )
    return f"gave {owner.key} the task {task.text!r}"


VERB = Verb(
    ActionShape(
        required={
            "kind": Argument(ArgumentType.WORD, KINDS),
            "to": Argument(ArgumentType.WORD),
            "text": Argument(ArgumentType.TEXT),
        },
        doc="Give somebody a task, due at the same clock time of his next business day.",
    ),
    _run,
)
