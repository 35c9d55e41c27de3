"""The demo's stage: its mail server, its configuration, the running product, its clock, and what can be seen of it.

The product runs as its own processes, started by an owner's commands. The stage only watches its database.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from inboxcrm.base.child import start_child
from inboxcrm.base.clock import OffsetClock
from inboxcrm.base.errors import ConfigError, InboxcrmError
from inboxcrm.demo.answers import AUTH_SERVER, DOMAINS, HOME, answers
from inboxcrm.demo.mail_server import MailServer, start_mail_server
from inboxcrm.demo.people import Person

PATIENCE_S = 45.0
GIVEN = "answers.toml"  # what marks a folder as a demo's
Found = TypeVar("Found")


class StoryStuck(InboxcrmError):
    """Something that the story waits for did not happen."""

    def __init__(self, what: str, log: Path) -> None:
        super().__init__(
            f"the demo waited {PATIENCE_S:.0f} s for {what}, in vain; the product's log is {log}"
        )


class OwnerRefused(InboxcrmError):
    """A command of the owner failed."""

    def __init__(self, command: str, said: str) -> None:
        super().__init__(f"`inboxcrm {command}` failed: {said}")


class FolderTaken(ConfigError):
    """The folder for the demo holds something else, which is not ours to remove."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder}: holds something that is no earlier demo; name another with --folder")


@dataclass(slots=True)
class Stage:
    """A running demo."""

    folder: Path
    server: MailServer
    clock: OffsetClock
    product: subprocess.Popen[bytes] | None = None

    @property
    def config(self) -> Path:
        """Give the configuration that `init` wrote."""
        return self.folder / "config.toml"

    @property
    def database(self) -> Path:
        """Give the product's SQLite file."""
        return self.folder / "data" / "inboxcrm.db"

    @property
    def log(self) -> Path:
        """Give the product's log."""
        return self.folder / "inboxcrm.log"

    def person(self, name: str, address: str) -> Person:
        """Give somebody a mailbox."""
        return Person(name, address, self.server, self.clock)

    def command(self, *words: str) -> str:
        """Run a command of the owner; give what it printed. Raises OwnerRefused."""
        argv = [*self._program(), *words, "--config", str(self.config)]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            raise OwnerRefused(" ".join(words), (done.stderr or done.stdout).strip())
        return done.stdout

    def start_product(self) -> None:
        """Start `inboxcrm run`."""
        argv = [*self._program(), "run", "--config", str(self.config)]
        with self.log.open("ab") as log:
            self.product = start_child(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def stop_product(self) -> None:
        """Ask the product to end, and wait for it."""
        if self.product is not None and self.product.poll() is None:
            self.product.terminate()
            self.product.wait(30)

    def _program(self) -> list[str]:
        return [sys.executable, "-m", "inboxcrm.cli.clocked", str(self.clock.file)]

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the product's database."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30)) as connection:
            return connection.execute(query, values).fetchall()

    def wait_for(self, what: str, look: Callable[[], Found | None]) -> Found:
        """Look again and again until there is something to see. Raises StoryStuck."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            if found := look():
                return found
            if self.product is not None and self.product.poll() is not None:
                break
            time.sleep(0.1)
        raise StoryStuck(what, self.log)

    def wait_for_row(self, what: str, query: str, *values: object) -> tuple[Any, ...]:
        """Wait until a question to the product's database has an answer."""
        return self.wait_for(what, lambda: next(iter(self.ask(query, *values)), None))

    def settle(self) -> None:
        """Wait until the product has nothing left to do."""
        self.wait_for_row(
            "the product to come to rest",
            "select 1 where not exists (select 1 from event where state = 'pending') "
            "and not exists (select 1 from letter where state = 'claimed' or (state = 'waiting' and error is null))",
        )

    def move_clock(self, by: timedelta) -> None:
        """Let time pass for everybody."""
        self.clock.move(by)


@contextmanager
def set_stage(folder: Path) -> Iterator[Stage]:
    """Start the mail server, set the product up as its owner would, and start it; end all of it afterwards."""
    if folder.exists() and any(folder.iterdir()) and not (folder / GIVEN).exists():
        raise FolderTaken(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / GIVEN).touch()
    clock = OffsetClock(folder.resolve() / "clock")
    keep = folder.resolve() / "mails"
    server = start_mail_server(folder.resolve() / "server", DOMAINS, clock.file, AUTH_SERVER, keep)
    stage = Stage(folder.resolve(), server, clock)
    try:
        given = stage.folder / GIVEN
        given.write_text(answers(server), encoding="utf-8")
        for local in ("sales", "anna"):
            stage.person(local, f"{local}@{HOME}").inbox()  # the server makes mailboxes at the first login
        stage.command("init", "--answers", str(given))
        stage.command("live")
        stage.start_product()
        yield stage
    finally:
        stage.stop_product()
        server.stop()
