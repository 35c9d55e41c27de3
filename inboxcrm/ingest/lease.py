"""Leases on accounts, by the database's real clock: who reads a mailbox now, and what went wrong with it last.

A lease has a fence, a number that grows with every change of hands. Every transaction of its holder looks at the
fence just before it commits, and keeps the row from changing until then: whoever was thought dead and goes on
after all writes nothing more (V1).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import timedelta

from inboxcrm.base.database import Session, database_now
from inboxcrm.base.settings import Account
from inboxcrm.base.store import insert_or_ignore
from inboxcrm.base.work import Office, Work
from inboxcrm.ingest.poller_name import is_dead_here
from inboxcrm.ingest.records import MailAccount
from inboxcrm.ingest.sharing import free_for, has_room
from inboxcrm.ingest.store import account_by_address, lock_account
from inboxcrm.ingest.sync.store import extend_leases, forget_poller, hold_fence, note_poller

ACTOR = "poller"


class LeaseLost(Exception):
    """Another poller reads this account by now; nothing of this transaction is kept."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address}: another poller reads this account now")


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to read an account, as long as its fence stands in the account's row.

    `is_stopgap`: it was taken beyond the poller's share, as nobody else took it.
    """

    address: str
    owner: str
    fence: int
    is_stopgap: bool = False


@dataclass(frozen=True, slots=True)
class LeasedOffice(Office):
    """An office all of whose transactions hold only while the lease does."""

    lease: Lease = Lease("", "", 0)

    @contextmanager
    def work(self, name: str, *, actor: str) -> Iterator[Work]:
        """Open a transaction like `Office.work`. Raises LeaseLost at its end if the account has changed hands.

        At the end, because the row stays locked from there to the commit: earlier, transactions of two accounts
        could wait for each other.
        """
        with Office.work(self, name, actor=actor) as work:
            yield work
            _require_lease(work.session, self.lease)


def lease_office(office: Office, lease: Lease) -> LeasedOffice:
    """Give the same office under a lease."""
    return LeasedOffice(**{one.name: getattr(office, one.name) for one in fields(Office)}, lease=lease)


def _require_lease(session: Session, lease: Lease) -> None:
    if hold_fence(session, lease.address) != lease.fence:
        raise LeaseLost(lease.address)


def take_lease(office: Office, account: Account, owner: str) -> Lease | None:
    """Take the lease of an account; None while another poller has it that is not known to be dead.

    None also while there is another poller whose share it is; what nobody takes for a while, anybody takes.
    """
    is_stopgap = _may_take(office, account, owner)
    if is_stopgap is None:
        return None
    with office.work("lease", actor=ACTOR) as work:
        row = _own_row(work, account)
        now, lease = database_now(work.session), timedelta(seconds=work.settings.running.lease_s)
        is_ours = row.lease_owner == owner
        is_held = not is_ours and row.lease_until is not None and row.lease_until > now
        if is_held and not is_dead_here(row.lease_owner or ""):
            return None
        row.lease_fence += 0 if is_ours else 1
        row.lease_owner, row.lease_until, row.error = owner, now + lease, None
        return Lease(account.address, owner, row.lease_fence, is_stopgap)


def _may_take(office: Office, account: Account, owner: str) -> bool | None:
    """Look without locking, so that pollers that wait cost little: None if not, else whether as a stopgap."""
    with office.reading() as session:
        row = account_by_address(session, account.address)
        if row is None or row.lease_owner == owner or row.lease_until is None:
            return False
        now, is_dead = database_now(session), is_dead_here(row.lease_owner or "")
        if row.lease_until > now and not is_dead:
            return None
        if has_room(session, office.settings, owner, now):
            return False
        return True if free_for(office.settings) <= now - row.lease_until else None


def renew_leases(office: Office, owner: str, addresses: Collection[str]) -> None:
    """Say that this poller lives, and renew the leases of these accounts, as far as it still has them."""
    with office.work("lease", actor=ACTOR) as work:
        until = database_now(work.session) + timedelta(seconds=work.settings.running.lease_s)
        note_poller(work.session, owner, until)
        if addresses:
            extend_leases(work.session, owner, addresses, until)


def release_lease(office: Office, account: Account, owner: str) -> None:
    """Give an account back at once, so that the next poller need not wait for the lease to end."""
    with office.work("lease", actor=ACTOR) as work:
        row = _own_row(work, account)
        if row.lease_owner == owner:
            row.lease_until = None


def hand_over(office: Office, account: Account, owner: str) -> None:
    """Leave an account to a poller that has room for it; nobody's from now on."""
    with office.work("lease", actor=ACTOR) as work:
        row = _own_row(work, account)
        if row.lease_owner == owner:
            row.lease_owner, row.lease_until = None, database_now(work.session)


def leave_sharing(office: Office, owner: str) -> None:
    """Say that this poller ends, so that the others share its part at once."""
    with office.work("lease", actor=ACTOR) as work:
        forget_poller(work.session, owner, database_now(work.session))


def note_error(office: Office, account: Account, error: str) -> None:
    """Write down why an account is not read, for `doctor` and the ledger."""
    with office.work("lease", actor=ACTOR) as work:
        _own_row(work, account).error = error[:1000]


def _own_row(work: Work, account: Account) -> MailAccount:
    """Give an account's row, locked; mail from before its making is history (IN-16).

    INTERNALDATE has whole seconds (RFC 9051), so the moment is cut to them too.
    """
    row = {"address": account.address, "live_from": work.now.replace(microsecond=0), "lease_fence": 0}
    insert_or_ignore(work.session, MailAccount.__table__, [row])
    return lock_account(work.session, account.address)


def start_accounts(work: Work) -> None:
    """Make the rows of all configured accounts: from now on their mail is live."""
    for account in work.settings.account:
        _own_row(work, account)
