"""The mailboxes of the demo's mail server, in memory, and the IMAP door to them (pymap).

A mailbox comes to be when its user logs in or gets mail. It has INBOX, Sent and Drafts from then on.
"""

from __future__ import annotations

import asyncio
import dataclasses
import re
from argparse import Namespace
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from proxyprotocol.reader import ProxyProtocolReader
from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, Identity, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet, Message
from pymap.config import BackendCapability
from pymap.exceptions import InvalidAuth
from pymap.imap import IMAPServer
from pymap.interfaces.login import IdentityInterface
from pymap.listtree import ListEntry, ListTree
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import ObjectId
from pymap.user import UserMetadata
from pysasl.creds.server import ServerCredentials
from pysasl.identity import ClearIdentity

SPECIAL_FOLDERS = {"Sent": b"Sent", "Drafts": b"Drafts"}  # name -> its mark in LIST (RFC 6154)
UNSAFE_IN_PATH = re.compile(r"[^\w.@+-]")

Now = Callable[[], datetime]


class PostOffice:
    """All mailboxes by user name; `now` gives the time of what comes without one.

    With `keep` each message is also written to keep/<user>/<folder>/<n>.eml.
    """

    def __init__(self, password: str, now: Now, keep: Path | None) -> None:
        self._now = now
        self._keep = keep
        self._config = _config(password)
        self._login = _OnePassword(self._config, self)
        self._mailboxes: dict[str, _Folders] = {}
        self._conversations: set[asyncio.Task[Any]] = set()

    def open_mailbox(self, user: str) -> _Folders:
        """The folders of a user, made now if this is the first that is heard of him."""
        if user not in self._mailboxes:
            keep = self._keep / _path_part(user) if self._keep else None
            self._mailboxes[user] = folders = _Folders(self._now, keep)
            self._config.set_cache[user] = (folders, FilterSet())
            self._login.users_dict[user] = UserMetadata(self._config, user)
        return self._mailboxes[user]

    async def deliver(self, user: str, raw: bytes) -> None:
        """Lay a message into the INBOX of a user, as received now."""
        inbox = await self.open_mailbox(user).get_mailbox("INBOX")
        await inbox.append(AppendMessage(raw, self._now(), frozenset()), recent=True)

    def now(self) -> datetime:
        """The time of the demo, in UTC."""
        return self._now()

    async def listen(self, host: str, name: str) -> asyncio.Server:
        """Open the IMAP door on a port of the system's choice; `name` is said in the greeting."""
        self._config.name = name
        self._config.apply_context()
        conversation = IMAPServer(self._login, self._config)

        async def converse(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: SocketInfo
        ) -> None:
            # The event loop holds its tasks weakly, and from Python 3.13 on nobody else holds this one: without
            # the set a collection of garbage would end a conversation in the middle.
            if task := asyncio.current_task():
                self._conversations.add(task)
                task.add_done_callback(self._conversations.discard)
            await conversation(reader, writer, peer)

        door = ProxyProtocolReader(self._config.proxy_protocol)
        return await asyncio.start_server(door.get_callback(converse), host, 0)


class _Config(Config):
    name = "localhost"

    @property
    def greeting(self) -> bytes:
        """pymap's own asks the resolver for its name at each connection, which can take seconds."""
        return b"Server ready " + self.name.encode()

    @property
    def backend_capability(self) -> BackendCapability:
        return BackendCapability(idle=True, object_id=True, multi_append=True, custom=[b"SPECIAL-USE"])


def _config(password: str) -> _Config:
    args = Namespace(
        demo_data=False,
        demo_user="",
        demo_password=password,
        host=None,
        port=0,
        debug=False,
        cert=None,
        key=None,
        tls=False,
        passlib_cfg=None,
        proxy_protocol=None,
        inherited_sockets=None,
    )
    return _Config.from_args(args, invalid_user_sleep=0, reject_dnsbl=False)


class _OnePassword(Login):
    """Lets every user in who has the one password; upper and lower case of the name are one."""

    def __init__(self, config: _Config, office: PostOffice) -> None:
        super().__init__(config)
        self._office = office

    async def authenticate(self, credentials: ServerCredentials) -> Identity:
        wanted = ClearIdentity(credentials.authcid, self.config.demo_password)
        if not credentials.verify(wanted):
            raise InvalidAuth
        user = credentials.authcid.lower()
        self._office.open_mailbox(user)
        return Identity(user, self, None, frozenset())

    async def authorize(self, authenticated: IdentityInterface, authzid: str) -> Identity:
        return Identity(authenticated.name, self, None, frozenset())


class _Folder(MailboxData):
    """A folder that gives what comes without a date the demo's time, and writes each message to a file."""

    def __init__(self, owner: _Folders, name: str) -> None:
        super().__init__(owner._content_cache, owner._thread_cache)
        self._now = owner.now
        self._keep = owner.keep / _path_part(name) if owner.keep else None
        self._kept = 0

    async def append(self, append_msg: AppendMessage, *, recent: bool = False) -> Message:
        dated = dataclasses.replace(append_msg, when=append_msg.when or self._now())
        message = await super().append(dated, recent=recent)
        if self._keep:
            self._keep.mkdir(parents=True, exist_ok=True)
            self._kept += 1
            (self._keep / f"{self._kept}.eml").write_bytes(append_msg.literal)
        return message


class _Folders(MailboxSet):
    """The folders of one user."""

    def __init__(self, now: Now, keep: Path | None) -> None:
        super().__init__()
        self.now, self.keep = now, keep
        self._inbox = _Folder(self, "INBOX")
        for name in SPECIAL_FOLDERS:
            self._set[name] = _Folder(self, name)
            self._subscribed[name] = True

    async def add_mailbox(self, name: str) -> ObjectId:
        async with self._set_lock.write_lock():
            if name in self._set:
                raise ValueError(name)
            self._set[name] = folder = _Folder(self, name)
            return folder.mailbox_id

    async def list_mailboxes(self) -> ListTree:
        return _MarkedTree(self.delimiter).update("INBOX", *self._set)


@dataclass(frozen=True)
class _MarkedEntry(ListEntry):
    special: bytes = b""

    @property
    def attributes(self) -> Sequence[bytes]:
        return [*super().attributes, self.special]


class _MarkedTree(ListTree):
    """A list of folders that says which of them is Sent and which Drafts."""

    def _iter(self, node: Any, name: str) -> Iterable[ListEntry]:
        for entry in super()._iter(node, name):
            mark = SPECIAL_FOLDERS.get(entry.name)
            yield (
                _MarkedEntry(entry.name, entry.exists, entry.marked, entry.has_children, mark)
                if mark
                else entry
            )


def _path_part(name: str) -> str:
    """A name of a user or folder as one part of a path; it cannot lead out of its folder."""
    return UNSAFE_IN_PATH.sub("_", name).lstrip(".") or "_"
