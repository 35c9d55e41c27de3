"""Parses mails in child processes with a limit of memory and time, several at once, results in order (I7).

A child that dies or hangs costs only the mail that it had in hand, which comes back as UnparsableMail; the others
go to another child. A few small mails without anything in them that others' libraries read are parsed right
here: the way to a child and back costs nearly as much as they do, and what is left is linear in their length.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.util import Finalize
from typing import TypeVar

from inboxcrm.mail.domains import organizational_domain
from inboxcrm.mail.errors import UnparsableMail
from inboxcrm.mail.incoming import Incoming
from inboxcrm.mail.parse import parse_mail
from inboxcrm.mail.pool_child import DONE, LEAVING, OUT_OF_MEMORY
from inboxcrm.mail.pool_crew import Crew
from inboxcrm.mail.pool_hand import Hand, Nursery

TIME_LIMIT_S = 20.0
MEMORY_LIMIT_MB = 250  # above what an idle child has mapped, so that it stays below 300 in all
MOST_HANDS = 4
GRACE = 3  # a busy machine takes so many seconds for one of the processor
COLLECTS_AFTER = (10_000, 20, 20)  # new objects, and rounds of the younger generations: a mail makes thousands
SMALL_BYTES = 64_000
FEW_BYTES = 150_000
_SUSPICIOUS = (b"text/calendar", b"application/ics", b"ms-tnef", b"winmail.dat", b"pkcs7-mime")

T = TypeVar("T")


class ParsePool:
    """Children that parse. `start` it before there are threads; any thread may call `parse`."""

    def __init__(
        self, hands: int = 0, time_limit_s: float = TIME_LIMIT_S, memory_limit_mb: int = MEMORY_LIMIT_MB
    ) -> None:
        self.hands = hands or min(os.cpu_count() or 1, MOST_HANDS)
        self.time_limit_s, self.memory_limit_mb = time_limit_s, memory_limit_mb
        self.silence_s = GRACE * time_limit_s + 1
        self.pid = os.getpid()
        self._nursery = Nursery(time_limit_s, memory_limit_mb)
        self._idle: list[Hand] = []
        self._busy = 0
        self._free = threading.Condition()

    def start(self) -> None:
        """Start the process that forks the children; they come when there is work."""
        self._nursery.start()

    def close(self) -> None:
        """End all children."""
        for hand in self._idle:
            hand.socket.close()
        self._idle.clear()
        self._nursery.close()

    def parse(self, raws: Sequence[bytes]) -> list[Incoming | UnparsableMail]:
        """What became of each mail, in their order. Raises OSError where no process can be started."""
        return self.read(raws, parse_mail)

    def read(self, raws: Sequence[bytes], read: Callable[[bytes], T]) -> list[T | UnparsableMail]:
        """What `read` makes of each mail, in their order; it can be pickled, and gives an Incoming or plain values.

        Raises OSError where no process can be started.
        """
        with Crew(raws, read) as crew:
            try:
                while crew.chunks or crew.hands:
                    while crew.chunks and (hand := self._take(wait=not crew.hands)):
                        self._give(hand, crew)
                    heard, overdue = crew.wait(self.silence_s)
                    for hand in heard:
                        self._hear(hand, crew)
                    for hand in overdue:
                        self._lose(hand, crew)
            finally:
                for hand in list(crew.hands):
                    self._lose(hand, crew)
            return [crew.results[place] for place in range(len(raws))]

    def _take(self, *, wait: bool) -> Hand | None:
        """An idle child, or a fresh one; None if all are at work and nobody wants to wait."""
        with self._free:
            while self._busy >= self.hands:
                if not wait:
                    return None
                self._free.wait()
            self._busy += 1
            if self._idle:
                return self._idle.pop()
        try:
            return self._nursery.hire()
        except OSError:
            self._put_back(None)
            raise

    def _put_back(self, hand: Hand | None) -> None:
        with self._free:
            self._busy -= 1
            if hand is not None:
                hand.is_fresh = False
                self._idle.append(hand)
            self._free.notify()

    def _give(self, hand: Hand, crew: Crew) -> None:
        chunk = crew.chunks.popleft()
        crew.add(hand)
        try:
            hand.give([crew.raws[place] for place in chunk], chunk, crew.how)
        except OSError:
            self._lose(hand, crew)

    def _hear(self, hand: Hand, crew: Crew) -> None:
        try:
            kind, result = hand.answer()
        except OSError:
            self._lose(hand, crew)
            return
        if result is not None and hand.done < len(hand.chunk):
            crew.results[hand.chunk[hand.done]] = result
            hand.done, hand.since_s = hand.done + 1, time.monotonic()
        elif kind == DONE:
            crew.remove(hand)
            self._put_back(hand)
        else:
            self._lose(
                hand, crew, is_leaving=kind == LEAVING
            )  # if it said TOO_BIG, its exit code says so again

    def _lose(self, hand: Hand, crew: Crew, *, is_leaving: bool = False) -> None:
        """A child is gone, or has to go: the mail in its hands gets the blame, the rest another child.

        One that has worked before may have died, or been ended, for a reason of its own: then the mail gets
        another child too, and the blame if that dies as well.
        """
        crew.remove(hand)
        took_s = time.monotonic() - hand.since_s
        code = self._nursery.dismiss(hand)
        rest = hand.chunk[hand.done :]
        reason = self._reason(code, took_s)
        if rest and not is_leaving and (reason or hand.is_fresh):
            crew.results[rest[0]] = UnparsableMail(reason or f"the parser died of it (code {code})")
            rest = rest[1:]
        if rest:
            crew.chunks.appendleft(rest)
        self._put_back(None)

    def _reason(self, code: int, took_s: float) -> str:
        """What the mail did to the child, "" if that is not known."""
        if code == -signal.SIGPROF or took_s >= self.silence_s:
            return f"it took more than {self.time_limit_s:g} s"
        return f"it needed more than {self.memory_limit_mb} MB" if code == OUT_OF_MEMORY else ""


_own: list[ParsePool] = []
_own_lock = threading.Lock()


def start_pool() -> ParsePool:
    """The pool of this process, started if it is not; call it once before there are threads."""
    with _own_lock:
        if not _own or _own[-1].pid != os.getpid():
            organizational_domain("example.org")  # a third of a second, which no child needs to spend again
            # What is there by now stays: looking through it again and again is a sixth of the work of intake.
            gc.freeze()
            gc.set_threshold(*COLLECTS_AFTER)
            _own.append(ParsePool())
            _own[-1].start()
            # This process waits for its children at its end, and the nursery for the end of this connection.
            Finalize(None, _own[-1].close, exitpriority=100)
        return _own[-1]


def parse_many(raws: Sequence[bytes]) -> list[Incoming | UnparsableMail]:
    """What became of each mail, in their order: a few small ones here, all others in the pool of this process."""
    return read_many(raws, parse_mail)


def read_many(raws: Sequence[bytes], read: Callable[[bytes], T]) -> list[T | UnparsableMail]:
    """What `read` makes of each mail; see `ParsePool.read`. Of all errors it raises UnparsableMail only."""
    if sum(map(len, raws)) <= FEW_BYTES and all(map(is_harmless, raws)):
        return [_read_here(raw, read) for raw in raws]
    return start_pool().read(raws, read)


def is_harmless(raw: bytes) -> bool:
    """Tell whether a mail is small and has nothing in it that others' libraries read."""
    if len(raw) > SMALL_BYTES:
        return False
    lowered = raw.lower()
    return not any(mark in lowered for mark in _SUSPICIOUS)


def _read_here(raw: bytes, read: Callable[[bytes], T]) -> T | UnparsableMail:
    try:
        return read(raw)
    except UnparsableMail as error:
        return error
