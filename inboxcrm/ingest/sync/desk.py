"""What the reader of one account works with, and keeps from one connection to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from inboxcrm.base.settings import Account
from inboxcrm.base.work import Office
from inboxcrm.ingest.sync.budget import ByteBudget
from inboxcrm.mail.fetched import FolderState, Glance
from inboxcrm.mail.imap import Mailbox
from inboxcrm.mail.providers import GENERIC, Provider


def _nobody(_address: str) -> None:
    """Call nobody: nobody else reads in this process."""


def _at_once(_batch: Sequence[Glance]) -> None:
    """Let every batch be fetched at once."""


@dataclass(slots=True)
class Desk:
    """One account, one connection to it, and what was learnt about it.

    `suspects` are the UIDs, by folder, that were under way when a connection broke: they are asked for singly.
    `call` is told the address of an account whose owner has written something. `before_batch` may wait, or raise.
    """

    office: Office
    account: Account
    mailbox: Mailbox
    provider: Provider = GENERIC
    budget: ByteBudget | None = None
    suspects: dict[int, set[int]] = field(default_factory=dict)
    states: dict[int, FolderState] = field(default_factory=dict)
    call: Callable[[str], None] = _nobody
    before_batch: Callable[[Sequence[Glance]], None] = _at_once

    def with_mailbox(self, mailbox: Mailbox) -> Desk:
        """Give the same desk on a new connection: what was last seen is seen anew."""
        return replace(self, mailbox=mailbox, states={})

    def is_asked_to_pause(self, words: str) -> bool:
        """Tell whether these words of the server ask for a pause, so that no mail is to blame (I16)."""
        return self.provider.asked_pause_s(words) is not None
