"""The poller: reads each account under a lease, so that any number of pollers on any number of machines can share."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import structlog

from inboxcrm.base.database import DatabaseTrouble
from inboxcrm.base.settings import Account
from inboxcrm.base.work import Office
from inboxcrm.ingest.lease import (
    Lease,
    LeaseLost,
    hand_over,
    lease_office,
    leave_sharing,
    note_error,
    release_lease,
    renew_leases,
    take_lease,
)
from inboxcrm.ingest.poller_name import own_name
from inboxcrm.ingest.sharing import surplus_of
from inboxcrm.ingest.sync.pulse import note_pause, pause_left_s
from inboxcrm.mail.access import open_account
from inboxcrm.mail.bell import Bell
from inboxcrm.mail.errors import LoginHeld, MailboxError, MailboxLoginRefused, SecretMissing, SignInNeeded
from inboxcrm.mail.providers import provider_of
from inboxcrm.workers.lanes import (
    HistoryWaits,
    LaneOver,
    Lanes,
    run_live_lane,
    run_slow_lane,
)

log = structlog.get_logger()
LONGEST_PAUSE_S = 60.0
LONGEST_LOGIN_PAUSE_S = 1200.0
STEADY_S = 60.0
SLOW_PAUSE_S = 60.0
LOOK_S = 0.5
KEPT_S = 600.0  # an account that the one whose share it is could not open


@dataclass(slots=True)
class Crew:
    """What the threads of one poller share: its name, one bell for each account, and the leases it has."""

    owner: str
    bells: dict[str, Bell] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    lanes: dict[str, Lanes] = field(default_factory=dict)
    leaving: set[str] = field(default_factory=set)
    kept_until_s: dict[str, float] = field(default_factory=dict)

    def call(self, address: str) -> None:
        """Have an account looked at at once, if this process reads it."""
        if bell := self.bells.get(address):
            bell.ring()

    def hand_over(self, number: int, now_s: float) -> None:
        """Let so many accounts go to another poller after their look of now: those first that read no history.

        What was taken because nobody else could is kept for a while.
        """
        reading = [
            (lanes.slow_due.is_set(), address)
            for address, lanes in self.lanes.copy().items()
            if address not in self.leaving and self.kept_until_s.get(address, 0.0) <= now_s
        ]
        for _, address in sorted(reading)[:number]:
            self.leaving.add(address)
            if lanes := self.lanes.get(address):
                lanes.end()
            self.call(address)


def poll(office: Office, stop: threading.Event) -> None:
    """Watch all accounts until told to stop."""
    crew = Crew(own_name(), {account.address: Bell() for account in office.settings.account})
    _try(partial(renew_leases, office, crew.owner, ()))
    threads = [
        threading.Thread(target=watch_account, args=(office, account, stop, crew), name=account.address)
        for account in office.settings.account
    ]
    over = threading.Event()
    keeper = threading.Thread(target=_keep_leases, args=(office, crew, over), name="leases")
    for thread in (*threads, keeper):
        thread.start()
    # Not by `stop.wait`: a signal handler in this thread sets it, and must find its lock free.
    while not stop.is_set():
        threads[0].join(LOOK_S)
    for bell in crew.bells.values():
        bell.ring()
    for thread in threads:
        thread.join()
    over.set()
    keeper.join()
    _try(partial(leave_sharing, office, crew.owner))
    for bell in crew.bells.values():
        bell.close()


def _keep_leases(office: Office, crew: Crew, over: threading.Event) -> None:
    """Renew the leases of all accounts that are read here, three times in their life, and keep to our share."""
    while not over.wait(office.settings.running.lease_s / 3):
        _try(partial(_keep_to_share, office, crew))


def _keep_to_share(office: Office, crew: Crew) -> None:
    renew_leases(office, crew.owner, set(crew.held))
    crew.hand_over(surplus_of(office, crew.owner), time.monotonic())


def watch_account(office: Office, account: Account, stop: threading.Event, crew: Crew | None = None) -> None:
    """Read one account again and again; whatever goes wrong is noted and tried again, later and later.

    A server that is away is one line in the log, never a traceback. At the end the lease is given back.
    """
    crew = crew or Crew(own_name(), {account.address: Bell()})
    pauses = _Pauses(office.settings.running.poll_s)
    while not stop.is_set():
        try:
            _read_while_leased(office, account, stop, crew, pauses)
            continue
        except LeaseLost as error:
            log.warning("lease_lost", account=account.address, error=str(error))
            continue
        except Exception as error:  # noqa: BLE001 — no fault of ours may end the watching in silence (P13)
            reason = _reason(error)
            pause_s = pauses.next_s(LONGEST_LOGIN_PAUSE_S if _is_refusal(error) else LONGEST_PAUSE_S)
            pause_s = max(pause_s, _asked_pause_s(office, account, error))
        finally:
            crew.held.discard(account.address)
        log.error("account_not_read", account=account.address, error=reason, again_in_s=pause_s)
        _try(partial(note_error, office, account, reason))
        stop.wait(pause_s)
    _try(partial(release_lease, office, account, crew.owner))


def _is_refusal(error: Exception) -> bool:
    """Tell whether asking again soon could get the account locked (I15); some are said without any asking."""
    return isinstance(error, MailboxLoginRefused) and not isinstance(
        error, SignInNeeded | SecretMissing | LoginHeld
    )


def _reason(error: Exception) -> str:
    """One line on what went wrong. Of a fault of ours only the place is logged: its words can quote a mail (V11)."""
    if isinstance(error, MailboxError | DatabaseTrouble):
        return str(error).splitlines()[0]
    log.error("poller_broke", place="".join(traceback.format_tb(error.__traceback__)))
    return f"a fault of the program: {type(error).__name__}"


def _asked_pause_s(office: Office, account: Account, error: Exception) -> float:
    """The pause that the server's words ask for, a little longer, noted for all who read this account; else 0."""
    asked_s = None
    if isinstance(error, MailboxError):
        asked_s = provider_of(account.provider_key).asked_pause_s(str(error))
    if asked_s is None:
        return 0.0
    try:
        return note_pause(office, account, asked_s)
    except DatabaseTrouble:
        return asked_s


