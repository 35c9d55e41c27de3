"""`run`: all processes of one machine. Starts them again when one dies, stops them cleanly on SIGTERM.

They are forks of the supervisor, so that they start at once and share the memory of what is imported.
"""

from __future__ import annotations

import gc
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

import structlog

from inboxcrm.base.child import fork_child
from inboxcrm.wakes.embedded import EmbeddedValkey, start_valkey

log = structlog.get_logger()
PROCESSES = ("poll", "work", "tick")
LOOK_EVERY_S = 0.2
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
STEADY_S = 30.0
STOP_WITHIN_S = 15.0
WRONG = 2  # how a process ends that cannot work as things are


@dataclass(slots=True)
class Child:
    """One process that has to run, and how often it died of late."""

    name: str
    process: BaseProcess | None = None
    started_s: float = 0.0
    start_again_s: float = 0.0
    pause_s: float = FIRST_PAUSE_S


@dataclass(slots=True)
class Supervisor:
    """Runs the processes of one machine; `start` runs one by its name, with the URL of Redis.

    `check` raises what no new start can heal; it is asked when a process has ended because something is wrong.
    """

    start: Callable[[str, str], int]
    redis_url: str
    redis_folder: Path
    check: Callable[[], None]
    stop: threading.Event = field(default_factory=threading.Event)
    valkey: EmbeddedValkey | None = None

    def run(self) -> None:
        """Run until SIGTERM or SIGINT, in the main thread, with which the children end. Raises what `check` does."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: self.stop.set())
        children = [Child(name) for name in PROCESSES]
        try:
            gc.freeze()  # what is imported is never garbage: the forks need not touch, and so copy, its memory
            while not self.stop.is_set():
                self._keep_valkey()
                for child in children:
                    self._keep(child)
                self.stop.wait(LOOK_EVERY_S)
        finally:
            _end(children)
            if self.valkey:
                self.valkey.stop()

    def _keep_valkey(self) -> None:
        """Start the embedded server unless a Redis is configured; start it again if it died."""
        if self.valkey is None and self.redis_url:
            return
        if self.valkey is not None and self.valkey.process.poll() is None:
            return
        if self.valkey is not None:
            log.error("valkey_died", code=self.valkey.process.returncode)
        self.valkey = start_valkey(self.redis_folder)
        self.redis_url = self.valkey.url

    def _keep(self, child: Child) -> None:
        """Start a child that does not run, later and later if it keeps dying."""
        now = time.monotonic()
        if child.process is not None and child.process.is_alive():
            if now - child.started_s > STEADY_S:
                child.pause_s = FIRST_PAUSE_S
            return
        if child.process is not None and child.start_again_s == 0.0:
            code = child.process.exitcode
            if code == WRONG:
                self.check()
            log.error("process_died", name=child.name, code=code, again_in_s=child.pause_s)
            child.start_again_s = now + child.pause_s
            child.pause_s = min(child.pause_s * 2, LONGEST_PAUSE_S)
        if now >= child.start_again_s:
            child.process = fork_child(
                f"inboxcrm-{child.name}", partial(self.start, child.name, self.redis_url)
            )
            child.started_s, child.start_again_s = now, 0.0
            log.info("process_started", name=child.name, pid=child.process.pid)


def _end(children: Sequence[Child]) -> None:
    """Ask all children to end, and end those that do not."""
    running = [child.process for child in children if child.process is not None]
    for process in running:
        process.terminate()
    until = time.monotonic() + STOP_WITHIN_S
    for process in running:
        process.join(max(until - time.monotonic(), 0.1))
        if process.is_alive():
            process.kill()
            process.join()
