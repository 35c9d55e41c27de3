"""Child processes that never outlive the process that started them."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15  # linux/prctl.h

# Bound here once: between fork and exec nothing may be imported or looked up, as another thread's lock would
# stay locked for ever in the child.
_prctl: Callable[..., int] | None = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def start_child(
    argv: Sequence[str | os.PathLike[str]], *, death_signal: int = signal.SIGTERM, **options: Any
) -> subprocess.Popen[bytes]:
    """Start a program that gets `death_signal` when the thread that called this ends, however it ends.

    Linux delivers the signal at the end of the *thread*, so start children from the main thread or from one
    that lives as long as they shall (prctl(2), PR_SET_PDEATHSIG). Elsewhere than on Linux the child is an
    ordinary one. `options` go to subprocess.Popen; with `user` the signal is set after the change of user,
    which would clear it. Raises what Popen raises, FileNotFoundError among others.
    """
    parent = os.getpid()
    prctl = _prctl
    if prctl is None:
        return subprocess.Popen(argv, **options)

    def die_with_parent() -> None:
        prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:  # it ended before the line above
            os._exit(1)

    return subprocess.Popen(argv, preexec_fn=die_with_parent, **options)


def fork_child(name: str, run: Callable[[], int]) -> multiprocessing.process.BaseProcess:
    """Fork a process that runs a function, shares what is imported already, and ends with this thread.

    `name`, at most 15 letters, is what `top` shows. The function's number is the exit code. Call it only while
    this process has no other thread: a lock that one holds would stay locked in the child for ever.
    """
    parent = os.getpid()
    process = multiprocessing.get_context("fork").Process(
        target=_run_forked, args=(name, parent, run), name=name
    )
    process.start()
    return process


def _run_forked(name: str, parent: int, run: Callable[[], int]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    if _prctl is not None:
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        _prctl(PR_SET_NAME, name.encode(), 0, 0, 0)
    if os.getppid() != parent:  # it ended before the lines above
        os._exit(1)
    sys.exit(run())
