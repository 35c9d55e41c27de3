"""The product's processes as forks of one that has imported everything, each of which a file can tell to die.

    python -m tests.flows.killable < requests > answers          (one JSON value a line)

A request {"start": "poll", "argv": [...], "clock": F, "folder": D} is answered by {"pid": n}; {"ended": true} by
the processes that have ended since. A process passes points (base/points.py) and notes each in D/passes. When
D/kill says `work letter.data.after_commit 2`, the process named work is ended by SIGKILL at its second passing of
that point; the file is removed first, so that it bites once.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg  # noqa: F401  # so that the forks have it
import sqlalchemy.dialects.postgresql.psycopg  # noqa: F401

import inboxcrm.cli.commands  # noqa: F401
from inboxcrm.app.migrate import is_current, migrate_database
from inboxcrm.base.child import PR_SET_PDEATHSIG, _prctl
from inboxcrm.base.clock import OffsetClock, SystemClock
from inboxcrm.base.database import open_database
from inboxcrm.base.ids import SystemIds
from inboxcrm.base.work import Office
from inboxcrm.cli.start import Start, start_program
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.starter_sets import STARTER
from inboxcrm.workers.topics import TOPICS, due_topics
from tests.build import KEY, the_settings


@dataclass(slots=True)
class Reaching:
    """Notes the points that a process passes, and ends it at the one that the kill file names."""

    name: str
    folder: Path
    passed: Counter[str] = field(default_factory=Counter)

    def __call__(self, point: str) -> None:
        self.passed[point] += 1
        self._note("passes", point)
        kill = self.folder / "kill"
        try:
            name, wanted, passing = kill.read_text().split()
            if (name, wanted) != (self.name, point) or self.passed[point] < int(passing):
                return
            kill.unlink()
        except FileNotFoundError:
            return
        self._note("killed", point)
        os.kill(os.getpid(), signal.SIGKILL)

    def _note(self, file: str, point: str) -> None:
        with (self.folder / file).open("a") as notes:
            notes.write(f"{self.name} {point}\n")


def start(name: str, argv: Sequence[str], clock_file: str, folder: str) -> int:
    """Fork a process of the product; it ends with this one."""
    pid = os.fork()
    if pid:
        return pid
    if _prctl is not None:
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    log = os.open(Path(folder) / "inboxcrm.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(old, new)
    code = 70
    try:
        reach = Reaching(name, Path(folder))
        code = start_program(argv, Start(OffsetClock(Path(clock_file)), reach))
    finally:
        if sys.exc_info()[1] is not None:
            traceback.print_exc()
        os._exit(code)  # never back into the loop of the mother


def ended() -> list[list[int]]:
    """Give process and wait status of those that have ended and were not yet told."""
    found = []
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        if pid == 0:
            return found
        found.append([pid, status])


def answer(request: dict[str, Any]) -> object:
    """Do what a request asks for."""
    if "start" in request:
        return {"pid": start(request["start"], request["argv"], request["clock"], request["folder"])}
    return {"ended": ended()}


def warm_up() -> None:
    """Do once what every process does at first, so that the forks need not: tables, queries, rules, holidays."""
    with tempfile.TemporaryDirectory() as folder:
        settings = the_settings(Path(folder))
        engine = open_database(f"sqlite:///{folder}/warm.db")
        migrate_database(engine)
        is_current(engine)
        office = Office(engine, SystemClock(), SystemIds(), settings, KEY, lambda _topics: None)
        rules = RuleBook(STARTER).open()
        due_topics(office, rules)
        for topic in TOPICS.values():
            topic.do(office, rules)
        engine.dispose()
    gc.freeze()


def main() -> None:
    """Answer until the end of the input."""
    warm_up()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
