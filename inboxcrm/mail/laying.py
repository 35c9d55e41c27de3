"""Lays drafts and sent copies into a mailbox, finds them, and takes back what nobody has touched: all that we write."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from inboxcrm.mail.errors import FolderMissing, MailboxRefused, RemovalRefused
from inboxcrm.mail.fetched import FolderState, ImapServer

_APPENDUID = re.compile(rb"APPENDUID \d+ (\d+)\]")


class Laying:
    """The part of a mailbox that writes."""

    _client: Any
    _server: ImapServer
    _examined: str | None

    def _asking(self, what: str) -> AbstractContextManager[None]:
        raise NotImplementedError

    def examine(self, folder: str) -> FolderState:
        """Open a folder for reading only."""
        raise NotImplementedError

    def offers(self, capability: str) -> bool:
        """Tell whether the server has named a capability."""
        raise NotImplementedError

    def _is_listed(self, folder: str) -> bool:
        raise NotImplementedError

    def append(self, folder: str, raw: bytes, received_at: datetime, flags: Sequence[str] = ()) -> int | None:
        """Lay a message into a folder; its UID if the server tells it (UIDPLUS, RFC 4315), else None."""
        try:
            with self._asking(f"append to {folder!r}"):
                told = self._client.append(folder, raw, flags, received_at)
        except MailboxRefused as error:
            if not self._is_listed(folder):
                raise FolderMissing(self._server.place, folder) from error
            raise
        match = _APPENDUID.search(told if isinstance(told, bytes) else str(told).encode("utf-8", "replace"))
        return int(match[1]) if match else None

    def find_message_id(self, folder: str, message_id: str) -> list[int]:
        """UIDs in `folder` whose Message-ID header holds this id, ascending; it opens the folder for reading."""
        wanted = re.sub(r"[\x00-\x1f\x7f]", "", message_id).strip("<>")
        self.examine(folder)
        charset = None if wanted.isascii() else "UTF-8"
        with self._asking("search by Message-ID"):
            return sorted(int(uid) for uid in self._client.search(["HEADER", "Message-ID", wanted], charset))

    def remove_untouched(self, folder: str, uid: int, uidvalidity: int | None = None) -> None:
        """Remove one message by UID; whoever calls knows that we laid it and nobody touched it (I2).

        Only with UIDPLUS and only under the given UIDVALIDITY, else RemovalRefused: a plain EXPUNGE would
        take what others marked along.
        """
        if not self.offers("UIDPLUS"):
            raise RemovalRefused(self._server.place, folder, uid, "the server has no UIDPLUS")
        before, self._examined = self._examined, None
        if uidvalidity is not None and self.examine(folder).uidvalidity != uidvalidity:
            raise RemovalRefused(self._server.place, folder, uid, "the folder has been renumbered")
        with self._asking(f"remove message {uid} from {folder!r}"):
            self._client.select_folder(folder)
            self._client.add_flags([uid], [b"\\Deleted"], silent=True)
            self._client.uid_expunge([uid])
        self.examine(before or folder)
