"""The names of pollers: whose process it is, and whether that has ended for sure."""

from __future__ import annotations

import hashlib
import os
import socket
from contextlib import suppress
from pathlib import Path


def own_name() -> str:
    """Give the name under which this process holds leases: host, machine and process number."""
    return f"{socket.gethostname()[:40]}:{_machine()}:{os.getpid()}"


def is_dead_here(owner: str) -> bool:
    """Tell for sure that the poller of this name ran on this very machine and runs no more."""
    _, _, rest = owner.partition(":")
    machine, _, pid = rest.partition(":")
    if not pid.isdigit() or not machine or machine != _machine():
        return False
    try:
        state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[:1]
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return state == [b"Z"]  # ended, and its parent has not asked yet


def _machine() -> str:
    """Mark the machine and its numbering of processes; "" where neither can be told, so that nobody is called dead."""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        numbering = Path("/proc/self/ns/pid").readlink()
        return hashlib.sha256(f"{boot} {numbering}".encode()).hexdigest()[:12]
    return ""
