"""Says of each mailbox when it was last read, and tells people once when that was too long ago (P13).

It goes by what pollers note in the database, so that it also notices when none of them runs: the ticker looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inboxcrm.base.database import Session
from inboxcrm.base.settings import Settings, User
from inboxcrm.base.spelled import spell_moment
from inboxcrm.base.work import Office, Work
from inboxcrm.ingest import events
from inboxcrm.ingest.records import MailAccount
from inboxcrm.ingest.store import account_by_address, lock_account
from inboxcrm.ingest.sync.store import LAGS_AFTER, STALE_AFTER, SURE_AFTER, accounts_with_news
from inboxcrm.mail.incoming import Address
from inboxcrm.mail.scrub import scrub_line
from inboxcrm.outbox.letter import Plan, write_letter
from inboxcrm.outbox.way_out import way_out

ACTOR = "system"
NOBODY_READS = "nobody looks at it; does `inboxcrm run`, or a process `inboxcrm poll`, run?"


@dataclass(frozen=True, slots=True)
class Reading:
    """When a configured mailbox was last looked at with success, and what has hindered it since.

    `last_at` is None if it never was; `since` is then when it was added, None if it is not yet watched at all.
    `is_told`: people were told that it is not read.
    """

    address: str
    last_at: datetime | None
    since: datetime | None
    error: str
    is_told: bool

    def is_stale(self, now: datetime) -> bool:
        """Tell whether it should have been looked at again long since."""
        return self.since is not None and now - self.since > STALE_AFTER

    def seconds_since(self, now: datetime) -> float:
        """Give the seconds since it was last looked at, or since it was added."""
        return max((now - self.since).total_seconds(), 0.0) if self.since else 0.0


@dataclass(frozen=True, slots=True)
class _News:
    """What is to be told of one mailbox: it is not read, or it is read again after so long an outage."""

    account_id: int
    address: str
    since: datetime
    is_over: bool
    reason: str


def all_readings(session: Session, settings: Settings) -> list[Reading]:
    """Give when each configured mailbox was last read, in the order of the configuration."""
    found = []
    for account in settings.account:
        row = account_by_address(session, account.address)
        last, since = (row.heartbeat_at, row.heartbeat_at or row.live_from) if row else (None, None)
        error, is_told = (scrub_line(row.error or ""), row.stale_since is not None) if row else ("", False)
        found.append(Reading(account.address, last, since, error, is_told))
    return found


def tell_of_staleness(office: Office) -> int:
    """Tell the manager, and the owner, of mailboxes that are no longer read, and of those that are again.

    Each outage is told once, and its end once. Gives the number of mailboxes of which something was told.
    """
    with office.reading() as session:
        if not accounts_with_news(session, office.clock.now()):
            return 0
    with office.work("staleness", actor=ACTOR) as work:
        configured = {account.address for account in work.settings.account}
        told = [_note(work, account_id) for account_id in accounts_with_news(work.session, work.now)]
        news = [one for one in told if one is not None and one.address in configured]
        for one in news:
            kind = events.ACCOUNT_READ_AGAIN if one.is_over else events.ACCOUNT_STALE
            since = one.since.isoformat()
            work.emit(kind, ("account", one.account_id), account=one.address, since=since, reason=one.reason)
        for is_over in (False, True):
            _tell(work, [one for one in news if one.is_over == is_over])
        return len(news)


def _note(work: Work, account_id: int) -> _News | None:
    """Write down that a mailbox lags, or that an outage or its end is told now; None if there is nothing to tell.

    It must be seen to lag twice: a machine that slept finds all its mailboxes unread, and reads them a moment later.
    """
    row = lock_account(work.session, work.session.get_one(MailAccount, account_id).address)
    last, told_since, seen_at = row.heartbeat_at or row.live_from, row.stale_since, row.stale_seen_at
    reason = scrub_line(row.error or "") or NOBODY_READS
    if last >= work.now - LAGS_AFTER:
        row.stale_since = row.stale_seen_at = None
        return _News(row.id, row.address, told_since, True, reason) if told_since else None
    if seen_at is None:
        row.stale_seen_at = work.now
    elif told_since is None and last < work.now - STALE_AFTER and seen_at <= work.now - SURE_AFTER:
        row.stale_since = last
        return _News(row.id, row.address, last, False, reason)
    return None


def _tell(work: Work, news: Sequence[_News]) -> None:
    """Write each person one letter about all that concerns him: the manager all, an owner his own mailbox."""
    settings = work.settings
    people: dict[str, list[_News]] = {settings.manager.key: list(news)} if news else {}
    for one in news:
        owner = next(account.user for account in settings.account if account.address == one.address)
        if owner and owner != settings.manager.key:
            people.setdefault(owner, []).append(one)
    for key, of_his in people.items():
        user = settings.user_by_key(key)
        if user is not None:
            _write(work, user, of_his)


def _write(work: Work, user: User, news: Sequence[_News]) -> None:
    first = news[0]
    word = "read_again" if first.is_over else "stale"
    which = f"The mailbox {first.address} is" if len(news) == 1 else f"{len(news)} mailboxes are"
    write_letter(
        work,
        Plan(
            kind="stale",
            dedupe=f"{word}:{user.key}:{first.account_id}:{first.since.isoformat()}",
            account=_way_out(work, user),
            to=[Address(user.name, user.address)],
            user=user.key,
            subject=f"{which} {'read again' if first.is_over else 'not read'}",
            facts={
                "name": user.name,
                "is_over": first.is_over,
                "minutes": int(STALE_AFTER / timedelta(minutes=1)),
                "mailboxes": [
                    {
                        "address": one.address,
                        "since": spell_moment(one.since, work.settings.company.zone),
                        "reason": one.reason,
                    }
                    for one in news
                ],
            },
            is_capped=False,
        ),
    )


def _way_out(work: Work, user: User) -> str:
    """Choose a mailbox that is read."""
    readings = all_readings(work.session, work.settings)
    return way_out(work.settings, user, {one.address for one in readings if one.is_stale(work.now)})
