"""One run of a poller over laid mailboxes, killed where a file says, and what it leaves behind."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from inboxcrm.base.child import start_child
from inboxcrm.base.database import open_database
from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office
from inboxcrm.reports.ledger import count_ledger
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.starter_sets import STARTER
from inboxcrm.workers.reactions import react_to_events
from tests.flows.mailboxes import LIVE, Laid, lay, small_mailboxes
from tests.flows.stage import ROOT, Servers
from tests.ingest.building import HandClock, ask, make_office, settings_values

PATIENCE_S = 25.0
NUMBERS = itertools.count(1)
BATCH = 7
LATER = datetime(2025, 3, 4, 9, 0, tzinfo=UTC)
QUERIES = {
    "messages": "select m.sender, m.subject, m.kind, m.is_archived, m.is_own_sent, m.is_aligned, "
    "m.acted_at is not null, "
    "b.name from message m left join box b on b.id = m.box_id",
    "threads": "select m.subject, (select min(o.subject) from message o where o.thread_id = m.thread_id) "
    "from message m",
    "locations": "select f.name, f.special_use, l.uid, m.sender, m.subject, l.is_gone from location l "
    "join folder f on f.id = l.folder_id left join message m on m.id = l.message_id",
    "quarantine": "select uid, stage, is_gone from quarantine",
    "leads": "select b.name, l.state, l.source, l.answered_at is not null from lead l join box b on b.id = l.box_id",
    "contacts": "select c.name, a.address from contact c join contact_address a on a.contact_id = c.id",
    "part": "select b.name, c.name from box_contact p join box b on b.id = p.box_id "
    "join contact c on c.id = p.contact_id",
    "tasks": "select t.kind, b.name, t.state from task t join box b on b.id = t.box_id",
    "events": "select e.kind, b.name from event e left join box b on b.id = e.box_id "
    "where e.kind not in ('lead.assigned', 'letter.written')",
    "folders": "select name, special_use, live_uid, back_hi, back_done, state from folder",
}
JUDGED_AGAIN = "select count(*) from account where relook_from is not null and address like 'anna%'"
AT_REST = """
select count(*) from folder f where f.back_hi = 0 and f.state = 'open' and f.uidvalidity > 0 and
(select count(*) from location l where l.folder_id = f.id and not is_gone)
+ (select count(*) from quarantine q where q.folder_id = f.id and not is_gone) = :there
and f.name = :name and f.account_id = (select id from account where address = :address)
"""


@dataclass(slots=True)
class Mailboxes:
    """Mailboxes that lie on the server for all runs, as no run changes them; and the mother of pollers."""

    servers: Servers
    values: dict[str, Any]
    mails: list[Laid]
    nursery: subprocess.Popen[str] | None = None
    known: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    passings: Counter[str] = field(default_factory=Counter)

    @property
    def settings(self) -> Settings:
        return Settings.model_validate(self.values)

    def ask_nursery(self, **request: object) -> dict[str, Any]:
        """Ask the mother of pollers, which is started at the first question."""
        if self.nursery is None:
            argv = [sys.executable, "-m", "tests.flows.intake_killable"]
            log = self.servers.closing.enter_context((self.servers.folder / "pollers.log").open("w"))
            self.nursery = start_child(  # type: ignore[assignment]
                argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self.nursery is not None
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write(json.dumps(request) + "\n")
        self.nursery.stdin.flush()
        line = self.nursery.stdout.readline()
        assert line, (self.servers.folder / "pollers.log").read_text()[-2000:]
        return json.loads(line)

    def close(self) -> None:
        if self.nursery is not None:
            self.nursery.terminate()
            self.nursery.wait(10)


def lay_mailboxes(servers: Servers, count: int, local: str, *, lease_s: float = 1.0) -> Mailboxes:
    """Lay about `count` mails into sales@ and Anna's mailbox, once for all runs."""
    running = {"poll_s": 0.1, "lease_s": lease_s}
    values = settings_values(imap=servers.imap.port, local=local) | {"running": running}
    mails = small_mailboxes(Settings.model_validate(values), count)
    lay(servers.imap.host, servers.imap.port, servers.imap.password, mails)
    return Mailboxes(servers, values, mails)


