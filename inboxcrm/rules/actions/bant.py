"""`bant`: says budget, authority, need or timeline of a lead; one that is qualified by it is a deal at once (LD-7)."""

from __future__ import annotations

from collections.abc import Mapping

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.crm.qualifying.bant import read_bant, say_bant
from inboxcrm.crm.store import lead_of_box
from inboxcrm.rules.actions.shape import Occasion, Verb, box_of
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    answers = read_bant(str(arguments["say"]))
    lead = lead_of_box(work.session, box_of(work, occasion).id)
    if lead is None:
        raise Refused("only of a lead it can be said")
    if lead.owner is None:
        raise Refused("the lead is nobody's yet: `assign` it first")
    deal = say_bant(work, lead, answers, f"rule {occasion.rule.id}")
    told = ", ".join(f"{field} {answer}" for field, answer in answers.items())
    return f"noted {told}" + (f", and made the deal {deal.name}" if deal else "")


VERB = Verb(
    ActionShape(
        required={"say": Argument(ArgumentType.WORD)},
        doc="Say budget, authority, need or timeline of a lead.",
    ),
    _run,
)
