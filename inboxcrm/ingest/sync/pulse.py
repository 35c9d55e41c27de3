"""What an account's row says of its health: when its server was last looked at, its pause, what may be downloaded."""

from __future__ import annotations

from datetime import datetime, timedelta

from inboxcrm.base.settings import Account
from inboxcrm.base.work import Office
from inboxcrm.ingest.folders import ACTOR
from inboxcrm.ingest.store import account_by_address, lock_account
from inboxcrm.ingest.sync.budget import ByteBudget
from inboxcrm.mail.providers import Provider

BEAT_EVERY = timedelta(minutes=1)
JITTER = 0.25


def is_beat_due(last: datetime | None, now: datetime) -> bool:
    """Tell whether a minute has passed since the last note, by a clock that may also have been set back."""
    return last is None or abs(now - last) >= BEAT_EVERY


def note_beat(office: Office, account: Account, budget: ByteBudget | None) -> datetime:
    """Write down that the server was looked at just now and all is well (P13); give the moment."""
    with office.work("lease", actor=ACTOR) as work:
        row = lock_account(work.session, account.address)
        row.heartbeat_at, row.error = work.now, None
        if budget is not None:
            row.bytes_left, row.bytes_left_at = int(budget.left), budget.at
        return work.now


def note_pause(office: Office, account: Account, asked_s: float) -> float:
    """Write down that the server asked for a pause (I16); give the seconds that it will last: a little more."""
    chance = int(office.ids.token(16), 16) / 0xFFFF
    pause_s = asked_s * (1 + JITTER * chance)
    with office.work("lease", actor=ACTOR) as work:
        row = lock_account(work.session, account.address)
        until = work.now + timedelta(seconds=pause_s)
        row.backoff_until = max(row.backoff_until or until, until)
    return pause_s


def pause_left_s(office: Office, account: Account) -> float:
    """Give the seconds for which this account's server is still to be left alone, by anybody."""
    with office.reading() as session:
        row = account_by_address(session, account.address)
        until = row.backoff_until if row else None
    return max((until - office.clock.now()).total_seconds(), 0.0) if until else 0.0


def load_budget(office: Office, account: Account, provider: Provider) -> ByteBudget:
    """Give the bytes that may be downloaded, with what was left when it was last noted."""
    now = office.clock.now()
    with office.reading() as session:
        row = account_by_address(session, account.address)
        left, at = (row.bytes_left, row.bytes_left_at) if row else (None, None)
    full = float(provider.bytes_a_day or 0)
    budget = ByteBudget(provider.bytes_a_day, provider.live_share, full, now)
    if left is not None and at is not None and provider.bytes_a_day is not None:
        budget.left, budget.at = float(left), at
        budget.refill(now)
    return budget
