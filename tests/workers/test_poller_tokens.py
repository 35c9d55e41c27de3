"""A poller reads by token: what ends in the middle is mended once, what is revoked stops one account only (I15)."""

from __future__ import annotations

import imaplib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import psutil
import pytest
from sqlalchemy import Engine

from inboxcrm.base.settings import Account, Settings
from inboxcrm.base.work import Office
from inboxcrm.ingest.policy import set_policy
from inboxcrm.mail.oauth import Tokens
from inboxcrm.mail.tokens import keep_tokens
from inboxcrm.workers.poller import watch_account
from tests.ingest.building import ask, count, make_office, raw_mail, settings_values
from tests.servers.dovecot import PASSWORD, ImapTestServer, dovecot
from tests.servers.places import a_folder
from tests.servers.token_server import TokenServer, token_server

PATIENCE_S = 30.0


@pytest.fixture
def servers() -> Iterator[tuple[TokenServer, ImapTestServer]]:
    with token_server() as tokens, a_folder("imap") as folder, dovecot(folder, tokens.tokeninfo_url) as imap:
        yield tokens, imap


@pytest.fixture
def office(servers: tuple[TokenServer, ImapTestServer], engine: Engine) -> Office:
    """The shared account signs in by OAuth, Anna's by its password."""
    tokens, imap = servers
    values = settings_values(imap=imap.port)
    values["account"][0] |= {"auth": "oauth", "provider": "microsoft"}
    values |= {"oauth": [tokens.settings()], "running": {"poll_s": 0.1}}
    office = make_office(engine, settings=Settings.model_validate(values))
    account = office.settings.account[0]
    with office.work("test", actor="owner") as work:
        pair = tokens.grant(account.address)
        keep_tokens(work, account, Tokens(*pair, office.clock.now() + timedelta(hours=1)))
        set_policy(work, office.settings.account[1], "all")  # as she has said herself
    return office


@contextmanager
def watching(office: Office) -> Iterator[None]:
    stop = threading.Event()
    threads = [
        threading.Thread(target=watch_account, args=(office, account, stop))
        for account in office.settings.account
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE_S)


def wait_for(what: str, look: Callable[[], object]) -> None:
    until, pause = time.monotonic() + PATIENCE_S, threading.Event()
    while time.monotonic() < until:
        if look():
            return
        pause.wait(0.05)
    raise AssertionError(f"waited for {what} in vain")


def lay(imap: ImapTestServer, account: Account, mid: str) -> None:
    with imaplib.IMAP4(imap.host, imap.port, timeout=10) as inbox:
        inbox.login(account.address, PASSWORD)
        inbox.append("INBOX", "", "", raw_mail(f"{mid}@brouwer.test", account.address, mid=f"<{mid}@b.test>"))


def break_connections(imap: ImapTestServer) -> None:
    """End Dovecot's processes that hold a session."""
    for child in psutil.Process(imap.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it ended by itself since we listed it
            if child.name() == "imap":
                child.terminate()


def test_a_token_that_ends_in_the_middle_is_renewed_once_and_no_mail_is_missed(
    servers: tuple[TokenServer, ImapTestServer], office: Office, engine: Engine
) -> None:
    tokens, imap = servers
    shared = office.settings.account[0]
    lay(imap, shared, "1")
    with watching(office):
        wait_for("the first mail", lambda: count(engine, "message") == 1)
        tokens.expire()
        break_connections(imap)
        lay(imap, shared, "2")
        wait_for("the second mail", lambda: count(engine, "message") == 2)

    assert len(tokens.asked("refresh_token")) == 1
    assert ask(engine, "select count(*) from event where kind = 'account.needs_auth'") == [(0,)]


def test_a_revoked_account_waits_and_the_others_are_read_on(
    servers: tuple[TokenServer, ImapTestServer], office: Office, engine: Engine
) -> None:
    """The token server is asked once and not again; after a new sign-in the reading goes on by itself."""
    tokens, imap = servers
    shared, annas = office.settings.account
    lay(imap, shared, "1")
    with watching(office):
        wait_for("the first mail", lambda: count(engine, "message") == 1)
        tokens.revoke()
        break_connections(imap)
        wait_for("the alert", lambda: ask(engine, "select 1 from event where kind = 'account.needs_auth'"))
        lay(imap, annas, "2")
        lay(imap, shared, "3")
        wait_for("her mail", lambda: count(engine, "message") == 2)
        told = f"select 1 from account where address = '{shared.address}' and error is not null"
        wait_for("the reason", lambda: ask(engine, told))
        assert len(tokens.asked("refresh_token")) == 1

        with office.work("test", actor="owner") as work:
            pair = tokens.grant(shared.address)
            keep_tokens(work, shared, Tokens(*pair, office.clock.now() + timedelta(hours=1)))
        wait_for("what came meanwhile", lambda: count(engine, "message") == 3)
