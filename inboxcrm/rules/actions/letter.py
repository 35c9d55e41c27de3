"""`letter`: mails the contact of the box, by itself, from a letter's texts (DESIGN: sending)."""

from __future__ import annotations

from collections.abc import Mapping

from inboxcrm.base.work import Work
from inboxcrm.rules.actions.shape import Occasion, Verb
from inboxcrm.rules.ground import Ground, Wrong, wrong_kind
from inboxcrm.rules.letters.addressee import Silent, addressee_of
from inboxcrm.rules.letters.text import check_letter
from inboxcrm.rules.letters.writing import WITH_BOX, letter_plan, sending_account, write_outside
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType

FROM = ("house", "owner")


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    name = str(arguments["letter"])
    try:
        addressee = addressee_of(work, occasion)
    except Silent as why:
        return f"sent no letter {name}: {why}"
    account = sending_account(work, addressee.box, str(arguments.get("from", "house")))
    plan = letter_plan(work, occasion, addressee, name, account)
    if write_outside(work, occasion, plan) is None:
        return f"the letter {name} to {addressee.to.address} was written already"
    return f"wrote the letter {name} to {addressee.to.address}"


def _check(ground: Ground, arguments: Mapping[str, object]) -> list[Wrong]:
    return wrong_kind(ground, *WITH_BOX) or check_letter(ground, str(arguments.get("letter")))


VERB = Verb(
    ActionShape(
        required={"letter": Argument(ArgumentType.WORD)},
        optional={"from": Argument(ArgumentType.WORD, FROM)},
        doc="Mail the contact of the box from a letter's texts; it leaves by itself.",
    ),
    _run,
    _check,
)
