"""No password, token, code or key stands anywhere but where it belongs, whatever goes wrong (P13, I15).

The product runs as an owner runs it, on real servers: a token that ended early, a wrong password, a sign-in that is
revoked, a token server that quotes what it was sent. Then all that it has said and written is searched.
"""

from __future__ import annotations

import imaplib
import logging
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from inboxcrm.app.office import KEY_FILE, open_office
from inboxcrm.base.child import start_child
from inboxcrm.base.settings_file import load_settings
from inboxcrm.cli.config_text import config_text
from inboxcrm.cli.start import Start, start_program
from inboxcrm.mail.errors import MailboxError, SubmissionError
from inboxcrm.mail.fetched import ImapServer
from inboxcrm.mail.imap import open_mailbox
from inboxcrm.mail.smtp import SmtpServer, open_submission
from tests.ingest.building import raw_mail, settings_values
from tests.servers.dovecot import PASSWORD, ImapTestServer, dovecot
from tests.servers.places import a_folder
from tests.servers.smtp import SmtpTestServer, smtp_server
from tests.servers.token_server import CLIENT_SECRET, TokenServer, token_server

SALES, ANNA = "sales@kestrel.test", "anna@kestrel.test"
WRONG = 'Wr0ng "pass\\word" plänted'
FROM_VARIABLE = "Variable-Pl4nted"
GIVEN_OUT = re.compile(rb"(?:access-T0ken|refresh-T0ken|auth-C0de|device-C0de)[\w-]*planted")
PATIENCE_S = 60.0
READING = (["doctor"], ["outbox", "list"], ["ledger"], ["show", "1"], ["why", "1"])


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[tuple[TokenServer, ImapTestServer, SmtpTestServer]]:
    with (
        token_server() as tokens,
        a_folder("imap") as folder,
        dovecot(folder, tokens.tokeninfo_url) as imap,
        smtp_server(tmp_path / "smtp", imap, tokeninfo=tokens.tokeninfo_url) as smtp,
    ):
        tokens.user, tokens.pending_answers = SALES, 0
        yield tokens, imap, smtp


def values_of(tokens: TokenServer, imap: ImapTestServer, smtp: SmtpTestServer) -> dict[str, Any]:
    values = settings_values(imap=imap.port, smtp=smtp.port)
    values["running"] = {"poll_s": 0.2, "tick_s": 0.2}
    values["account"][0] |= {"auth": "oauth", "provider": "microsoft"}
    logins = {"host": "127.0.0.1", "security": "none"}
    values["account"][1] |= {
        "imap": {**logins, "port": imap.port, "password": WRONG},
        "smtp": {**logins, "port": smtp.port, "password": {"env": "CRM_PLANTED"}},
    }
    return values | {"oauth": [tokens.settings()]}


def wait_for(what: str, look: Callable[[], object]) -> None:
    until, pause = time.monotonic() + PATIENCE_S, threading.Event()
    while time.monotonic() < until:
        if look():
            return
        pause.wait(0.05)
    raise AssertionError(f"waited for {what} in vain")


def lay(imap: ImapTestServer, mid: str) -> None:
    with imaplib.IMAP4(imap.host, imap.port, timeout=10) as inbox:
        inbox.login(SALES, PASSWORD)
        raw = raw_mail(f"bob{mid}@brouwer.test", SALES, mid=f"<{mid}@brouwer.test>")
        inbox.append("INBOX", "", imaplib.Time2Internaldate(datetime.now(UTC) + timedelta(seconds=1)), raw)


def spellings(secret: bytes) -> set[bytes]:
    """As it is, in hex, in base64 wherever it begins, and as reprs and IMAP's quotes show it."""
    found = {secret, secret.hex().encode()}
    found |= {b64encode(b" " * shift + secret)[4:-4] for shift in range(3) if len(secret) > 8}
    try:
        text = secret.decode()
    except UnicodeDecodeError:
        return found
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return found | {repr(secret)[2:-1].encode(), quoted.encode(), repr(quoted.encode())[2:-1].encode()}


