"""`ask_units`: asks one of us how many licences a deal is about; `licences: 50 to 40` answers it (RN-2)."""

from __future__ import annotations

from collections.abc import Mapping

from inboxcrm.base.work import Work
from inboxcrm.crm.task import add_task
from inboxcrm.crm.units import question_of
from inboxcrm.ingest.store import last_asking_message
from inboxcrm.ingest.telling import Notice, tell_user
from inboxcrm.rules.actions.shape import Occasion, Verb, deal_of, people
from inboxcrm.rules.ground import Ground, Wrong, wrong_kind
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType
from inboxcrm.rules.text import render_text

EXAMPLE = "licences: 50 to 40"


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    deal = deal_of(work, occasion)
    if deal.units is not None and deal.units_before is not None:
        return "asked nothing: both counts are known"
    text = render_text(str(arguments["text"]), occasion.facts)
    [user, *_] = people(work, occasion, str(arguments["to"]))
    task = add_task(
        work,
        deal.box,
        "question",
        text,
        owner=user.key,
        due_at=work.now,
        why=occasion.rule.why,
        rule=occasion.stamp,
        question={"act": "units", "opportunity": deal.id},
        occasion=question_of(deal),
    )
    rule = f"{occasion.rule.id}, version {occasion.version}, row {occasion.rule.row}"
    notice = Notice(f"units:{occasion.key}", text, text, occasion.rule.why, rule, [EXAMPLE])
    tell_user(work, user, deal.box, last_asking_message(work.session, deal.box_id), notice, task)
    return f"asked {user.key}: {text}"


def _check(ground: Ground, arguments: Mapping[str, object]) -> list[Wrong]:
    return wrong_kind(ground, "opportunity", "message")


VERB = Verb(
    ActionShape(
        required={"to": Argument(ArgumentType.WORD), "text": Argument(ArgumentType.TEXT)},
        doc="Ask one of us how many licences a deal is about, now and before, where a mail has not said so plainly.",
    ),
    _run,
    _check,
)
