"""An IMAP server of our own that misbehaves on command: one thread a connection, mails in memory, a transcript.

What a real server can do is tested on Dovecot; this one is for what it will not do when asked: numbers folders anew,
closes inside a literal, refuses one message, falls silent, throttles, has labels.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Hangup(Exception):
    """The connection is closed without a word."""


class Silence(Exception):
    """The server says nothing more, and keeps the connection open."""


@dataclass(slots=True)
class FakeMail:
    """A mail as the server keeps it."""

    uid: int
    raw: bytes
    at: datetime = NOON
    flags: tuple[str, ...] = ()
    remote_id: str = ""  # X-GM-MSGID and EMAILID
    labels: tuple[str, ...] = ()
    modseq: int = 0

    @property
    def header(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"


@dataclass(slots=True)
class FakeFolder:
    """A folder: its numbering, its use, its mails by UID."""

    uidvalidity: int = 1
    use: str = ""
    mails: list[FakeMail] = field(default_factory=list)
    uidnext: int = 1
    remote_id: str = ""
    modseq: int = 1

    def lay(self, *raws: bytes, at: datetime = NOON, **more: object) -> list[FakeMail]:
        """Put mails in."""
        laid = [FakeMail(self.uidnext + n, raw, at, **more) for n, raw in enumerate(raws)]  # type: ignore[arg-type]
        self.uidnext += len(laid)
        self.mails.extend(laid)
        self.relabel(*laid)
        return laid

    def relabel(self, *mails: FakeMail, labels: tuple[str, ...] | None = None) -> None:
        """Count a change of mails, of their labels if given."""
        for mail in mails:
            self.modseq += 1
            mail.modseq, mail.labels = self.modseq, mail.labels if labels is None else labels

    def renumber(self, uidvalidity: int, start: int = 1) -> None:
        """Give all mails new UIDs under another UIDVALIDITY."""
        self.uidvalidity = uidvalidity
        for uid, mail in enumerate(self.mails, start=start):
            mail.uid = uid
        self.uidnext = start + len(self.mails)


@dataclass(slots=True)
class Fault:
    """At the next `times` command lines that match: say this, then do that ("", "close", "hang").

    `say` with {tag} filled in replaces the answer; `after` cuts the true answer behind so many literals, or within
    the next one if `within`.
    """

    pattern: str
    say: str = ""
    then: str = ""
    times: int = 10**9
    after: int | None = None
    within: bool = False

    def bites(self, line: str) -> bool:
        if self.times > 0 and re.search(self.pattern, line):
            self.times -= 1
            return True
        return False


@dataclass(slots=True)
class FakeImap:
    """The server: its folders, its faults, and all that was said to it, as (connection, line)."""

    folders: dict[str, FakeFolder] = field(default_factory=lambda: {"INBOX": FakeFolder()})
    capabilities: str = "IMAP4rev1 IDLE"
    faults: list[Fault] = field(default_factory=list)
    said: list[tuple[int, str]] = field(default_factory=list)
    greeting: str = "* OK ready"
    connections: int = 0
    sent_bytes: int = 0
    port: int = 0
    silent: bool = False
    at_idle: Callable[[], bytes] = bytes  # what is said in one packet with the answer to IDLE
    open_sockets: list[socket.socket] = field(default_factory=list)

    @property
    def inbox(self) -> FakeFolder:
        return self.folders["INBOX"]

    def lines(self, pattern: str = "") -> list[str]:
        """The command lines that match, of all connections."""
        return [line for _, line in self.said if re.search(pattern, line)]

    def clear(self) -> None:
        """Forget what was said."""
        self.said.clear()
        self.sent_bytes = 0

    def tell_idlers(self, text: str) -> None:
        """Say something to all open connections, as news while they wait."""
        for one in list(self.open_sockets):
            with suppress(OSError):
                one.sendall(text.encode())

    def hang_up(self) -> None:
        """Close all connections without a word."""
        for one in list(self.open_sockets):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@contextmanager
def fake_imap(server: FakeImap | None = None) -> Iterator[FakeImap]:
    """The server on a free loopback port; it ends with the block."""
    server = server or FakeImap()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = int(listener.getsockname()[1])

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                server.connections += 1
                server.open_sockets.append(connection)
                number = server.connections
                talk = Talk(server, connection, number)
                threading.Thread(target=talk.run, daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            server.hang_up()
            thread.join(3)


@dataclass(slots=True)
class Talk:
    """One connection."""

    server: FakeImap
    connection: socket.socket
    number: int
    folder: FakeFolder | None = None
    fault: Fault | None = None
    literals: int = 0
    idle_tag: str = ""

    def run(self) -> None:
        with self.connection, suppress(OSError, Hangup), self.connection.makefile("rb") as lines:
            self._send(f"{self.server.greeting}\r\n".encode())
            for raw in lines:
                line = raw.decode("utf-8", "replace").rstrip("\r\n")
                self.server.said.append((self.number, line))
                while self.server.silent:
                    threading.Event().wait(0.02)
                try:
                    self._answer(line)
                except Silence:
                    threading.Event().wait(30)
                    return
        with suppress(ValueError):
            self.server.open_sockets.remove(self.connection)

    def _send(self, data: bytes) -> None:
        self.server.sent_bytes += len(data)
        self.connection.sendall(data)

    def _answer(self, line: str) -> None:
        tag, _, command = line.partition(" ")
        if line.upper() == "DONE":
            tag, command = self.idle_tag, "DONE"
        self.fault = next((fault for fault in self.server.faults if fault.bites(line)), None)
        self.literals = 0
        fault = self.fault
        if fault and fault.after is None:
            if fault.say:
                self._send(fault.say.format(tag=tag).encode("utf-8", "surrogateescape"))
            self._end_of(fault)
            return
        verb = command.split(" ")[0].upper()
        if verb == "UID":
            verb = "UID_" + command.split(" ")[1].upper()
        told = getattr(self, f"_{verb.lower()}", self._unknown)(tag, command)
        if told is not None:
            self._send(f"{tag} {told}\r\n".encode())
        if verb == "LOGOUT":
            raise Hangup

    def _end_of(self, fault: Fault) -> None:
        if fault.then == "close":
            raise Hangup
        if fault.then == "hang":
            raise Silence

    def _unknown(self, tag: str, command: str) -> str:
        return "BAD unknown command"

    def _capability(self, tag: str, command: str) -> str:
        self._send(f"* CAPABILITY {self.server.capabilities}\r\n".encode())
        return "OK done"

    def _login(self, tag: str, command: str) -> str:
        return "OK logged in"

    _noop = _login
    _enable = _login

    def _logout(self, tag: str, command: str) -> str:
        self._send(b"* BYE bye\r\n")
        return "OK bye"

    def _list(self, tag: str, command: str) -> str:
        for name, folder in self.server.folders.items():
            self._send(f'* LIST (\\HasNoChildren {folder.use}) "/" "{name}"\r\n'.encode())
        return "OK done"

    def _examine(self, tag: str, command: str) -> str:
        name = _unquoted(command.split(" ", 1)[1])
        self.folder = self.server.folders.get(name)
        if self.folder is None:
            return "NO no such folder"
        told = f"* {len(self.folder.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.folder.uidvalidity}] x\r\n"
        told += f"* OK [UIDNEXT {self.folder.uidnext}] x\r\n"
        if self.folder.remote_id:
            told += f"* OK [MAILBOXID ({self.folder.remote_id})] x\r\n"
        self._send(told.encode())
        return "OK [READ-ONLY] done"

    _select = _examine

    def _status(self, tag: str, command: str) -> str:
        name, _, items = command.split(" ", 1)[1].rpartition(" (")
        folder = self.server.folders.get(_unquoted(name))
        if folder is None:
            return "NO no such folder"
        values = {
            "UIDNEXT": str(folder.uidnext),
            "UIDVALIDITY": str(folder.uidvalidity),
            "MESSAGES": str(len(folder.mails)),
            "MAILBOXID": f"({folder.remote_id})",
            "HIGHESTMODSEQ": str(folder.modseq),
        }
        told = " ".join(f"{item} {values[item]}" for item in items.rstrip(")").split())
        self._send(f"* STATUS {name} ({told})\r\n".encode())
        return "OK done"

    def _uid_search(self, tag: str, command: str) -> str:
        assert self.folder is not None
        words = command.split(" ")[2:]
        found, told = self.folder.mails, ""
        while words:
            word = words.pop(0).upper()
            if word == "UID":
                wanted = _numbers(words.pop(0), self.folder.uidnext - 1)
                found = [mail for mail in found if wanted(mail.uid)]
            elif word == "SINCE":
                since = datetime.strptime(words.pop(0), "%d-%b-%Y").replace(tzinfo=UTC)
                found = [mail for mail in found if mail.at >= since]
            elif word == "LARGER":
                least = int(words.pop(0))
                found = [mail for mail in found if len(mail.raw) > least]
            elif word == "MODSEQ":
                least = int(words.pop(0))
                found = [mail for mail in found if mail.modseq >= least]
                told = f" (MODSEQ {max((mail.modseq for mail in found), default=0)})" if found else ""
        self._send(f"* SEARCH {' '.join(str(mail.uid) for mail in found)}{told}\r\n".encode())
        return "OK done"

    def _uid_fetch(self, tag: str, command: str) -> str:
        assert self.folder is not None
        _, _, uids, items = command.split(" ", 3)
        wanted = _numbers(uids, self.folder.uidnext - 1)
        for number, mail in enumerate(self.folder.mails, start=1):
            if wanted(mail.uid):
                self._one_fetch(number, mail, items)
        return "OK done"

    def _one_fetch(self, number: int, mail: FakeMail, items: str) -> None:
        told = [f"UID {mail.uid}".encode()]
        simple = {
            "RFC822.SIZE": str(len(mail.raw)),
            "INTERNALDATE": f'"{mail.at.astimezone(UTC):%d-%b-%Y %H:%M:%S +0000}"',
            "FLAGS": f"({' '.join(mail.flags)})",
            "X-GM-MSGID": mail.remote_id,
            "EMAILID": f"({mail.remote_id})",
            "X-GM-LABELS": "(" + " ".join(f'"{label}"'.replace("\\", "\\\\") for label in mail.labels) + ")",
        }
        bare = re.sub(r"BODY(?:\.PEEK)?\[[^\]]*\]", "", items)
        told += [f"{item} {value}".encode() for item, value in simple.items() if item in bare]
        for section in re.findall(r"BODY(?:\.PEEK)?\[([^\]]*)\]", items):
            told.append(self._section(section, mail))
        line = b"* %d FETCH (" % number + b" ".join(told) + b")\r\n"
        fault = self.fault
        if b"{" in line and fault and fault.after is not None:
            if self.literals >= fault.after:
                self._send(line[: len(line) // 2] if fault.within else b"")
                self._end_of(fault)
            self.literals += 1
        self._send(line)

    def _section(self, section: str, mail: FakeMail) -> bytes:
        content = mail.raw if not section else mail.header
        if section.startswith("HEADER.FIELDS"):
            names = section.partition("(")[2].rstrip(")").lower().split()
            head = message_from_bytes(mail.header)
            kept = [f"{name}: {value}\r\n" for name, value in head.items() if name.lower() in names]
            content = ("".join(kept) + "\r\n").encode()
        return f"BODY[{section}] {{{len(content)}}}\r\n".encode() + content

    def _idle(self, tag: str, command: str) -> None:
        self.idle_tag = tag
        self._send(b"+ idling\r\n" + self.server.at_idle())

    def _done(self, tag: str, command: str) -> str:
        return "OK idle over"


def _unquoted(name: str) -> str:
    return name.strip().strip('"')


def _numbers(text: str, highest: int) -> Callable[[int], bool]:
    """A test for the UIDs that a sequence set names; `*` is the highest there is."""
    spans = []
    for part in text.split(","):
        low, _, high = part.replace("*", str(highest)).partition(":")
        spans.append(tuple(sorted((int(low), int(high or low)))))
    return lambda uid: any(low <= uid <= high for low, high in spans)
