"""The poller: one thread and one connection an account, under a lease, so that any number of pollers can share."""

from __future__ import annotations

import os
import socket
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import structlog

from inboxcrm.base.database import DatabaseTrouble
from inboxcrm.base.settings import Account
from inboxcrm.base.work import Office
from inboxcrm.ingest.lease import note_error, release_lease, take_lease
from inboxcrm.ingest.reading import read_account
from inboxcrm.mail.access import open_account
from inboxcrm.mail.errors import LoginHeld, MailboxError, MailboxLoginRefused, SecretMissing, SignInNeeded

log = structlog.get_logger()
LONGEST_PAUSE_S = 60.0
LONGEST_LOGIN_PAUSE_S = 1200.0


def poll(office: Office, stop: threading.Event) -> None:
    """Watch all accounts until told to stop."""
    threads = [
        threading.Thread(target=watch_account, args=(office, account, stop), name=account.address)
        for account in office.settings.account
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def watch_account(office: Office, account: Account, stop: threading.Event) -> None:
    """Read one account again and again; whatever goes wrong is noted and tried again, later and later.

    A server that is away is one line in the log, never a traceback. At the end the lease is given back.
    """
    owner = f"{socket.gethostname()}:{os.getpid()}"
    pauses = _Pauses(office.settings.running.poll_s)
    while not stop.is_set():
        longest_s = LONGEST_PAUSE_S
        try:
            _read_while_leased(office, account, owner, stop, pauses)
            continue
        except (SignInNeeded, SecretMissing, LoginHeld) as error:
            reason = str(error).splitlines()[0]  # no server was asked
        except MailboxLoginRefused as error:
            # Asking again and again with a wrong password gets accounts locked (I15).
            reason, longest_s = str(error).splitlines()[0], LONGEST_LOGIN_PAUSE_S
        except (MailboxError, DatabaseTrouble) as error:
            reason = str(error).splitlines()[0]
        except Exception as error:  # noqa: BLE001 — no fault of ours may end the watching in silence (P13)
            # The place without the words: they can quote a mail (V11).
            log.error("poller_broke", place="".join(traceback.format_tb(error.__traceback__)))
            reason = f"a fault of the program: {type(error).__name__}"
        pause_s = pauses.next_s(longest_s)
        log.error("account_not_read", account=account.address, error=reason, again_in_s=pause_s)
        _try(partial(note_error, office, account, reason))
        stop.wait(pause_s)
    _try(partial(release_lease, office, account, owner))


@dataclass(slots=True)
class _Pauses:
    """The times to wait after failures in a row, in seconds; a success starts them anew."""

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
    office: Office, account: Account, owner: str, stop: threading.Event, pauses: _Pauses
) -> None:
    if not take_lease(office, account, owner):
        stop.wait(office.settings.running.poll_s)
        return
    with open_account(office, account) as mailbox:
        while not stop.is_set() and take_lease(office, account, owner):
            if taken := read_account(office, account, mailbox):
                log.info("taken_in", account=account.address, messages=taken)
            pauses.failures = 0
            stop.wait(office.settings.running.poll_s)
