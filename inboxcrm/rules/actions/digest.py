"""`digest`: mails people what is due, happened or expected, each line with a number for a reply (MG-1 to MG-3).

What it tells is asked once for all to whom one firing writes; who has nothing to hear gets no mail.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from inboxcrm.base.work import Work
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, write_letters
from inboxcrm.reports.digests.ground import A_DAY_AND_A_HALF, Ground
from inboxcrm.reports.digests.shape import number_lines
from inboxcrm.reports.digests.table import AHEAD, KINDS, WITH_NOISE
from inboxcrm.reports.kept import KeptAside
from inboxcrm.reports.trouble import MailboxesTold
from inboxcrm.rules.actions.shape import Occasion, Verb, people
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType

if TYPE_CHECKING:
    from inboxcrm.base.settings import User

TWO_WEEKS = timedelta(days=14)
MOST_NAMED = 20
NOTHING_KEPT: tuple[dict[str, Any], list[tuple[str, int]]] = ({"junk": [], "noise": []}, [])


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    users, kind = people(work, occasion, str(arguments["to"])), str(arguments.get("kind", "due"))
    ground = Ground(work, ahead=TWO_WEEKS if kind in AHEAD else A_DAY_AND_A_HALF)
    kept = KeptAside(work, f"digest:{occasion.rule.id}:")
    read = MailboxesTold(ground.trouble.readings, ground.settings, ground.now)
    plans = [plan for user in users if (plan := _plan(ground, kept, read, occasion, user, kind))]
    write_letters(work, plans)
    if not plans:
        return "sent no digest: there is nothing to tell"
    told = [str(plan.user) for plan in plans]
    if len(told) > MOST_NAMED:
        return f"sent the digest to {len(told)} people"
    return "sent the digest to " + " and ".join(told)


def _plan(
    ground: Ground, kept: KeptAside, read: MailboxesTold, occasion: Occasion, user: User, kind: str
) -> Plan | None:
    """Plan one user's digest; None if there is nothing to tell him."""
    digest = KINDS[kind](ground, user)
    numbered = number_lines(digest)
    aside, lines = kept.of(user, len(numbered.lines)) if kind in WITH_NOISE else NOTHING_KEPT
    if not digest.is_worth_it and not lines:
        return None
    return Plan(
        kind="digest",
        dedupe=f"digest:{occasion.key}:{user.key}",
        account=ground.settings.house_account.address,
        to=[Address(user.name, user.address)],
        user=user.key,
        subject=f"{digest.summary}: {digest.title}",
        facts={
            "name": user.name,
            "opening": "",
            **numbered.facts,
            **aside,
            "mailboxes": read.to(user),
            "reason": f"rule {occasion.rule.id}, version {occasion.version}",
        },
        lines=[*numbered.lines, *lines],
    )


VERB = Verb(
    ActionShape(
        required={"to": Argument(ArgumentType.WORD)},
        optional={"kind": Argument(ArgumentType.WORD, tuple(KINDS))},
        doc="Mail people what is due, happened or expected, each line with a number that a reply can act on.",
    ),
    _run,
)
