"""`inboxcrm run`: a killed process comes back, also Redis; SIGTERM or a sudden end leaves nothing behind."""

from __future__ import annotations

import imaplib
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import psutil
import pytest

from inboxcrm.app.migrate import migrate_database
from inboxcrm.base.child import start_child
from inboxcrm.base.database import open_database
from inboxcrm.cli.config_text import config_text
from inboxcrm.rules.starter_sets import put_starter_rules
from tests.ingest.building import raw_mail, settings_values
from tests.servers.dovecot import ImapTestServer
from tests.servers.smtp import SmtpTestServer

PATIENCE_S = 90.0
NAMES = ("poll", "work", "tick")
Found = TypeVar("Found")


def wait_for(what: str, look: Callable[[], Found | None]) -> Found:
    """Look again and again until there is something to see."""
    until, pause = time.monotonic() + PATIENCE_S, threading.Event()
    while time.monotonic() < until:
        if found := look():
            return found
        pause.wait(0.05)
    raise AssertionError(f"waited for {what} in vain")


class Product:
    """`inboxcrm run` as a process of its own."""

    def __init__(self, folder: Path, imap: ImapTestServer, smtp: SmtpTestServer) -> None:
        values = settings_values(imap=imap.port, smtp=smtp.port, local="." + folder.name[-20:].strip("-_."))
        values["running"] = {"poll_s": 0.2, "tick_s": 0.2, "lease_s": 1.5}
        self.imap, self.folder, self.config = imap, folder, folder / "config.toml"
        self.sales = values["account"][0]["address"]
        self.config.write_text(config_text(values))
        put_starter_rules(folder / "rules")
        (folder / "data").mkdir()
        self.database = folder / "data" / "inboxcrm.db"
        engine = open_database(f"sqlite:///{self.database}")
        migrate_database(engine)
        engine.dispose()
        with (folder / "log").open("ab") as log:
            argv = [sys.executable, "-m", "inboxcrm", "run", "--config", str(self.config)]
            self.process = start_child(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def pids(self) -> dict[str, int]:
        """The processes of the product by name; Redis too."""
        found: dict[str, int] = {}
        for child in psutil.Process(self.process.pid).children(recursive=True):
            try:
                name, is_gone = child.name(), child.status() == psutil.STATUS_ZOMBIE
            except psutil.Error:
                continue
            name = "redis" if "valkey" in name or "redis" in name else name.removeprefix("inboxcrm-")
            if not is_gone and name in (*NAMES, "redis"):
                found[name] = child.pid
        return found

    def all_started(self) -> dict[str, int] | None:
        found = self.pids()
        return found if len(found) == 4 else None

    def all_up(self) -> dict[str, int] | None:
        return self.all_started() if self.is_polling() else None

    def is_polling(self) -> bool:
        return bool(self.ask("select 1 from account where lease_owner is not null"))

    def ask(self, query: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30)) as connection:
            return connection.execute(query).fetchall()

    def lay(self, sender: str) -> None:
        """Let a stranger's mail arrive."""
        with imaplib.IMAP4(self.imap.host, self.imap.port) as client:
            client.login(self.sales, "pw")
            when = imaplib.Time2Internaldate(datetime.now(UTC))
            assert client.append("INBOX", "", when, raw_mail(sender, self.sales, f"from {sender}"))[0] == "OK"

    def wait_for_notice_of(self, sender: str) -> None:
        """Mail in, rules fired, the rep told: everything is at work."""
        query = f"select 1 from task join box on box.id = task.box_id where box.name = 'from {sender}'"
        wait_for(f"the task about {sender}", lambda: self.ask(query))


@pytest.fixture(scope="module")
def product(
    tmp_path_factory: pytest.TempPathFactory, imap: ImapTestServer, running_smtp: SmtpTestServer
) -> Iterator[Product]:
    running = Product(tmp_path_factory.mktemp("run"), imap, running_smtp)
    try:
        wait_for("all processes", running.all_up)
        yield running
    finally:
        running.process.terminate()
        running.process.wait(30)


def test_each_killed_process_comes_back_and_the_work_goes_on(product: Product) -> None:
    """V5: poller, worker, ticker and Redis are killed, all of them; the next mail is worked all the same."""
    before = wait_for("all processes", product.all_up)
    for pid in before.values():
        psutil.Process(pid).send_signal(signal.SIGKILL)

    def new_ones() -> bool:
        now = product.pids()
        return len(now) == 4 and not set(now.values()) & set(before.values())

    wait_for("four new processes", new_ones)
    product.lay("after@brouwer.test")
    product.wait_for_notice_of("after@brouwer.test")
    told = (product.folder / "log").read_text()
    assert told.count("event=process_died") == 3
    assert "event=valkey_died" in told
    assert "Traceback" not in told
    assert product.process.poll() is None


def test_a_sudden_end_of_the_supervisor_leaves_no_process_behind(
    tmp_path: Path, imap: ImapTestServer, running_smtp: SmtpTestServer
) -> None:
    """SIGKILL, which nobody can catch: the children end with it."""
    product = Product(tmp_path, imap, running_smtp)
    pids = wait_for("four processes", product.all_started)
    product.process.kill()

    assert product.process.wait(10) == -signal.SIGKILL
    wait_for("the end of all", lambda: not any(psutil.pid_exists(pid) for pid in pids.values()))


def test_another_thing_where_the_database_was_ends_all_with_its_name(
    tmp_path: Path, imap: ImapTestServer, running_smtp: SmtpTestServer
) -> None:
    """What no new start can heal is told once at the end, with the exit code of a wrong configuration."""
    product = Product(tmp_path, imap, running_smtp)
    pids = wait_for("all processes", product.all_up)
    product.database.write_bytes(b"garbage" * 1000)

    assert product.process.wait(60) == 2
    assert not any(psutil.pid_exists(pid) for pid in pids.values())
    told = (product.folder / "log").read_text().splitlines()
    assert told[-1].startswith(f"{product.database}: this is no database of SQLite; put the file back")
    assert "Traceback" not in "".join(told)


def test_sigterm_ends_all_within_seconds(product: Product) -> None:
    """The last test of the file: exit code 0, no process, no claim and no lease left."""
    pids = wait_for("all processes", product.all_up)
    start = time.monotonic()
    product.process.terminate()

    assert product.process.wait(30) == 0
    assert time.monotonic() - start < 15
    assert not any(psutil.pid_exists(pid) for pid in pids.values())
    assert product.ask("select count(*) from account where lease_until is not null") == [(0,)]
    assert product.ask("select count(*) from letter where state = 'claimed'") == [(0,)]
    assert "Traceback" not in (product.folder / "log").read_text()
