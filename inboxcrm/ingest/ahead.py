"""Takes batches of one folder in, one after the other: while one is written, the next are fetched and read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from inboxcrm.base.settings import Account
from inboxcrm.base.work import Office
from inboxcrm.ingest.intake import Mail, read_out, write_in
from inboxcrm.mail.fetched import Fetched

AHEAD = 2  # batches that are read, or being read, while one is written: some megabytes each
READERS = 2  # at once, so that no child waits for the last mail of a batch


def _tell_nobody(_mails: Sequence[Fetched]) -> None:
    """Tell nobody what was written."""


@dataclass(slots=True)
class Line:
    """Batches of a folder on their way in, written in the order in which they are put, each as `take_in` does.

    `wrote` is told of each batch after its commit. At the end of the block all is written, also if fetching the
    next batch has failed; what follows a batch that could not be written is dropped, and is fetched again.
    """

    office: Office
    account: Account
    folder_id: int
    wrote: Callable[[Sequence[Fetched]], None] = _tell_nobody
    taken: int = 0
    _reader: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(READERS, "read-ahead"))
    _reading: deque[tuple[Future[list[Mail]], int]] = field(default_factory=deque)
    _has_failed: bool = False

    def put(self, mails: Sequence[Fetched], cursor: int) -> None:
        """Let a batch be read; it is written, and the cursor moved, once two more are put or the block ends."""
        self._reading.append(
            (self._reader.submit(read_out, self.office, self.account, self.folder_id, mails), cursor)
        )
        if len(self._reading) > AHEAD:
            self._write()

    def _write(self) -> None:
        read, cursor = self._reading.popleft()
        self._has_failed = True  # until it has not
        mails = read.result()
        write_in(self.office, self.folder_id, mails, cursor)
        self._has_failed = False
        self.taken += len(mails)
        self.wrote([mail.fetched for mail in mails])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._reader:
            while self._reading and not self._has_failed:
                self._write()
