"""Leases on accounts, by the database's real clock: who reads a mailbox now, and what went wrong with it last."""

from __future__ import annotations

from datetime import timedelta

from inboxcrm.base.database import database_now
from inboxcrm.base.settings import Account
from inboxcrm.base.store import insert_or_ignore
from inboxcrm.base.work import Office, Work
from inboxcrm.ingest.records import MailAccount
from inboxcrm.ingest.store import account_by_address, lock_account

ACTOR = "poller"


def take_lease(office: Office, account: Account, owner: str) -> bool:
    """Take or renew the lease of an account; False while another poller has it.

    It writes only when a third of the lease is over, so that polling often costs little.
    """
    if _is_fresh(office, account, owner):
        return True
    with office.work("lease", actor=ACTOR) as work:
        row = _own_row(work, account)
        now, lease = database_now(work.session), timedelta(seconds=work.settings.running.lease_s)
        is_ours = row.lease_owner == owner
        if not is_ours and row.lease_until and row.lease_until > now:
            return False
        row.lease_fence += 0 if is_ours else 1
        row.lease_owner, row.lease_until, row.error = owner, now + lease, None
    return True


def _is_fresh(office: Office, account: Account, owner: str) -> bool:
    with office.reading() as session:
        row = account_by_address(session, account.address)
        if row is None or row.lease_owner != owner or row.lease_until is None:
            return False
        most = timedelta(seconds=office.settings.running.lease_s) * 2 / 3
        return row.lease_until > database_now(session) + most


def release_lease(office: Office, account: Account, owner: str) -> None:
    """Give an account back at once, so that the next poller need not wait for the lease to end."""
    with office.work("lease", actor=ACTOR) as work:
        row = _own_row(work, account)
        if row.lease_owner == owner:
            row.lease_until = None


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
