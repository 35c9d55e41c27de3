"""The state of signing in to a mailbox, kept in the database, so that all processes together try no oftener than one.

A provider locks an account at which wrong passwords are tried again and again (I15): at most three refused logins
an hour by each door (IMAP, SMTP), whatever dies and starts anew. Another password begins a new count.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.records import SignIn as SignIn  # others name the type from here
from inboxcrm.base.store import insert_or_ignore

NEEDS_AUTH_EVENT = "account.needs_auth"
OK, NEEDS_AUTH = "ok", "needs_auth"
MOST_FAILURES = 3
WINDOW = timedelta(hours=1)
TOKEN_DOOR = "token"


def sign_in_of(session: Session, account: str, door: str) -> SignIn | None:
    """Give what is known of signing in to an account by a door."""
    return session.get(SignIn, (account, door))


def lock_sign_in(session: Session, account: str, door: str) -> SignIn:
    """Give the row of an account's door for this transaction alone; it is made if it is not there."""
    row = {
        "account": account,
        "door": door,
        "state": OK,
        "reason": "",
        "failures": [],
        "fingerprint": "",
        "renewer": "",
    }
    insert_or_ignore(session, SignIn.__table__, [row])
    query = select(SignIn).where(SignIn.account == account, SignIn.door == door)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()


def recent_failures(row: SignIn | None, fingerprint: str, now: datetime) -> list[datetime]:
    """Give the moments of refused logins within the last hour, with this same password."""
    if row is None or row.fingerprint != fingerprint:
        return []
    moments = (datetime.fromisoformat(text) for text in row.failures)
    return [moment for moment in moments if now - WINDOW < moment <= now]


def set_failures(row: SignIn, fingerprint: str, failures: Sequence[datetime]) -> None:
    """Write down the refused logins with this password."""
    row.failures, row.fingerprint = [moment.isoformat() for moment in failures], fingerprint


def ask_for_person(row: SignIn, reason: str) -> bool:
    """Write down that only a person can mend it; True if that is new."""
    is_new = row.state != NEEDS_AUTH
    row.state, row.reason = NEEDS_AUTH, reason[:1000]
    return is_new


def note_success(row: SignIn) -> None:
    """All is well again."""
    row.state, row.reason, row.failures, row.fingerprint = OK, "", [], ""