def assert_clean(where: str, written: bytes, secrets: dict[str, bytes]) -> None:
    for name, secret in secrets.items():
        assert not [one for one in spellings(secret) if one in written], f"{name} stands in {where}"
    assert not GIVEN_OUT.findall(written), f"a token or code stands in {where}"
    for number in range(1, 9):
        for kind in ("access", "refresh"):
            token = f"{kind}-T0ken-{number}-planted".encode()
            assert not [one for one in spellings(token) if one in written], f"{token!r} stands in {where}"


def say(capfd: pytest.CaptureFixture[str], config: Path, *words: str) -> str:
    """Give a command; all that it prints and logs."""
    capfd.readouterr()
    start_program([*words, "--config", str(config)], Start())
    return "".join(capfd.readouterr())


@contextmanager
def running(config: Path, log: Path) -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    """`inboxcrm run`; gives what answers questions to its database."""

    def ask(query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(config.parent / "data" / "inboxcrm.db", timeout=10)) as database:
            return database.execute(query).fetchall()

    with log.open("ab") as stream:
        argv = [sys.executable, "-m", "inboxcrm", "run", "--config", str(config)]
        process = start_child(argv, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream)
    try:
        yield ask
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def test_no_secret_stands_anywhere_it_does_not_belong(
    servers: tuple[TokenServer, ImapTestServer, SmtpTestServer],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tokens, imap, smtp = servers
    monkeypatch.setattr(
        "inboxcrm.cli.start._log_to_stderr", lambda: None
    )  # the log stays as the tests have set it
    monkeypatch.setenv("CRM_PLANTED", FROM_VARIABLE)
    config, log, said = tmp_path / "config.toml", tmp_path / "log", []
    answers = tmp_path / "answers.toml"
    answers.write_text(config_text(values_of(tokens, imap, smtp)), encoding="utf-8")
    said.append(say(capfd, config, "init", "--answers", str(answers)))
    said.append(say(capfd, config, "login", SALES))
    tokens.expire()
    lay(imap, "1")

    with running(config, log) as ask:
        wait_for("the first mail", lambda: ask("select 1 from lead"))
        wait_for(
            "the wrong password",
            lambda: ask(f"select 1 from sign_in where account = '{ANNA}' and state != 'ok'"),
        )
        wait_for("a letter that has left", lambda: ask("select 1 from letter where state = 'sent'"))
        tokens.revoke()
        lay(imap, "2")
        wait_for(
            "the revoked sign-in", lambda: ask("select 1 from sign_in where door = 'token' and state != 'ok'")
        )
        wait_for("its letter", lambda: ask("select 1 from letter where kind = 'sign_in'"))
    said += [say(capfd, config, *words, "--json") for words in READING]
    said.append(say(capfd, config, "doctor"))
    tokens.device_error = "invalid_grant"
    said.append(say(capfd, config, "login", SALES))

    secrets = {
        "the wrong password": WRONG.encode(),
        "the password of the variable": FROM_VARIABLE.encode(),
        "the client's secret": CLIENT_SECRET.encode(),
        "the key": (tmp_path / "data" / KEY_FILE).read_bytes(),
    }
    assert "login was refused" in log.read_text()
    assert "invalid_grant" in log.read_text()
    assert_clean("the log", log.read_bytes(), secrets)
    assert_clean("what commands said", "\n".join(said).encode(), secrets)
    written = [file for file in (tmp_path / "data").rglob("*") if file.is_file() and file.name != KEY_FILE]
    assert {"inboxcrm.db"} <= {file.name for file in written}
    assert any("redis" in file.parts for file in written)
    for file in written:
        assert_clean(str(file), file.read_bytes(), secrets)


def test_a_key_in_errors_is_searched_for_as_it_would_be_seen() -> None:
    """The search of this file finds what it is to find."""
    for hidden in (
        WRONG.encode(),
        repr(WRONG.encode()).encode(),
        b64encode(f"\0{ANNA}\0{WRONG}".encode()),
        b"user " + b64encode(b"user=x\1auth=Bearer access-T0ken-1-planted\1\1"),
        b"access-T0ken-7-planted",
    ):
        with pytest.raises(AssertionError, match="stands in"):
            assert_clean("x", b"some " + hidden + b" words", {"wrong": WRONG.encode()})


class Quoting:
    """A server that repeats whatever it is sent, as some do when they refuse a login."""

    def __init__(self, greeting: bytes, answer: Callable[[bytes], bytes]) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.greeting, self.answer = greeting, answer
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        with self.socket:
            connection, _ = self.socket.accept()
            with connection, connection.makefile("rb") as lines:
                connection.sendall(self.greeting)
                for line in lines:
                    connection.sendall(self.answer(line.rstrip(b"\r\n")))


def imap_answer(line: bytes) -> bytes:
    tag, _, command = line.partition(b" ")
    if command.upper().startswith(b"CAPABILITY"):
        return b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n" + tag + b" OK done\r\n"
    if command.upper().startswith(b"AUTHENTICATE"):
        return b"+ \r\n"
    return tag + b" NO I do not like " + line + b"\r\n" if command else b"A0 BAD what is " + line + b"\r\n"


def smtp_answer(line: bytes) -> bytes:
    if line.upper().startswith(b"EHLO"):
        return b"250-x\r\n250 AUTH PLAIN LOGIN XOAUTH2\r\n"
    return b"535 5.7.8 I do not like " + line + b"\r\n"


@pytest.mark.parametrize("shown", ["password", "token"])
@pytest.mark.parametrize("door", ["imap", "smtp"])
def test_a_server_that_quotes_the_login_is_not_quoted(
    door: str, shown: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither in the error nor in its chain of causes, nor in the libraries' own logs at their most talkative."""
    caplog.set_level(logging.DEBUG)
    secret = WRONG if shown == "password" else "access-T0ken-1-planted"
    login = {"password": secret if shown == "password" else "", "token": secret if shown == "token" else ""}
    if door == "imap":
        there = Quoting(b"* OK hello\r\n", imap_answer)
        server = ImapServer("127.0.0.1", there.port, "none", ANNA, timeout_s=1, **login)
        act: Callable[[], Any] = lambda: open_mailbox(server)  # noqa: E731
    else:
        there = Quoting(b"220 hello\r\n", smtp_answer)
        way = SmtpServer("127.0.0.1", there.port, "none", ANNA, timeout_s=1, **login)
        act = lambda: open_submission(way)  # noqa: E731

    with pytest.raises((MailboxError, SubmissionError)) as told:
        act()

    formatter = logging.Formatter()
    traceback_text = formatter.formatException((told.type, told.value, told.tb))
    for text in (str(told.value), repr(told.value), traceback_text, caplog.text):
        assert_clean("what is told", text.encode(), {"the password": WRONG.encode()})


def test_settings_and_logins_show_no_secret(tmp_path: Path) -> None:
    """Somebody will log one of them some day."""
    with token_server() as tokens:
        values = settings_values()
        values["account"][0]["imap"]["password"] = WRONG
        (tmp_path / "config.toml").write_text(config_text(values | {"oauth": [tokens.settings()]}))
        settings = load_settings(tmp_path / "config.toml")
        office = open_office(settings)
        server = ImapServer("h", 1, "none", "u", WRONG, token="access-T0ken-1-planted")
        shown = f"{settings!r} {settings} {settings.oauth[0]!r} {server!r}"

    assert_clean(
        "a repr",
        shown.encode(),
        {"wrong": WRONG.encode(), "client": CLIENT_SECRET.encode(), "key": office.key},
    )
