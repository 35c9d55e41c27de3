"""The near side of the parse pool: one child at work, and the nursery that forks it."""

from __future__ import annotations

import io
import os
import pickle
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

from inboxcrm.base.child import fork_child, start_child
from inboxcrm.mail import pool_child
from inboxcrm.mail.errors import UnparsableMail
from inboxcrm.mail.incoming import Address, Attachment, Attendee, CalendarEvent, DeliveryStatus, Incoming
from inboxcrm.mail.pool_child import COUNT, END, FORK, FRAME, ORDER, READ, SIZE

ANSWER_WITHIN_S = 20.0
ENDS_WITHIN_S = 5.0
_CLASSES = {
    (one.__module__, one.__name__): one
    for one in (
        *(Incoming, Address, Attachment, DeliveryStatus, CalendarEvent, Attendee),
        *(datetime, date, timezone, timedelta),
    )
}


class HandGone(OSError):
    """The child is dead, or talks nonsense."""


@dataclass(slots=True)
class Hand:
    """A child that parses; `chunk` are the places of the mails it was given, `done` how many came back."""

    pid: int
    socket: socket.socket
    is_fresh: bool = True
    chunk: list[int] = field(default_factory=list)
    done: int = 0
    since_s: float = 0.0

    def give(self, raws: Sequence[bytes], chunk: list[int], how: bytes) -> None:
        """Hand over mails, and what is to be done with each, pickled. Raises OSError if the child is gone."""
        self.chunk, self.done = chunk, 0
        sizes = b"".join(SIZE.pack(len(raw)) for raw in raws)
        self.socket.sendall(COUNT.pack(len(raws)) + SIZE.pack(len(how)) + how + sizes)
        for raw in raws:
            self.socket.sendall(raw)

    def answer(self) -> tuple[bytes, Any]:
        """The next thing it says, and what it read of a mail if it is that. Raises OSError if the child is gone."""
        kind, size = FRAME.unpack(self._receive(FRAME.size))
        said = self._receive(size)
        if kind == READ:
            return kind, read_values(said)
        return kind, UnparsableMail(said.decode("utf-8", "replace")) if said else None

    def _receive(self, size: int) -> bytes:
        said = self.socket.recv(size, socket.MSG_WAITALL) if size else b""
        if len(said) < size:
            pieces = [said]
            while (missing := size - sum(map(len, pieces))) > 0:
                if not (piece := self.socket.recv(missing)):
                    raise HandGone("the connection ended")
                pieces.append(piece)
            said = b"".join(pieces)
        return said


OUR_MODULES = ("inboxcrm.base", "inboxcrm.mail", "inboxcrm.ingest")  # of which a child may need any


class _Values(pickle.Unpickler):
    """Reads our own plain values and nothing else: what parses hostile mail is not trusted blindly."""

    def find_class(self, module: str, name: str) -> Any:
        found = _CLASSES.get((module, name))
        if found is None:
            raise HandGone(f"{module}.{name} is no value of a mail")
        return found


def read_values(said: bytes) -> Any:
    """A mail, or a tuple of plain values, out of a child's bytes. Raises HandGone if they are neither."""
    try:
        found = _Values(io.BytesIO(said)).load()
    except (pickle.UnpicklingError, EOFError, AttributeError, TypeError, ValueError, LookupError) as error:
        raise HandGone("no mail came back") from error
    if not isinstance(found, (Incoming, tuple)):
        raise HandGone("no mail came back")
    return found


class Nursery:
    """The process that forks children, started on first need and started again if it is gone."""

    def __init__(self, time_limit_s: float, memory_limit_mb: int) -> None:
        self._limits = (time_limit_s, memory_limit_mb)
        self._control: socket.socket | None = None
        self._lock = threading.Lock()
        self._process: Any = None

    def start(self) -> None:
        """Start it now: forked from here while there is one thread only, else as a program of its own."""
        with self._lock:
            self._started()

    def hire(self) -> Hand:
        """A fresh child. Raises OSError if none can be had."""
        with self._lock:
            try:
                return self._hire()
            except OSError:
                self._drop()
                return self._hire()

    def dismiss(self, hand: Hand) -> int:
        """End a child; its exit code, negative if a signal had ended it before, 0 if nobody knows."""
        hand.socket.close()
        with self._lock:
            if self._control is None:
                return 0
            try:
                self._control.sendall(ORDER.pack(END, hand.pid))
                said = self._control.recv(ORDER.size, socket.MSG_WAITALL)
                return int(ORDER.unpack(said)[1]) if len(said) == ORDER.size else 0
            except OSError:
                self._drop()
                return 0

    def close(self) -> None:
        """End the nursery, and all its children with it."""
        with self._lock:
            self._drop()

    def _hire(self) -> Hand:
        control = self._started()
        control.sendall(ORDER.pack(FORK, 0))
        said, descriptors, _, _ = socket.recv_fds(control, ORDER.size, 1)
        if len(said) < ORDER.size or not descriptors:
            raise HandGone("the nursery is gone")
        work = socket.socket(fileno=descriptors[0])
        work.settimeout(ANSWER_WITHIN_S)
        return Hand(ORDER.unpack(said)[1], work)

    def _started(self) -> socket.socket:
        if self._control is not None:
            return self._control
        ours, theirs = socket.socketpair()
        if threading.active_count() == 1:
            self._process = fork_child("inboxcrm-parse", lambda: self._run(ours, theirs))
        else:
            self._process = self._start_program(theirs)
        theirs.close()
        ours.settimeout(ANSWER_WITHIN_S)
        self._control = ours
        return ours

    def _run(self, ours: socket.socket, theirs: socket.socket) -> int:
        """In the forked nursery: nothing that was open here is used there, but the socket."""
        ours.close()
        keep = theirs.fileno()
        os.closerange(3, keep)
        os.closerange(keep + 1, os.sysconf("SC_OPEN_MAX") if os.sysconf("SC_OPEN_MAX") < 65536 else 65536)
        pool_child.run_nursery(theirs, *self._limits)
        return 0

    def _start_program(self, theirs: socket.socket) -> subprocess.Popen[bytes]:
        number = theirs.fileno()
        argv = [sys.executable, "-m", "inboxcrm.mail.pool_child", str(number), *map(str, self._limits)]
        argv += sorted(name for name in sys.modules if name.startswith(OUR_MODULES))
        return start_child(argv, pass_fds=[number], stdin=subprocess.DEVNULL)

    def _drop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        process, self._process = self._process, None
        if isinstance(process, subprocess.Popen):
            try:
                process.wait(ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        elif process is not None:
            process.join(ENDS_WITHIN_S)
            if process.is_alive():  # another process may hold the connection open
                process.kill()
                process.join()
