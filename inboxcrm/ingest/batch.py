"""What the mails of one batch share, so that questions are asked once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from inboxcrm.base.database import Session
from inboxcrm.crm.store import known_addresses
from inboxcrm.ingest.store import keys_of, messages_by_ident
from inboxcrm.ingest.thread import Keys, thread_keys
from inboxcrm.mail.incoming import Address, Incoming
from inboxcrm.outbox.store import rewritten_ids


@dataclass(slots=True)
class Batch:
    """What the mails of a batch share: what was known before the first; each adds what the next ones must know."""

    messages: dict[str, int]  # by their identity
    keys: Keys  # of threads
    addresses: set[str]  # of contacts
    rewritten: set[str]  # ids that mail clients gave to drafts of ours
    new_places: list[dict[str, Any]] = field(default_factory=list)


def ask_about(session: Session, mails: Sequence[Incoming]) -> Batch:
    """Ask all questions about the mails of a batch that can be asked before its first one."""
    return Batch(
        messages=messages_by_ident(session, [mail.ident for mail in mails]),
        keys=keys_of(session, {key for mail in mails for key in thread_keys(mail)}),
        addresses=known_addresses(session, {one.address for mail in mails for one in people_of(mail)}),
        rewritten=rewritten_ids(session, {name for mail in mails for name in names_of(mail)}),
    )


def people_of(incoming: Incoming) -> list[Address]:
    """Give the sender and all addressees."""
    return [*([incoming.sender] if incoming.sender else []), *incoming.to, *incoming.cc]


def names_of(incoming: Incoming) -> list[str]:
    """Give the ids that a mail names as before it."""
    return [*incoming.references, *incoming.in_reply_to]
