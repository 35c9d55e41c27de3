"""A child never outlives its starter."""

from __future__ import annotations

import select
import signal
import subprocess
import sys

from inboxcrm.base.child import start_child

STARTER = """
import signal, sys
from inboxcrm.base.child import start_child
print(start_child([sys.executable, "-c", "import signal; signal.pause()"]).pid, flush=True)
signal.pause()
"""


def test_a_child_ends_when_its_starter_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        assert int(starter.stdout.readline())
        starter.kill()
        at_end, _, _ = select.select([starter.stdout], [], [], 10)  # the child holds its other end, too

        assert at_end
        assert starter.stdout.read() == b""


def test_a_child_that_ends_in_time_ends_as_it_wants() -> None:
    child = start_child([sys.executable, "-c", "raise SystemExit(7)"], death_signal=signal.SIGKILL)

    assert child.wait(10) == 7


FORKER = """
import signal
from inboxcrm.base.child import fork_child

def wait() -> int:
    signal.pause()
    return 0

print(fork_child("a-fork", wait).pid, flush=True)
signal.pause()
"""


def test_a_fork_ends_when_its_starter_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", FORKER], stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        assert int(starter.stdout.readline())
        starter.kill()
        at_end, _, _ = select.select([starter.stdout], [], [], 10)  # the fork holds its other end, too

        assert at_end
        assert starter.stdout.read() == b""


def test_a_fork_gives_its_number_as_exit_code_and_bears_its_name() -> None:
    code = (
        "from inboxcrm.base.child import fork_child\n"
        "fork = fork_child('a-fork', lambda: print(open('/proc/self/comm').read().strip()) or 7)\n"
        "fork.join()\n"
        "print(fork.exitcode)"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["a-fork", "7"]
