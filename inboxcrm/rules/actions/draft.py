"""`draft`: lays a letter to the contact of the box into a user's Drafts folder, who sends it (EM-3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.outbox.letter import write_letter
from inboxcrm.rules.actions.shape import Occasion, Verb, people
from inboxcrm.rules.ground import Ground, Wrong, wrong_kind
from inboxcrm.rules.letters.addressee import Silent, addressee_of
from inboxcrm.rules.letters.text import check_letter
from inboxcrm.rules.letters.writing import WITH_BOX, letter_plan
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    name = str(arguments["letter"])
    [user, *_] = people(work, occasion, str(arguments["to"]))
    account = work.settings.account_of_user(user.key)
    if account is None:
        raise Refused(f"the mailbox {user.address} is not watched, so no draft can be laid into it")
    try:
        addressee = addressee_of(work, occasion)
    except Silent as why:
        return f"laid no draft {name}: {why}"
    plan = letter_plan(work, occasion, addressee, name, account, sender=user.name)
    write_letter(work, replace(plan, form="draft", dedupe=f"draft:{plan.dedupe}"))
    return f"laid the draft {name} to {addressee.to.address} into the Drafts of {user.key}"


def _check(ground: Ground, arguments: Mapping[str, object]) -> list[Wrong]:
    return wrong_kind(ground, *WITH_BOX) or check_letter(ground, str(arguments.get("letter")))


VERB = Verb(
    ActionShape(
        required={"letter": Argument(ArgumentType.WORD), "to": Argument(ArgumentType.WORD)},
        doc="Lay a letter to the contact of the box into a user's Drafts folder.",
    ),
    _run,
    _check,
)
