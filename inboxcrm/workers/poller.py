"""The poller: one thread and one connection an account, under a lease, so that any number of pollers can share."""

from __future__ import annotations

import os
import socket
import threading

import structlog

from inboxcrm.base.database import DatabaseTrouble
from inboxcrm.base.settings import Account
from inboxcrm.base.work import Office
from inboxcrm.ingest.lease import note_error, take_lease
from inboxcrm.ingest.reading import read_account
from inboxcrm.mail.errors import MailboxError
from inboxcrm.mail.imap import open_mailbox
from inboxcrm.outbox.drafts import imap_server

log = structlog.get_logger()
LONGEST_PAUSE_S = 60.0


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
    """Read one account again and again; a lost server is tried again later and later, never a traceback."""
    pause = office.settings.running.poll_s
    while not stop.is_set():
        try:
            _read_while_leased(office, account, stop)
            pause = office.settings.running.poll_s
        except (MailboxError, DatabaseTrouble) as error:
            reason = str(error).splitlines()[0]
            log.error("account_not_read", account=account.address, error=reason, again_in_s=pause)
            _note(office, account, reason)
            stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)


def _note(office: Office, account: Account, reason: str) -> None:
    try:
        note_error(office, account, reason)
    except DatabaseTrouble as error:
        log.error("database_away", error=str(error).splitlines()[0])


def _read_while_leased(office: Office, account: Account, stop: threading.Event) -> None:
    owner = f"{socket.gethostname()}:{os.getpid()}"
    if not take_lease(office, account, owner):
        stop.wait(office.settings.running.poll_s)
        return
    with open_mailbox(imap_server(account)) as mailbox:
        while not stop.is_set() and take_lease(office, account, owner):
            if taken := read_account(office, account, mailbox):
                log.info("taken_in", account=account.address, messages=taken)
            stop.wait(office.settings.running.poll_s)
