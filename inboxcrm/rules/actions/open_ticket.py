"""`open_ticket`: opens a ticket of a known customer's mail, with its deal and what it says of counts (RN-1, RN-2)."""

from __future__ import annotations

from collections.abc import Mapping

from inboxcrm.base.work import Work
from inboxcrm.crm.ticket import ticket_kind
from inboxcrm.ingest.offers.store import lock_message
from inboxcrm.ingest.tickets import ask_if_ticket, handler_of, intents_for, open_for_mail, told_ticket
from inboxcrm.rules.actions.shape import Occasion, Verb, people
from inboxcrm.rules.ground import Ground, Wrong, unknown, wrong_kind
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    message = lock_message(work.session, occasion.subject_id)
    kind, to = ticket_kind(work, str(arguments["ticket"])), str(arguments["to"])
    owner = handler_of(work, message) if to == "owner" else people(work, occasion, to)[0]
    found = intents_for(kind, message)
    if not found:
        return f"opened nothing: the mail says nothing that a {kind.name} is for"
    if not any(found.values()):
        ask_if_ticket(work, message, kind, owner)
        return f"asked {owner.key} whether it is a {kind.name}"
    box, is_new = open_for_mail(work, message, kind, owner)
    return f"{told_ticket(work, box, is_new=is_new)}, for {box.owner}"


def _check(ground: Ground, arguments: Mapping[str, object]) -> list[Wrong]:
    named = str(arguments.get("ticket"))
    wrong = unknown("ticket", named, [one.name for one in ground.settings.ticket], "ticket")
    return wrong_kind(ground, "message") or wrong


VERB = Verb(
    ActionShape(
        required={"ticket": Argument(ArgumentType.WORD), "to": Argument(ArgumentType.WORD)},
        doc="Open a ticket of config.toml for the customer's mail, with its deal; an unsure mail is asked about.",
    ),
    _run,
    _check,
)
