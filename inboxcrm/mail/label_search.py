"""Asks which labels of Gmail the mails of an examined folder bear, and which have changed (CONDSTORE, RFC 7162)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from inboxcrm.mail.fetched import labels_of_row

LABELS = "X-GM-LABELS"
UIDS_PER_COMMAND = 500
WIDEST_SPAN = 50_000  # of UIDs: what is answered stays below a million bytes (I12)

Labels = Mapping[int, tuple[str, ...]]  # by UID


class LabelSearch:
    """The part of a mailbox that reads labels, as far as the server has them."""

    _client: Any
    _uidnext: int

    def _asking(self, what: str) -> AbstractContextManager[None]:
        raise NotImplementedError

    def offers(self, capability: str) -> bool:
        """Tell whether the server has named a capability."""
        raise NotImplementedError

    def highest_modseq(self, folder: str) -> int | None:
        """Give the number that grows with every change in a folder; None if the server does not count them."""
        if not self.offers("CONDSTORE"):
            return None
        with self._asking(f"tell of changes in {folder!r}"):
            told = self._client.folder_status(folder, ["HIGHESTMODSEQ"])
            return int(told.get(b"HIGHESTMODSEQ") or 0) or None

    def labels_since(self, modseq: int) -> Iterator[Labels]:
        """The labels of the mails that have changed since then, in spans of UIDs from the newest on."""
        high = self._uidnext - 1
        while high > 0:
            low = max(high - WIDEST_SPAN + 1, 1)
            with self._asking("search for changes"):
                found = self._client.search(["UID", f"{low}:{high}", "MODSEQ", str(modseq + 1)])
            yield from self.labels_at(sorted(int(one) for one in found))
            high = low - 1

    def labels_at(self, uids: Sequence[int]) -> Iterator[Labels]:
        """The labels of these mails; gone ones are left out."""
        for start in range(0, len(uids), UIDS_PER_COMMAND):
            with self._asking("tell labels"):
                found = _read(self._client.fetch(list(uids[start : start + UIDS_PER_COMMAND]), [LABELS]))
            yield found


def _read(told: Mapping[int, dict[bytes, Any]]) -> Labels:
    return {int(uid): labels_of_row(row) for uid, row in told.items() if LABELS.encode() in row}
