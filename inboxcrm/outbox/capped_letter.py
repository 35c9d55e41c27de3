"""Tells the manager that letters to an address are held, as too many have left for it (L1, P14)."""

from __future__ import annotations

import hashlib

from inboxcrm.base.spelled import spell_moment
from inboxcrm.base.work import Work
from inboxcrm.mail.incoming import Address
from inboxcrm.mail.scrub import scrub_line
from inboxcrm.outbox import events
from inboxcrm.outbox.letter import Plan, emit_letter_event, write_letter
from inboxcrm.outbox.records import Letter
from inboxcrm.outbox.store import letter_by_dedupe


def tell_of_held(work: Work, letter: Letter, peer: str, words: str) -> None:
    """Write one letter a day for each address, under no cap itself: it stands for all that are held there."""
    settings, peer = work.settings, scrub_line(peer)
    manager = settings.manager
    today = work.now.astimezone(settings.company.zone).date()
    dedupe = f"capped:{hashlib.sha256(peer.encode()).hexdigest()[:32]}:{today.isoformat()}"
    if letter_by_dedupe(work.session, dedupe):
        return
    emit_letter_event(work, letter, events.LETTER_CAPPED)
    until = spell_moment(letter.due_at, settings.company.zone)
    write_letter(
        work,
        Plan(
            kind="capped",
            template="mailbox",
            dedupe=dedupe,
            account=settings.house_account.address,
            to=[Address(manager.name, manager.address)],
            user=manager.key,
            subject=f"Letters to {peer} are held",
            facts={
                "name": manager.name,
                "mailbox": peer,
                "text": _text(peer, scrub_line(words), until),
                "lines": [],
                "commands": [],
                "why": "two robots must never keep each other busy, whatever they say of themselves.",
                "row": "L1",
            },
            is_capped=False,
        ),
    )


def _text(peer: str, words: str, until: str) -> str:
    return (
        f"{words}, and more wait. None is lost: the next one leaves on {until}. If a robot there answers all that it"
        " gets, have it stopped. If all of them are wanted, say on the machine where the program runs"
        f" `inboxcrm outbox allow {peer}`, or raise the numbers of [sending] in config.toml."
    )
