"""The stage of the flow tests: real servers, the product's own processes, a clock for all, and what can be seen.

Time on the stage begins on Monday 3 March 2025, 09:00 UTC, so that no schedule of the starter rules falls into
the short stories and Dovecot, which knows no INTERNALDATE in the future, keeps the dates that it is given.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from inboxcrm.base.child import start_child
from inboxcrm.base.clock import OffsetClock, SystemClock
from inboxcrm.cli.commands import cli
from inboxcrm.cli.start import Start
from inboxcrm.wakes.embedded import EmbeddedValkey, start_valkey
from tests.flows.company import Cast, Doors, answers
from tests.servers.dovecot import ImapTestServer, dovecot
from tests.servers.postgres import PostgresTestServer
from tests.servers.smtp import SmtpTestServer, smtp_server

MONDAY = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
PROCESSES = ("poll", "work", "tick")
TEMPLATE = "inboxcrm_template"  # the database with all tables that tests/conftest.py makes
ROOT = Path(__file__).parents[2]
Found = TypeVar("Found")

NOTHING_LEFT = """
select 1 where not exists (select 1 from event where state = 'pending')
and not exists (select 1 from letter where state in ('claimed', 'uncertain')
                or (state = 'waiting' and due_at <= :now))
and not exists (select 1 from document where content_sha256 is not null and pdf_sha256 is null)
and not exists (select 1 from document where state = 'provisional' and finalise_at <= :now)
"""


class StoryStuck(AssertionError):
    """Something that the story waits for did not happen in time."""


@dataclass(slots=True)
class Servers:
    """Mail servers, PostgreSQL and the mother of processes, shared by the runs of one pytest worker."""

    folder: Path
    imap: ImapTestServer
    smtp: SmtpTestServer
    clock: OffsetClock
    closing: ExitStack
    postgres: Callable[[], PostgresTestServer]
    nursery: subprocess.Popen[str] | None = None

    @property
    def doors(self) -> Doors:
        return Doors(self.imap.host, self.imap.port, self.smtp.port, self.imap.password)

    def new_database(self, kind: str, name: str) -> str:
        """The URL of a database that nobody has used; "" is the product's own SQLite file."""
        if kind == "sqlite":
            return ""
        self.postgres().create_database(name, template=TEMPLATE)
        return self.postgres().url_for(name)

    def drop_database(self, kind: str, name: str) -> None:
        if kind != "sqlite":
            self.postgres().drop_database(name)

    def ask_nursery(self, **request: object) -> dict[str, Any]:
        """Ask the mother of processes, which is started at the first question."""
        if self.nursery is None:
            argv = [sys.executable, "-m", "tests.flows.killable"]
            log = self.closing.enter_context((self.folder / "nursery.log").open("w"))
            self.nursery = start_child(  # type: ignore[assignment]
                argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
            )
            self.closing.callback(_end, self.nursery)
        assert self.nursery is not None
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write(json.dumps(request) + "\n")
        self.nursery.stdin.flush()
        line = self.nursery.stdout.readline()
        assert line, f"no process can be started: {(self.folder / 'nursery.log').read_text()[-2000:]}"
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def open_servers(postgres: Callable[[], PostgresTestServer]) -> Iterator[Servers]:
    """Start the servers; their folder has a short name, as sockets lie in it."""
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="flows-", dir="/tmp")))
        folder.chmod(0o755)
        clock = OffsetClock(folder / "clock")
        set_clock(clock)
        imap = closing.enter_context(dovecot(folder / "imap"))
        smtp = closing.enter_context(smtp_server(folder / "smtp", imap, clock.file))
        yield Servers(folder, imap, smtp, clock, closing, postgres)


def set_clock(clock: OffsetClock) -> None:
    """Let the stage's time begin anew."""
    clock.file.write_text("0")
    clock.move(MONDAY - SystemClock().now())


