"""The children that work on one call of the parse pool, and what is left to do for them."""

from __future__ import annotations

import pickle
import selectors
import time
from collections import deque
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any

from inboxcrm.mail.pool_hand import Hand

CHUNK_MAILS = 125  # half a batch, so that a child seldom waits for the next
CHUNK_BYTES = 1_500_000


class Crew:
    """The mails of one call in chunks, the children that have one in hand, and the results by place."""

    def __init__(self, raws: Sequence[bytes], read: Callable[[bytes], Any]) -> None:
        self.raws = raws
        self.how = pickle.dumps(read, pickle.HIGHEST_PROTOCOL)
        self.results: dict[int, Any] = {}
        self.chunks = deque(chunks_of(raws))
        self.hands: list[Hand] = []
        self._selector = selectors.DefaultSelector()

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._selector.close()

    def add(self, hand: Hand) -> None:
        """Listen to a child from now on."""
        hand.since_s = time.monotonic()
        self.hands.append(hand)
        self._selector.register(hand.socket, selectors.EVENT_READ, hand)

    def remove(self, hand: Hand) -> None:
        """Listen to a child no longer."""
        self.hands.remove(hand)
        self._selector.unregister(hand.socket)

    def wait(self, limit_s: float) -> tuple[list[Hand], list[Hand]]:
        """Wait until a child says something; those that do, and those silent for more than the limit."""
        if not self.hands:
            return [], []
        first_s = min(hand.since_s for hand in self.hands)
        ready = self._selector.select(max(first_s + limit_s - time.monotonic(), 0.0))
        heard = [key.data for key, _ in ready]
        now_s = time.monotonic()
        return heard, [one for one in self.hands if one not in heard and now_s - one.since_s > limit_s]


def chunks_of(raws: Sequence[bytes]) -> list[list[int]]:
    """The places of the mails in chunks for one child each: 125 mails or a million and a half bytes at most."""
    chunks: list[list[int]] = []
    room = 0
    for place, raw in enumerate(raws):
        if not chunks or len(chunks[-1]) >= CHUNK_MAILS or len(raw) > room:
            chunks.append([])
            room = CHUNK_BYTES
        chunks[-1].append(place)
        room -= len(raw)
    return chunks
