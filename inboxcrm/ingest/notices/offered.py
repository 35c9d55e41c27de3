"""The commands that make sense now, by the box, what the mail says and who is told: a literal table (EM-1).

Every example works as it is written: products are of the price list, numbers of the mail itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inboxcrm.crm.big_lead import numbers_named
from inboxcrm.crm.lead import OWNING_ROLES
from inboxcrm.crm.store import lead_of_box, open_tasks_of_box, opportunity_of_box
from inboxcrm.sales.store import open_quote

if TYPE_CHECKING:
    from inboxcrm.base.settings import User
    from inboxcrm.base.work import Work
    from inboxcrm.crm.records import Box
    from inboxcrm.ingest.records import Message

MOST = 4
SOME = "20"  # where the mail names no number
SELLERS = frozenset(OWNING_ROLES)
EVERYBODY = SELLERS | {"finance", "operations", "marketing"}


@dataclass(frozen=True, slots=True)
class Offered:
    """A command line to copy, what must all be so for it, what must not, and whose roles may say it."""

    line: str
    where: frozenset[str]
    unless: frozenset[str]
    roles: frozenset[str]


def _row(line: str, where: str, unless: str = "", roles: frozenset[str] = SELLERS) -> Offered:
    return Offered(line, frozenset(where.split()), frozenset(unless.split()), roles)


# The first rows that fit are shown. What the words mean: `situation_of`.
OFFERED: tuple[Offered, ...] = (
    _row("ask", "lead vague"),
    _row("quote {number} x {product}", "lead can-quote", "vague"),
    _row("quote {number} x {product}", "deal can-quote open", "won"),
    _row("escalate {colleague}: why", "question colleague"),
    _row("won", "deal open quoted", "won"),
    _row("lost {reason}", "deal open quoted", "won"),
    _row("done", "task", "new-lead", EVERYBODY),
    _row("snooze 3 days", "task", "", EVERYBODY),
    _row("ask", "lead new-lead", "vague"),
    _row("ignore", "new-lead"),
    _row("help", "", "", EVERYBODY),
)


def offered_commands(work: Work, user: User, box: Box, message: Message | None) -> list[str]:
    """Give the lines that this user may copy into an answer now, the likeliest first."""
    situation = situation_of(work, user, box, message)
    product = work.settings.product[0].code if work.settings.product else ""
    others = [one.key for one in work.settings.user if one.key != user.key]
    deal = opportunity_of_box(work.session, box.id)
    values = {
        "number": _number_in(message),
        "product": product,
        "colleague": next(iter(others), ""),
        "reason": work.settings.pipeline_of(deal.kind).reason[0].name if deal else "",
    }
    lines = [
        row.line.format(**values)
        for row in OFFERED
        if user.role in row.roles and row.where <= situation and not row.unless & situation
    ]
    return list(dict.fromkeys(lines))[:MOST]


def situation_of(work: Work, user: User, box: Box, message: Message | None) -> frozenset[str]:
    """Name what is so on a box.

    lead, deal, new-lead (this mail made it), vague, open, won, quoted (a quote waits for an answer), task (something is
    to do), can-quote (there is a price list, and the user's Drafts can be reached), question (the mail asks one),
    colleague (there is another user).
    """
    session, settings = work.session, work.settings
    lead, deal = lead_of_box(session, box.id), opportunity_of_box(session, box.id)
    quote = open_quote(session, box.id)
    found = {
        "lead": lead is not None and deal is None,
        "vague": lead is not None and lead.is_vague,
        "new-lead": message is not None and message.made_lead and deal is None,
        "deal": deal is not None,
        "open": box.is_open,
        "won": deal is not None and not deal.is_open,
        "quoted": quote is not None and quote.state == "sent",
        "task": bool(open_tasks_of_box(session, box.id)),
        "can-quote": bool(settings.product) and settings.account_of_user(user.key) is not None,
        "colleague": len(settings.user) > 1,
        "question": any(one.get("name") == "question" for one in (message.intents if message else [])),
    }
    return frozenset(name for name, is_so in found.items() if is_so)


def count_in(message: Message | None) -> int:
    """Give the number of licences, users or people that a mail names, 0 if it names none."""
    if message is None:
        return 0
    for one in message.intents:
        value = str(one.get("value") or "")
        if one.get("name") == "licence count" and one.get("is_sure") and value.isdecimal():
            return int(value)
    named = numbers_named(f"{message.subject}\n{message.new_words or message.text}")
    return named.users or named.employees


def _number_in(message: Message | None) -> str:
    return str(count_in(message) or SOME)
