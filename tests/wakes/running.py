"""A worker in a process of its own, and the pipe through which its jobs speak to the test."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inboxcrm.base.child import start_child

ROOT = Path(__file__).parents[2]
ANSWER_WITHIN_S = 40
PROGRAM = """
import sys
from inboxcrm.wakes.worker import work_queue
work_queue(sys.argv[1], on_ready=lambda: print("ready", flush=True), lost_after_s=1)
"""


class Pipe:
    """What the jobs of one test say; its folder is their topic."""

    def __init__(self, folder: Path) -> None:
        self.topic = str(folder)
        os.mkfifo(folder / "said")
        os.mkfifo(folder / "go")
        self._said = os.open(folder / "said", os.O_RDWR)
        self._unread: list[str] = []  # two jobs may have spoken before we read

    def word(self) -> str:
        """The next word; fails if none comes."""
        if not self._unread:
            ready, _, _ = select.select([self._said], [], [], ANSWER_WITHIN_S)
            assert ready, "no job said anything"
            self._unread = os.read(self._said, 100).decode().split()
        return self._unread.pop(0)

    def let_go(self) -> None:
        """Let the waiting job go on."""
        Path(self.topic, "go").write_text("go")

    def close(self) -> None:
        os.close(self._said)


@contextmanager
def running_worker(url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that listens; killed at the end of the block if it is still there."""
    argv = [sys.executable, "-c", PROGRAM, url]
    child = start_child(argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        try:
            yield child
        finally:
            child.kill()
