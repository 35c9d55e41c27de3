"""Child processes that never outlive the process that started them."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

PR_SET_PDEATHSIG = 1  # linux/prctl.h

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
