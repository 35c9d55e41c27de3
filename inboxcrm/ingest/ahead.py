"""Takes batches of one folder in, one after the other: while one is written, the next are fetched and read.

Who fetches goes on fetching; a thread writes, and two more hand mails to the processes that read them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from inboxcrm.base.settings import Account
from inboxcrm.base.work import Office
from inboxcrm.ingest.intake import Mail, Manner, read_out, write_in
from inboxcrm.mail.fetched import Fetched

AHEAD = 3  # batches that are read, being read, or written, while one is fetched: some megabytes each
READERS = 2  # at once, so that no child waits for the last mail of a batch


def _tell_nobody(_mails: Sequence[Fetched]) -> None:
    """Tell nobody what was written."""


@dataclass(slots=True)
class Line:
    """Batches of a folder on their way in, written in the order in which they are put, each as `take_in` does.

    `wrote` is told of each batch after its commit. At the end of the block all is written, also if fetching the
    next batch has failed; what follows a batch that could not be written is dropped, and is fetched again.
    `taken` counts what was written. `manner` is that of the folder, if it is known.
    """

    office: Office
    account: Account
    folder_id: int
    wrote: Callable[[Sequence[Fetched]], None] = _tell_nobody
    taken: int = 0
    manner: Manner | None = None
    _reader: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(READERS, "read-ahead"))
    _writer: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "write-in"))
    _waiting: deque[Future[None]] = field(default_factory=deque)
    _has_failed: bool = False

    def put(self, mails: Sequence[Fetched], cursor: int) -> None:
        """Let a batch be read, then written, and the cursor moved; wait while three others are on their way.

        Raises what went wrong with an earlier one.
        """
        read = self._reader.submit(read_out, self.office, self.account, self.folder_id, mails, self.manner)
        self.then(lambda: self._write(read, cursor))

    def then(self, do: Callable[[], None]) -> None:
        """Do something, in the thread that writes, as soon as all that was put before is written."""
        self._waiting.append(self._writer.submit(self._do, do))
        while len(self._waiting) > AHEAD:
            self._waiting.popleft().result()

    def finish(self) -> None:
        """Wait until all that was put is written. Raises what went wrong with it."""
        while self._waiting:
            self._waiting.popleft().result()

    def _do(self, do: Callable[[], None]) -> None:
        if self._has_failed:
            return
        self._has_failed = True  # until it has not
        do()
        self._has_failed = False

    def _write(self, read: Future[list[Mail]], cursor: int) -> None:
        mails = read.result()
        write_in(self.office, self.folder_id, mails, cursor)
        self.taken += len(mails)
        self.wrote([mail.fetched for mail in mails])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._reader, self._writer:
            self.finish()
