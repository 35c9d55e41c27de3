"""Writes the letters of rules into the outbox: each once for an occasion, and those of a sweep behind the brake."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.settings import Account
from inboxcrm.base.work import Office, Work
from inboxcrm.ingest.answering import answer_to
from inboxcrm.ingest.asking import language_to
from inboxcrm.ingest.telling import owner_of
from inboxcrm.outbox.burst import gather, settle_burst
from inboxcrm.outbox.letter import Plan, Thread, write_letter
from inboxcrm.outbox.render import LetterUnwritable
from inboxcrm.outbox.store import letter_by_dedupe
from inboxcrm.rules.actions.shape import Occasion
from inboxcrm.rules.letters.addressee import KIND, Addressee
from inboxcrm.rules.letters.text import letter_names, letter_texts, write_text

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box
    from inboxcrm.outbox.records import Letter
    from inboxcrm.rules.rule import Rule

WITH_BOX = ("lead", "opportunity", "document", "message", "letter")
SENDING = frozenset(("letter", "sms"))  # the actions whose letters leave by themselves


def sending_account(work: Work, box: Box, word: str) -> Account:
    """Give the mailbox that a letter leaves from: that of the box's owner if he has a watched one, else the house's."""
    own = work.settings.account_of_user(owner_of(work, box).key) if word == "owner" else None
    return own or work.settings.house_account


def letter_plan(
    work: Work, occasion: Occasion, addressee: Addressee, name: str, account: Account, sender: str = ""
) -> Plan:
    """Write a letter's texts now, so that what is queued is what leaves. Raises Refused of a fact that is missing."""
    folder, told = work.settings.rules.folder, addressee.told
    texts = letter_texts(folder, name)
    if not texts:
        raise Refused(f"there is no letter {name!r}; there are {', '.join(letter_names(folder))}")
    language = language_to(work.settings, told, texts)
    text = texts.get(language) or next(iter(texts.values()))
    facts = {
        **occasion.facts,
        "sender": sender or owner_of(work, addressee.box).name,
        "company": work.settings.company.name,
        "contact_name": addressee.contact.name,
        "language": text.language,
    }
    try:
        subject, body = write_text(text, facts, occasion.rule.kind)
    except LetterUnwritable as error:
        raise Refused(str(error)) from error
    return Plan(
        kind=KIND,
        dedupe=dedupe_of(occasion, name),
        account=account.address,
        to=[addressee.to],
        subject=subject,
        facts={"text": body, "title": subject, "language": text.language},
        thread=answer_to(work.session, told) if told else Thread(),
        box_id=addressee.box.id,
        run_id=occasion.run_id,
    )


def dedupe_of(occasion: Occasion, step: str) -> str:
    """Give what makes a letter of a rule one: its firing and the letter's name, however long they are."""
    digest = hashlib.sha256(occasion.key.encode()).hexdigest()[:32]
    return f"rule:{occasion.rule.id}:{digest}:{step}"


def write_outside(work: Work, occasion: Occasion, plan: Plan) -> Letter | None:
    """Write a letter that leaves by itself; one of a sweep awaits its end (the brake). None if it is there."""
    if letter_by_dedupe(work.session, plan.dedupe):
        return None
    if occasion.rule.on is None:
        plan = replace(plan, awaits=gather(work, occasion.rule.id, occasion.version))
    return write_letter(work, plan)


def end_sweep(office: Office, rule: Rule) -> None:
    """Let the letters of a rule's sweep leave, or ask a manager if they are many; nothing for rules that send none."""
    if any(action.name in SENDING for action in rule.actions):
        settle_burst(office, rule.id)
