"""The far side of the parse pool: a nursery that forks, and the children that parse under limits (I7).

The nursery is forked, or started, while nothing else can go wrong, has one thread and parses nothing, so that it
can fork at any moment; the process that reads mail has threads and cannot. Both end when their socket closes.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import resource
import select
import signal
import socket
import struct
import sys
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from inboxcrm.mail.errors import UnparsableMail

FORK, END = b"F", b"E"  # what the nursery is asked
READ, UNREADABLE, TOO_BIG, DONE, LEAVING = b"R", b"U", b"M", b"D", b"L"  # what a child says
FRAME = struct.Struct(">cQ")
COUNT = struct.Struct(">I")
SIZE = struct.Struct(">Q")
ORDER = struct.Struct(">ci")
ENDING_LOOKS, ENDING_PAUSE_S = 20, 0.005
OUT_OF_MEMORY = 66  # exit code
LEAVES_ABOVE_KB = 60_000  # a child that has grown by so much makes room for a new one


def run_nursery(control: socket.socket, time_limit_s: float, memory_limit_mb: int) -> None:
    """Fork children, and end them, as asked, until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.freeze()  # what is imported stays shared with the children
    living: set[int] = set()
    while order := control.recv(ORDER.size, socket.MSG_WAITALL):
        if len(order) < ORDER.size:
            break
        what, pid = ORDER.unpack(order)
        if what == FORK:
            living.add(_fork(control, time_limit_s, memory_limit_mb))
        else:
            status = _end(pid) if pid in living else 0
            living.discard(pid)
            control.sendall(ORDER.pack(END, status))
    for pid in living:
        _end(pid)


def _fork(control: socket.socket, time_limit_s: float, memory_limit_mb: int) -> int:
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        control.close()
        ours.close()
        code = 1
        try:
            _limit_memory(memory_limit_mb)
            code = serve(theirs, time_limit_s)
        except MemoryError:
            code = OUT_OF_MEMORY
        finally:
            os._exit(code)
    theirs.close()
    socket.send_fds(control, [ORDER.pack(FORK, pid)], [ours.fileno()])
    ours.close()
    return pid


def _end(pid: int) -> int:
    """Wait for a child, end it if it stays; its exit code, negative if a signal ended it."""
    for _ in range(ENDING_LOOKS):
        gone, status = os.waitpid(pid, os.WNOHANG)
        if gone:
            return os.waitstatus_to_exitcode(status)
        select.select([], [], [], ENDING_PAUSE_S)
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _limit_memory(limit_mb: int) -> None:
    """So much address space above what is mapped already; where the system does not say how much, no limit."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return
    mapped = int(statm.read_text().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = mapped + limit_mb * 1_000_000
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def serve(work: socket.socket, time_limit_s: float) -> int:
    """Parse what comes until the other side is gone; too much time of the processor ends the process.

    The wall clock is the other side's: on a machine that is busy otherwise, no mail is to blame.
    """
    grown_from = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    incoming = work.makefile("rb")
    while head := incoming.read(COUNT.size):
        (count,) = COUNT.unpack(head)
        read = _reader(incoming.read(SIZE.unpack(incoming.read(SIZE.size))[0]))
        sizes = [SIZE.unpack(incoming.read(SIZE.size))[0] for _ in range(count)]
        raws = [incoming.read(size) for size in sizes]  # all first: nobody reads our answers while he sends
        for place, raw in enumerate(raws):
            raws[place] = b""
            signal.setitimer(signal.ITIMER_PROF, time_limit_s)
            kind, said = _read(read, raw)
            signal.setitimer(signal.ITIMER_PROF, 0)
            del raw
            work.sendall(FRAME.pack(kind, len(said)) + said)
            if kind == TOO_BIG:
                return OUT_OF_MEMORY
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > grown_from + LEAVES_ABOVE_KB:
            work.sendall(FRAME.pack(LEAVING, 0))
            return 0
        work.sendall(FRAME.pack(DONE, 0))
    return 0


@lru_cache(maxsize=4)
def _reader(how: bytes) -> Callable[[bytes], Any]:
    """What is to be done with each mail: it comes from the process that we work for, again and again."""
    read: Callable[[bytes], Any] = pickle.loads(how)  # noqa: S301 — our own words, on our own socket
    return read


def _read(read: Callable[[bytes], Any], raw: bytes) -> tuple[bytes, bytes]:
    try:
        return READ, pickle.dumps(read(raw), pickle.HIGHEST_PROTOCOL)
    except UnparsableMail as error:
        return UNREADABLE, error.reason.encode("utf-8", "replace")
    except MemoryError:
        return TOO_BIG, b""


def main(argv: list[str]) -> None:
    """Be a nursery that was started as a program: file descriptor, seconds, megabytes, and what to import.

    What is imported here need not be imported by each child, and does not count against its memory.
    """
    control = socket.socket(fileno=int(argv[0]))
    for name in argv[3:]:
        with contextlib.suppress(ImportError):
            import_module(name)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        run_nursery(control, float(argv[1]), int(argv[2]))


if __name__ == "__main__":
    main(sys.argv[1:])