@dataclass(slots=True)
class Stage:
    """One run: a company of its own on the shared servers, with its own database and Valkey."""

    servers: Servers
    folder: Path
    cast: Cast
    engine: sa.Engine
    patience_s: float
    valkey: EmbeddedValkey | None = None
    whole: subprocess.Popen[bytes] | None = None
    running: dict[int, str] = field(default_factory=dict)  # pid -> poll, work, tick
    restarts: int = 0

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def clock(self) -> OffsetClock:
        return self.servers.clock

    def leave_out_rules(self, event: str) -> None:
        """Take the rules that listen to an event out of the owner's rule files."""
        for file in (self.folder / "rules").glob("*.toml"):
            head, *rules = file.read_text().split("[[rule]]\n")
            file.write_text("[[rule]]\n".join([head, *(rule for rule in rules if f'"{event}"' not in rule)]))

    # The product's processes

    def start_whole(self) -> None:
        """Start `inboxcrm run`, as an owner does."""
        argv = [*self._program(), "run", "--config", str(self.config)]
        with (self.folder / "inboxcrm.log").open("ab") as log:
            self.whole = start_child(argv, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def start_parts(self) -> None:
        """Start Valkey, and poller, worker and ticker, each of which can be killed."""
        self.valkey = start_valkey(self.folder / "redis")
        for name in PROCESSES:
            self._start_part(name)

    def _start_part(self, name: str) -> None:
        assert self.valkey is not None
        argv = [name, "--config", str(self.config), "--redis", self.valkey.url]
        answer = self.servers.ask_nursery(
            start=name, argv=argv, clock=str(self.clock.file), folder=str(self.folder)
        )
        self.running[answer["pid"]] = name

    def tend(self) -> None:
        """Do what the owner's machine and its owner do meanwhile: start what died, resolve what is uncertain."""
        if not self.running:
            return
        for pid, _status in self.servers.ask_nursery(ended=True)["ended"]:
            if name := self.running.pop(pid, None):
                self.restarts += 1
                self._start_part(name)
        for letter_id, message_id, address in self.ask(
            "select letter.id, message_id, address from letter join letter_recipient r on r.letter_id = letter.id "
            "where letter.state = 'uncertain'"
        ):
            there = [str(mail["Message-ID"]) for mail in self.cast.person("", address).inbox()]
            outcome = "sent" if any(message_id.strip("<>") in one for one in there) else "again"
            self.say("outbox", "resolve", str(letter_id), outcome)

    def say(self, *words: str) -> None:
        """Say a command of the owner in this process, as its start takes seconds."""
        code = cli.main(
            [*words, "--config", str(self.config)],
            standalone_mode=False,
            obj=Start(OffsetClock(self.clock.file)),
        )
        assert code in (None, 0), words

    def command(self, *words: str, code: int = 0) -> str:
        """Run a command of the owner in a process of its own; give what it printed."""
        argv = [*self._program(), *words, "--config", str(self.config)]
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == code, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    def _program(self) -> list[str]:
        return [sys.executable, "-m", "inboxcrm.cli.clocked", str(self.clock.file)]

    # What can be seen

    def ask(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        """Read the product's database."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query), values)]

    def one(self, query: str, **values: object) -> Any:
        """The one value that a question has as its answer."""
        [(value,)] = self.ask(query, **values)
        return value

    def wait_for(self, what: str, look: Callable[[], Found | None]) -> Found:
        """Look again and again until there is something to see."""
        until = time.monotonic() + self.patience_s
        while time.monotonic() < until:
            self.tend()
            if found := look():
                return found
            assert self.whole is None or self.whole.poll() is None, self.log()
            time.sleep(0.03)
        raise StoryStuck(f"waited {self.patience_s:.0f} s for {what}\n{self.log()}")

    def wait_for_row(self, what: str, query: str, **values: object) -> tuple[Any, ...]:
        """Wait until a question to the product's database has an answer."""
        return self.wait_for(what, lambda: next(iter(self.ask(query, **values)), None))

    def settle(self) -> None:
        """Wait until the product has taken in all mail and has nothing left to do."""
        self.wait_for("the product to come to rest", self._is_at_rest)

    def _is_at_rest(self) -> bool:
        micros = int(self.clock.now().timestamp() * 1_000_000)
        return self._is_all_taken_in() and bool(self.ask(NOTHING_LEFT, now=micros))

    def _is_all_taken_in(self) -> bool:
        held = {
            (account, folder.lower()): count
            for account, folder, count in self.ask(
                "select account.address, folder.name, (select count(*) from location l where l.folder_id = folder.id "
                "and not is_gone) + (select count(*) from quarantine q where q.folder_id = folder.id and not is_gone) "
                "from folder join account on account.id = folder.account_id"
            )
        }
        there = {
            (person.address, name.lower()): len(person._read(name))
            for person in (self.cast.house, self.cast.anna)
            for name in ("INBOX", "Sent")
        }
        return held == there

    def log(self) -> str:
        """The end of the product's log."""
        file = self.folder / "inboxcrm.log"
        return file.read_text(errors="replace")[-2000:] if file.exists() else ""

    def move_clock(self, by: timedelta) -> None:
        """Let time pass for everybody."""
        self.clock.move(by)

    def stop(self) -> None:
        """End the product."""
        if self.whole is not None and self.whole.poll() is None:
            self.whole.terminate()
            self.whole.wait(30)
        for pid in self.running:
            _kill(pid)
        self.running.clear()
        self.servers.ask_nursery(ended=True) if self.servers.nursery else None
        if self.valkey is not None:
            self.valkey.stop()


@contextmanager
def set_stage(servers: Servers, kind: str, tag: str, *, lease_s: float, patience_s: float) -> Iterator[Stage]:
    """Set the product up as its owner would, on `kind` of database; `tag` names the run."""
    set_clock(servers.clock)
    servers.smtp.set_faults([])
    folder = servers.folder / tag
    folder.mkdir()
    cast = Cast(tag, servers.doors, servers.clock)
    name = f"run_{tag}"
    url = servers.new_database(kind, name)
    (folder / "answers.toml").write_text(answers(cast, url, lease_s))
    engine = sa.create_engine(url or f"sqlite:///{folder / 'data' / 'inboxcrm.db'}", poolclass=sa.NullPool)
    stage = Stage(servers, folder, cast, engine, patience_s)
    for person in (cast.house, cast.anna):
        person.inbox()
    try:
        stage.say("init", "--answers", str(folder / "answers.toml"))
        stage.say("live")
        # INTERNALDATE knows whole seconds: what comes in the second of `init` may lie before it.
        stage.move_clock(timedelta(seconds=2))
        yield stage
    finally:
        stage.stop()
        servers.drop_database(kind, name)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _end(process: subprocess.Popen[Any]) -> None:
    process.terminate()
    process.wait(10)
