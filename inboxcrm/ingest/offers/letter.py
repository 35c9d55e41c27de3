"""The mail to the owner of a mailbox that lists or asks something about it; only he can answer it (V11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inboxcrm.base.settings import Account, User
from inboxcrm.base.work import Work
from inboxcrm.mail.incoming import Address
from inboxcrm.mail.scrub import scrub_line
from inboxcrm.outbox.letter import Plan, write_letter

LONGEST = 150


@dataclass(frozen=True, slots=True)
class Line:
    """One numbered line: what an answer to it is about, who, what and when."""

    kind: str
    subject_id: int
    who: str
    what: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What the owner is told; `occasion` makes it one mail. `commands` are pairs of words and their meaning."""

    occasion: str
    subject: str
    text: str
    why: str
    row: str
    commands: Sequence[tuple[str, str]]


def owner_of_account(work: Work, account: Account) -> User:
    """Give whose mailbox it is; a shared one is the manager's."""
    users = work.settings
    return users.user_by_key(account.user or "") or users.manager


def write_to_owner(work: Work, account: Account, about: About, lines: Sequence[Line]) -> None:
    """Write to the owner of a mailbox about it."""
    owner = owner_of_account(work, account)
    facts = {
        "name": owner.name,
        "mailbox": account.address,
        "text": about.text,
        "lines": [
            {
                "number": number,
                "who": scrub_line(one.who),
                "what": scrub_line(one.what)[:LONGEST],
                "when": one.when,
            }
            for number, one in enumerate(lines, start=1)
        ],
        "commands": [{"words": words, "meaning": meaning} for words, meaning in about.commands],
        "why": about.why,
        "row": about.row,
    }
    write_letter(
        work,
        Plan(
            kind="mailbox",
            dedupe=about.occasion[:200],
            account=work.settings.house_account.address,
            to=[Address(owner.name, owner.address)],
            user=owner.key,
            subject=about.subject,
            facts=facts,
            lines=[(one.kind, one.subject_id) for one in lines],
        ),
    )