@dataclass(slots=True)
class _Pauses:
    """The times to wait after failures in a row, in seconds; a connection that was steady starts them anew."""

    first_s: float
    failures: int = 0

    def next_s(self, longest_s: float) -> float:
        self.failures += 1
        return float(min(self.first_s * 2 ** min(self.failures - 1, 20), longest_s))


def _try(act: Callable[[], None]) -> None:
    try:
        act()
    except DatabaseTrouble as error:
        log.error("database_away", error=str(error).splitlines()[0])


def _read_while_leased(
    office: Office, account: Account, stop: threading.Event, crew: Crew, pauses: _Pauses
) -> None:
    lease = take_lease(office, account, crew.owner)
    if lease is None:
        stop.wait(office.settings.running.poll_s)
        return
    crew.held.add(account.address)
    if (left_s := pause_left_s(office, account)) > 0:
        stop.wait(left_s)
        return
    if lease.is_stopgap:
        crew.kept_until_s[account.address] = time.monotonic() + KEPT_S
    crew.leaving.discard(account.address)
    lanes = crew.lanes[account.address] = _lanes(office, account, lease, stop, crew)
    slow = threading.Thread(target=_watch_slow_lane, args=(lanes,), name=f"{account.address} history")
    opened_s = None
    try:
        with open_account(office, account) as mailbox:
            opened_s = time.monotonic()
            slow.start()
            run_live_lane(lanes, mailbox)
    finally:
        lanes.end()
        if slow.ident is not None:
            slow.join()
        crew.lanes.pop(account.address, None)
        if account.address in crew.leaving:
            crew.leaving.discard(account.address)
            _try(partial(hand_over, office, account, crew.owner))
        if opened_s is not None and time.monotonic() - opened_s >= STEADY_S:
            pauses.failures = 0


def _lanes(office: Office, account: Account, lease: Lease, stop: threading.Event, crew: Crew) -> Lanes:
    bell = crew.bells.setdefault(account.address, Bell())
    return Lanes(lease_office(office, lease), account, stop, bell, crew.call)


def _watch_slow_lane(lanes: Lanes) -> None:
    """Work on history and the other folders while the live lane is well; what goes wrong here does not touch it."""
    pauses = _Pauses(SLOW_PAUSE_S)
    # Asked before the wait too: the end may have come before `slow_due` was cleared here, and is not told twice.
    while not lanes.is_over and lanes.slow_due.wait() and not lanes.is_over:
        pause_s = lanes.office.settings.running.poll_s
        try:
            if lanes.is_well.is_set() and not pause_left_s(lanes.office, lanes.account):
                with open_account(lanes.office, lanes.account) as mailbox:
                    run_slow_lane(lanes, mailbox)
                pauses.failures = 0
        except HistoryWaits as waits:
            pause_s = waits.pause_s
            log.info("history_waits", account=lanes.account.address, seconds=round(pause_s))
        except (LaneOver, LeaseLost):
            pass  # the live lane says what to do
        except Exception as error:  # noqa: BLE001 — a fault here must not stop new mail
            reason = _reason(error)
            pause_s = max(
                pauses.next_s(LONGEST_LOGIN_PAUSE_S), _asked_pause_s(lanes.office, lanes.account, error)
            )
            log.error("history_not_read", account=lanes.account.address, error=reason, again_in_s=pause_s)
        lanes.over.wait(pause_s)
