"""`quote_draft`: reckons a quote and lays it before a user; his answer makes it, no rule draws a number (QU)."""

from __future__ import annotations

from collections.abc import Mapping

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.papers.printed import grouped_amount
from inboxcrm.rules.actions.shape import Occasion, Verb, box_of, people
from inboxcrm.rules.asking import ask_user
from inboxcrm.rules.ground import Ground, Wrong, wrong_kind
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType
from inboxcrm.rules.text import list_placeholders, render_text
from inboxcrm.sales.content import net_total, plain_lines
from inboxcrm.sales.items import read_items


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    words = render_text(str(arguments["items"]), occasion.facts)
    ordered = read_items(words, work.settings)
    [user, *_] = people(work, occasion, str(arguments["to"]))
    currency = work.settings.company.currency
    lines = plain_lines(ordered, currency)
    total = f"{currency} {grouped_amount(net_total(lines, currency).plain())}"
    listed = ", ".join(
        f"{one['quantity']} x {one['description']} at {one['unit_price'][:-2]}" for one in lines
    )
    text = f"a quote for {box_of(work, occasion).name} is ready to be made: {listed}; {total} net"
    items = ", ".join(f"{one.quantity:f} x {one.product.code}" for one in ordered)
    ask_user(work, occasion, user, text, [f"quote {items}", "no"])
    return f"laid a quote of {total} before {user.key}"


def _check(ground: Ground, arguments: Mapping[str, object]) -> list[Wrong]:
    words = str(arguments.get("items"))
    if not list_placeholders(words):
        try:
            read_items(words, ground.settings)
        except Refused as reason:
            return [Wrong("items", str(reason).removesuffix(" No quote was made."))]
    return wrong_kind(ground, "lead", "opportunity", "message")


VERB = Verb(
    ActionShape(
        required={"items": Argument(ArgumentType.TEXT), "to": Argument(ArgumentType.WORD)},
        doc="Reckon a quote and lay it before a user, whose answer makes it.",
    ),
    _run,
    _check,
)
