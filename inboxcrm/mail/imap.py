"""One mailbox over IMAP, for reading without a trace and for laying drafts and sent copies.

Reading is EXAMINE and BODY.PEEK only; no flag is ever read or written for progress (I2). UIDs are asked
for in windows (I12), bodies in batches. Whatever is odd on the socket ends the connection and is
MailboxConnectionLost: what was half read is thrown away by the caller (I13). The facts about imapclient
that bind this: its debug level costs 2 to 40 times, it has no timeout of its own, its times are naive,
and a search beyond UIDNEXT answers with the last message.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import (
    CapabilityError,
    IMAPClientAbortError,
    IMAPClientError,
    InvalidCriteriaError,
    LoginError,
    ProtocolError,
)
from imapclient.response_parser import parse_fetch_response

from inboxcrm.mail.bell import Bell
from inboxcrm.mail.encryption import require_encryption, tls_context
from inboxcrm.mail.errors import (
    FolderMissing,
    MailboxConnectionLost,
    MailboxError,
    MailboxLoginRefused,
    MailboxRefused,
    MailboxUnreachable,
    PlaintextRefused,
    RemovalRefused,
)
from inboxcrm.mail.fetched import (
    BATCH_MESSAGES,
    SMALL,
    Fetched,
    FetchedHead,
    FolderState,
    Glance,
    ImapServer,
    batches,
    glance_of,
    head_of,
    message_of,
    text_of,
)
from inboxcrm.mail.folder_names import FolderName, named_folders
from inboxcrm.mail.hidden import hide_secrets
from inboxcrm.mail.idle import wait_in_idle
from inboxcrm.mail.label_search import LABELS, LabelSearch
from inboxcrm.mail.laying import Laying
from inboxcrm.mail.partial import assemble, plan_parts, sections
from inboxcrm.mail.plain_fetch import Rows, plain_bodies, plain_sizes
from inboxcrm.mail.uid_search import UidSearch

__all__ = [
    "Fetched",
    "FetchedHead",
    "FolderMissing",
    "FolderName",
    "FolderState",
    "ImapServer",
    "Mailbox",
    "MailboxConnectionLost",
    "MailboxError",
    "MailboxLoginRefused",
    "MailboxRefused",
    "MailboxUnreachable",
    "PlaintextRefused",
    "RemovalRefused",
    "open_mailbox",
]

CONNECT_TIMEOUT_S = 15
IDS_PER_COMMAND = 500
HEAD_FIELDS = "From To Cc Bcc Message-ID In-Reply-To References List-Id"
_IS_ANSWER = re.compile(r"\bfailed: |command error: (?:NO|BAD)")


def open_mailbox(server: ImapServer) -> Mailbox:
    """Connect and log in. Raises PlaintextRefused, MailboxUnreachable or MailboxLoginRefused."""
    require_encryption(server.security, server.host, server.place)
    client = _connect(server)
    try:
        _log_in(client, server)
    except LoginError as error:
        _drop(client)
        # Neither the message nor the chain of causes may hold what was sent: some servers quote it.
        raise MailboxLoginRefused(server.place, _without_secrets(server, error)) from None
    except (IMAPClientError, OSError, ValueError) as error:
        _drop(client)
        raise MailboxConnectionLost(server.place, _without_secrets(server, error)) from None
    return Mailbox(server, client)


def _log_in(client: IMAPClient, server: ImapServer) -> None:
    if not server.token:
        _show_password(client, server)
    elif client.has_capability("AUTH=XOAUTH2"):
        client.oauth2_login(server.user, server.token)
    else:
        client.oauthbearer_login(server.user, server.token)


def _show_password(client: IMAPClient, server: ImapServer) -> None:
    """LOGIN carries ASCII only (RFC 9051 section 6.2.3); PLAIN carries UTF-8 (RFC 4616)."""
    if f"{server.user}{server.password}".isascii():
        client.login(server.user, server.password)
    elif client.has_capability("AUTH=PLAIN"):
        client.plain_login(server.user, server.password)
    else:
        raise LoginError("user or password is not ASCII, and the server has no AUTH=PLAIN")


def _without_secrets(server: ImapServer, error: BaseException) -> str:
    return hide_secrets(str(error), server.user, server.password, server.token) or type(error).__name__


class Mailbox(UidSearch, LabelSearch, Laying):
    """An open connection to one mailbox; not for use by two threads. Closes itself when the connection is lost."""

    def __init__(self, server: ImapServer, client: IMAPClient) -> None:
        self._server = server
        self._client = client
        self._examined = None
        self._uidnext = 1
        self._exists = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def open_folder(self) -> str | None:
        """The folder that was examined last."""
        return self._examined

    def close(self) -> None:
        """Log out if the connection still stands, and close it; never raises."""
        with suppress(IMAPClientError, OSError, ValueError, AttributeError):
            self._client.logout()
        _drop(self._client)

    def folders(self) -> list[FolderName]:
        """All folders that can be opened, each with its special use."""
        with self._asking("list folders"):
            listed = self._client.list_folders()
        rows = [
            (str(name), tuple(text_of(flag) for flag in flags), text_of(delimiter))
            for flags, delimiter, name in listed
        ]
        return named_folders(
            row for row in rows if not {"\\noselect", "\\nonexistent"} & {a.lower() for a in row[1]}
        )

    def examine(self, folder: str) -> FolderState:
        """Open a folder for reading only. Raises FolderMissing if the server does not list it."""
        try:
            with self._asking(f"open {folder!r}"):
                told = self._client.select_folder(folder, readonly=True)
        except MailboxRefused as error:
            self._examined = None
            if not self._is_listed(folder):
                raise FolderMissing(self._server.place, folder) from error
            raise
        self._examined = folder
        self._uidnext = int(told.get(b"UIDNEXT") or self._uidnext_by_status(folder))
        self._exists = int(told.get(b"EXISTS", 0))
        remote_id = self._remote_id(folder)
        return FolderState(int(told.get(b"UIDVALIDITY", 0)), self._uidnext, self._exists, remote_id)

    def status(self, folder: str) -> FolderState:
        """Ask about a folder without opening it. Raises MailboxRefused if the server does not tell."""
        with self._asking(f"tell of {folder!r}"):
            told = self._client.folder_status(folder, ["UIDVALIDITY", "UIDNEXT", "MESSAGES"])
            return FolderState(int(told[b"UIDVALIDITY"]), int(told[b"UIDNEXT"]), int(told[b"MESSAGES"]))

    def offers(self, capability: str) -> bool:
        """Tell whether the server has named a capability."""
        with self._asking("tell its capabilities"):
            return bool(self._client.has_capability(capability))

    def fetch_raw(self, uids: Sequence[int]) -> Iterator[Fetched]:
        """The whole messages of these UIDs, in batches; a UID that is gone by now is left out."""
        for batch in batches(self.glance(uids)):
            yield from self.fetch(batch)

    def glance(self, uids: Sequence[int]) -> Iterator[Glance]:
        """Size, arrival, id and labels of these UIDs, as far as the server has them; gone ones are left out."""
        names = self._names()
        for start in range(0, len(uids), IDS_PER_COMMAND):
            chunk = list(uids[start : start + IDS_PER_COMMAND])
            with self._asking("tell sizes"):
                told = (
                    self._client.fetch(chunk, ["INTERNALDATE", "RFC822.SIZE", *names])
                    if names
                    else self._fetch_plain(chunk, b"(INTERNALDATE RFC822.SIZE)", plain_sizes)
                )
                glances = [glance_of(uid, told[uid]) for uid in chunk if uid in told]
            yield from glances

    def glance_roughly(self, uids: Sequence[int]) -> Iterator[Glance]:
        """As `glance`, but small mails are only told apart from bigger ones: the rest comes with their bytes.

        Where the server names the same mail in two folders, or cannot search by size, all are glanced at.
        """
        for start in range(0, len(uids), IDS_PER_COMMAND):
            chunk = uids[start : start + IDS_PER_COMMAND]
            bigger = None if self._names() else self._larger_among(chunk)
            if bigger is None:
                yield from self.glance(chunk)
            else:
                known = {uid: Glance(uid, SMALL, None) for uid in chunk if uid not in bigger}
                known |= {glance.uid: glance for glance in self.glance(sorted(bigger))}
                yield from (known[uid] for uid in chunk if uid in known)

    def _larger_among(self, uids: Sequence[int]) -> set[int] | None:
        try:
            return set(self.uids_larger(min(uids), max(uids), SMALL)).intersection(uids)
        except MailboxRefused:
            return None

    def fetch(self, glances: Sequence[Glance]) -> list[Fetched]:
        """The whole messages of a batch, by one command; those that the server gives no bytes of are left out."""
        with self._asking("fetch messages"):
            has_rough = any(glance.received_at is None for glance in glances)
            what = b"(INTERNALDATE BODY.PEEK[])" if has_rough else b"(BODY.PEEK[])"
            told = self._fetch_plain([glance.uid for glance in glances], what, plain_bodies)
            found = [message_of(glance, told.get(glance.uid, {})) for glance in glances]
        return [message for message in found if message is not None]

    def _fetch_plain(
        self, uids: Sequence[int], what: bytes, read: Callable[[list[Any]], Rows | None]
    ) -> Rows:
        """Do what the library's `fetch` does, with a quicker reader of the answers that nearly all servers give."""
        if not uids:
            return {}
        client, imap = self._client, self._client._imap
        tag = imap._command("UID", "FETCH", ",".join(map(str, uids)).encode(), what)
        kind, told = imap._command_complete("FETCH", tag)
        client._checkok("fetch", kind, told)
        _, told = imap._untagged_response(kind, told, "FETCH")
        rows = read(told)
        if rows is None:
            rows = parse_fetch_response(told, client.normalise_times, client.use_uid)
        return {uid: rows[uid] for uid in uids if uid in rows}

    def fetch_in_parts(self, glance: Glance) -> Fetched | None:
        """A big message without its big parts, marked partial; whole if it has none; None if it is gone."""
        with self._asking("tell the parts of a message"):
            told = self._client.fetch([glance.uid], ["BODYSTRUCTURE"]).get(glance.uid, {})
        plan = plan_parts(told.get(b"BODYSTRUCTURE"))
        if plan is None:
            return next(iter(self.fetch([glance])), None)
        with self._asking("fetch parts of a message"):
            told = self._client.fetch([glance.uid], sections(plan)).get(glance.uid)
            raw = assemble(plan, told) if told else b""
        if not raw:
            return None
        whole = message_of(glance, {b"BODY[]": raw})
        return whole and replace(whole, is_partial=True)

    def fetch_headers(self, uids: Sequence[int], fields: str = HEAD_FIELDS) -> Iterator[FetchedHead]:
        """Only these headers and the keywords of these UIDs (I19); gone ones are left out."""
        labels = [LABELS] if self.offers("X-GM-EXT-1") else []
        asked = ["INTERNALDATE", "RFC822.SIZE", "FLAGS", *labels, f"BODY.PEEK[HEADER.FIELDS ({fields})]"]
        for start in range(0, len(uids), BATCH_MESSAGES):
            batch = list(uids[start : start + BATCH_MESSAGES])
            with self._asking("fetch headers"):
                told = self._client.fetch(batch, asked)
                heads = [head for uid in batch if (head := head_of(uid, told.get(uid, {}))) is not None]
            yield from heads

    def noop(self) -> None:
        """Keep the connection warm, or learn that it is lost."""
        with self._asking("answer"):
            self._client.noop()

    def wait_for_change(self, timeout_s: float, bell: Bell | None = None) -> bool:
        """IDLE on the examined folder until the server says something or the time is over; only ever a hint.

        A ring of the bell ends it too. False at once if the server cannot IDLE. Whatever it returns, ask for new
        UIDs by a fresh `examine`.
        """
        if not self.offers("IDLE"):
            return False
        if self._was_told_of_change():
            return True
        with self._asking("wait"):
            return wait_in_idle(self._client, timeout_s, self._server.timeout_s, time.monotonic, bell)

    def _names(self) -> list[str]:
        """What to ask for so that the same mail in two folders is known before its bytes are there (I11)."""
        if self.offers("X-GM-EXT-1"):
            return ["X-GM-MSGID", LABELS]
        return ["EMAILID"] if self.offers("OBJECTID") else []

    def _remote_id(self, folder: str) -> str | None:
        """MAILBOXID of RFC 8474: it stays with a folder that gets another name (I5)."""
        if not self.offers("OBJECTID"):
            return None
        with self._asking("tell MAILBOXID"):
            told = self._client.folder_status(folder, ["MAILBOXID"]).get(b"MAILBOXID")
        first = told[0] if isinstance(told, tuple) and told else told
        return text_of(first)[:255] or None

    def _was_told_of_change(self) -> bool:
        """Tell whether an answer to another command brought news: the server will not say it again in IDLE."""
        told = self._client._imap.untagged_responses
        counts = told.get("EXISTS") or [None]
        return "EXPUNGE" in told or counts[-1] not in (None, str(self._exists).encode())

    def _is_listed(self, folder: str) -> bool:
        return folder.upper() == "INBOX" or any(known.name == folder for known in self.folders())

    def _uidnext_by_status(self, folder: str) -> int:
        with self._asking("tell UIDNEXT"):
            return int(self._client.folder_status(folder, ["UIDNEXT"]).get(b"UIDNEXT", 1))

    @contextmanager
    def _asking(self, what: str) -> Iterator[None]:
        """Turn every failure of the library or the socket into one of our family."""
        try:
            yield
        except (IMAPClientAbortError, ProtocolError, OSError, EOFError) as error:
            _drop(self._client)
            raise MailboxConnectionLost(self._server.place, _one_line(error)) from error
        except IMAPClientError as error:
            if isinstance(error, (CapabilityError, InvalidCriteriaError)) or _IS_ANSWER.search(str(error)):
                raise MailboxRefused(self._server.place, what, _one_line(error)) from error
            _drop(self._client)
            raise MailboxConnectionLost(self._server.place, _one_line(error)) from error
        except (ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
            _drop(self._client)
            raise MailboxConnectionLost(self._server.place, f"garbled answer, {_one_line(error)}") from error


def _connect(server: ImapServer) -> IMAPClient:
    timeout = SocketTimeout(CONNECT_TIMEOUT_S, server.timeout_s)
    is_tls = server.security == "tls"
    try:
        context = None if server.security == "none" else tls_context(server.ca_file)
        client = IMAPClient(
            server.host, server.port, ssl=is_tls, ssl_context=context if is_tls else None, timeout=timeout
        )
        client._imap.debug = 0
        client.normalise_times = False
        _set_up_socket(client.socket())
        if server.security == "starttls":
            client.starttls(context)
    except (IMAPClientError, OSError, EOFError, ValueError) as error:
        raise MailboxUnreachable(server.place, _one_line(error)) from error
    return client


def _set_up_socket(connection: socket.socket) -> None:
    """Send small commands at once, and notice in two minutes that the other side is gone (I14)."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 20), ("TCP_KEEPCNT", 3)):
        if option := getattr(socket, name, None):
            connection.setsockopt(socket.IPPROTO_TCP, option, value)


def _drop(client: IMAPClient) -> None:
    with suppress(IMAPClientError, OSError, ValueError, AttributeError):
        client.shutdown()


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
