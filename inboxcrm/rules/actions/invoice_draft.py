"""`invoice_draft`: prepares the invoice of an order and lets it wait for a user's yes; no rule issues one (IV-1)."""

from __future__ import annotations

from collections.abc import Mapping

from inboxcrm.base.errors import Refused
from inboxcrm.base.money import Money
from inboxcrm.base.work import Work
from inboxcrm.papers.printed import grouped_amount
from inboxcrm.rules.actions.shape import Occasion, Verb, people
from inboxcrm.rules.asking import ask_user
from inboxcrm.rules.ground import Ground, Wrong, wrong_kind
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType
from inboxcrm.sales.kinds.invoice import prepare_invoice
from inboxcrm.sales.store import lock_document

STEPS = ("at release", "at delivery")


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    step = str(arguments["billing"])
    order = lock_document(work.session, occasion.subject_id)
    if order.kind != "order":
        raise Refused(f"{order.number or 'that'} is a {order.kind}; an invoice is that of an order")
    [user, *_] = people(work, occasion, str(arguments["to"]))
    invoice = prepare_invoice(work, order, step, None)
    if invoice is None:
        return f"prepared none: {order.number} has nothing to bill {step}, or its invoice already"
    total = grouped_amount(Money(invoice.net_minor, invoice.currency).plain())
    text = f"the invoice of {order.number} over {invoice.currency} {total} net is prepared; shall it go out?"
    ask_user(work, occasion, user, text, ["yes", "no"], {"act": "invoice", "invoice": invoice.id})
    return f"prepared the invoice of {order.number}, which waits for {user.key}"


def _check(ground: Ground, _arguments: Mapping[str, object]) -> list[Wrong]:
    return wrong_kind(ground, "document")


VERB = Verb(
    ActionShape(
        required={"billing": Argument(ArgumentType.WORD, STEPS), "to": Argument(ArgumentType.WORD)},
        doc="Prepare the invoice of an order, which waits for a user's yes.",
    ),
    _run,
    _check,
)