@dataclass(slots=True)
class Run:
    """One run on a database of its own."""

    boxes: Mailboxes
    folder: Path
    url: str
    engine: Engine
    running: dict[int, str] = field(default_factory=dict)
    restarts: int = 0

    def start(self, name: str = "poll") -> None:
        """Start a poller."""
        answer = self.boxes.ask_nursery(
            start=name,
            settings=str(self.folder / "settings.json"),
            database=self.url,
            folder=str(self.folder),
            batch=BATCH,
        )
        self.running[answer["pid"]] = name

    def tend(self) -> None:
        """Start again what died."""
        for pid, _status in self.boxes.ask_nursery(ended=True)["ended"]:
            if name := self.running.pop(pid, None):
                self.restarts += 1
                self.start(name)

    def settle(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Wait until all mail was read, and judged again where that was due; do something at every look."""
        until = time.monotonic() + PATIENCE_S + len(self.boxes.mails) / 4
        while not self._is_at_rest():
            assert time.monotonic() < until, f"not at rest: {self._state()}\n{self._log()}"
            self.tend()
            meanwhile()
            time.sleep(0.03)

    def _is_at_rest(self) -> bool:
        if ask(self.engine, JUDGED_AGAIN) != [(0,)]:
            return False
        there = Counter((mail.address, mail.folder) for mail in self.boxes.mails)
        return all(
            ask(self.engine, AT_REST, there=count, name=name, address=address) == [(1,)]
            for (address, name), count in there.items()
        )

    def _state(self) -> list[Any]:
        return ask(self.engine, "select name, live_uid, back_hi, server_count, state from folder")

    def _log(self) -> str:
        log = self.folder / "poll.log"
        return log.read_text(errors="replace")[-1500:] if log.exists() else ""

    def stop(self) -> None:
        for pid in self.running:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.running.clear()
        self.boxes.ask_nursery(ended=True)

    def office(self) -> Office:
        """The office of a worker, a day later."""
        settings = self.boxes.settings
        return make_office(self.engine, clock=HandClock(LATER), settings=settings)

    def records(self) -> dict[str, list[str]]:
        """Let the workers react, and give all records in words, each with the number of times it is there."""
        react_to_events(self.office(), RuleBook(STARTER).open())
        broken = ask(self.engine, "select kind, error from event where error is not null or state <> 'done'")
        assert broken == []
        return {name: _in_words(ask(self.engine, query)) for name, query in QUERIES.items()}

    def ledger_differences(self) -> list[int]:
        return [row["difference"] for row in count_ledger(self.office())]

    def passed(self) -> Counter[str]:
        """The points that were passed, and how often."""
        return Counter(line.partition(" ")[2] for line in (self.folder / "passes").read_text().splitlines())


def _in_words(rows: list[tuple[Any, ...]]) -> list[str]:
    """SQLite's 0 and 1 are false and true; a lead is called after the first mail of its matter that is read."""
    words = Counter(
        " | ".join(str(int(v) if isinstance(v, bool) else v).removeprefix("Re: ") for v in row)
        for row in rows
    )
    return sorted(f"{count} x {line}" for line, count in words.items())


@contextmanager
def a_run(boxes: Mailboxes, kind: str, name: str, template: Path) -> Iterator[Run]:
    """A fresh database of a kind, its accounts live since LIVE; `template` is a SQLite file with all tables."""
    name = f"{name}_{next(NUMBERS)}"
    folder = boxes.servers.folder / name
    folder.mkdir()
    (folder / "settings.json").write_text(json.dumps(boxes.values))
    url = boxes.servers.new_database(kind, name) or f"sqlite:///{folder / 'run.db'}"
    if kind == "sqlite":
        shutil.copy(template, folder / "run.db")
    engine = open_database(url)
    make_office(engine, clock=HandClock(LIVE), settings=boxes.settings)
    run = Run(boxes, folder, url, engine)
    try:
        yield run
    finally:
        run.stop()
        engine.dispose()
        boxes.servers.drop_database(kind, name)
