"""A real mail server for tests, in a process of its own: takes mail by SMTP, lays it into IMAP inboxes.

    with dovecot(folder / "imap") as imap, smtp_server(folder / "smtp", imap=imap) as smtp:
        smtp.set_faults([{"at": "rcpt", "address": "late@peer.test", "code": 451}])
        ...
        smtp.journal()   # one dict per transaction

The clock file holds seconds to add to the real time; keep it negative, as Dovecot turns an INTERNALDATE in the
future into now.

A fault is a dict: `at` is "mail", "rcpt" or "data"; `do` is "refuse" (the default, with `code` and `text`),
"close" (nothing is stored), "close-after-store" (data only) or "stall" (no answer for ever, nothing stored)
or "stall-after-store"; `address` limits a "rcpt" fault to one recipient; `times` ends it after so many.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import imaplib
import json
import os
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.dovecot import PASSWORD, ImapTestServer, die_with_parent

AUTHSERV_ID = "mx.test"


@dataclass(frozen=True, slots=True)
class SmtpTestServer:
    """Where it listens (plain, loopback). Any mail address with `password` may log in; nobody has to."""

    host: str
    port: int
    password: str
    pid: int
    folder: Path

    def journal(self) -> list[dict[str, Any]]:
        """Every transaction so far: login, mail_from, rcpt, refused, sha256, message_id, outcome."""
        path = self.folder / "journal.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def set_faults(self, faults: Sequence[dict[str, Any]]) -> None:
        """From the next command on the server misbehaves like this; an empty list heals it."""
        _replace(self.folder / "faults.json", json.dumps([time.monotonic_ns(), list(faults)]))


@contextmanager
def smtp_server(
    folder: Path, imap: ImapTestServer, clock_file: Path | None = None, tokeninfo: str = ""
) -> Iterator[SmtpTestServer]:
    """A running server that keeps journal and faults in `folder`; it dies with the block or this process.

    With the address of a token server (`tokeninfo`, to which it adds the token) it takes tokens by XOAUTH2 too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.servers.smtp", "--folder", str(folder)]
    command += ["--port-file", str(folder / "port"), "--imap", f"{imap.host}:{imap.port}"]
    command += ["--clock-file", str(clock_file)] if clock_file else []
    command += ["--tokeninfo", tokeninfo] if tokeninfo else []
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, preexec_fn=die_with_parent) as child:
        try:
            assert child.stdout is not None
            told = child.stdout.readline()
            if not told.strip():
                raise RuntimeError(f"the SMTP server for tests did not start (exit {child.wait(5)})")
            yield SmtpTestServer("127.0.0.1", int(told), PASSWORD, child.pid, folder)
        finally:
            child.terminate()


class Faults:
    """The script of faults, read again at every question."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.used: Counter[tuple[int, int]] = Counter()

    def next(self, at: str, address: str = "") -> dict[str, Any] | None:
        """The first fault that applies to this phase (and this recipient) and is not used up."""
        version, faults = json.loads(self.path.read_text()) if self.path.exists() else (0, [])
        for index, fault in enumerate(faults):
            is_meant = fault["at"] == at and fault.get("address", address).lower() == address.lower()
            if is_meant and self.used[version, index] < fault.get("times", sys.maxsize):
                self.used[version, index] += 1
                return dict(fault)
        return None


class Post:
    """The aiosmtpd handler: faults first, then delivery, then the journal."""

    def __init__(self, folder: Path, imap: tuple[str, int], clock_file: Path | None, tokeninfo: str) -> None:
        self.tokeninfo = tokeninfo
        self.journal = folder / "journal.jsonl"
        self.faults = Faults(folder / "faults.json")
        self.imap = imap
        self.clock_file = clock_file

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        """`user=…^Aauth=Bearer …^A^A`, as Google and Microsoft want it; the token server says whose it is."""
        shown = dict(
            part.partition("=")[::2] for part in base64.b64decode(args[1]).decode().split("\1") if part
        )
        user, token = shown.get("user", ""), shown.get("auth", "").removeprefix("Bearer ")
        if user and await asyncio.to_thread(self.owner_of, token) == user:
            return AuthResult(success=True, auth_data=user)
        return AuthResult(success=False, handled=False)

    def owner_of(self, token: str) -> str:
        try:
            with urllib.request.urlopen(self.tokeninfo + urllib.parse.quote(token), timeout=5) as answer:
                return str(json.load(answer)["username"])
        except (OSError, ValueError):
            return ""

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        envelope.refused = {}  # type: ignore[attr-defined]
        answer = await self.misbehave("mail", server, session, envelope)
        if answer:
            envelope.mail_from = None
        return answer or "250 2.1.0 sender ok"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        answer = await self.misbehave("rcpt", server, session, envelope, address)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 recipient ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        fault = self.faults.next("data")
        if fault and not fault.get("do", "refuse").endswith("-after-store"):
            return await self.answer_by(fault, "data", server, session, envelope)
        await asyncio.to_thread(self.deliver, session, envelope)
        if fault:
            return await self.answer_by(fault, "stored at data", server, session, envelope)
        self.note(session, envelope, "stored")
        return "250 2.0.0 queued"

    async def misbehave(
        self, at: str, server: SMTP, session: Session, envelope: Envelope, address: str = ""
    ) -> str | None:
        fault = self.faults.next(at, address)
        if fault is None:
            return None
        if at == "rcpt" and fault.get("do", "refuse") == "refuse":
            envelope.refused[address] = fault["code"]  # type: ignore[attr-defined]
            return f"{fault['code']} {fault.get('text', 'refused as told')}"
        return await self.answer_by(fault, at, server, session, envelope)

    async def answer_by(
        self, fault: dict[str, Any], at: str, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        do = fault.get("do", "refuse").removesuffix("-after-store")
        self.note(session, envelope, f"{at}: {do}" + (f" {fault['code']}" if "code" in fault else ""))
        if do == "close":
            server.transport.abort()
        if do == "stall":
            await asyncio.Event().wait()
        return f"{fault.get('code', 421)} {fault.get('text', 'refused as told')}"

    def note(self, session: Session, envelope: Envelope, outcome: str) -> None:
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        line = {
            "login": session.auth_data,
            "mail_from": return_path(envelope),
            "rcpt": list(envelope.rcpt_tos),
            "refused": getattr(envelope, "refused", {}),
            "sha256": hashlib.sha256(raw).hexdigest() if raw else None,
            "message_id": BytesHeaderParser().parsebytes(raw).get("Message-ID", "").strip(" <>") or None,
            "outcome": outcome,
        }
        with self.journal.open("a") as journal:
            journal.write(json.dumps(line) + "\n")

    def deliver(self, session: Session, envelope: Envelope) -> None:
        """Into each accepted recipient's INBOX, with the trace lines of a receiving server on top."""
        assert isinstance(envelope.content, bytes)
        offset_s = float(self.clock_file.read_text()) if self.clock_file and self.clock_file.exists() else 0.0
        now = datetime.fromtimestamp(time.time() + offset_s, UTC)
        for recipient in envelope.rcpt_tos:
            raw = trace_lines(session.auth_data, envelope, recipient, now) + envelope.content
            with imaplib.IMAP4(*self.imap, timeout=10) as inbox:
                inbox.login(recipient.lower(), PASSWORD)
                kind, told = inbox.append("INBOX", "", imaplib.Time2Internaldate(now), raw)
                if kind != "OK":
                    raise RuntimeError(f"APPEND was refused: {told}")


def trace_lines(login: str | None, envelope: Envelope, recipient: str, now: datetime) -> bytes:
    """Return-Path, then the result of the checks, then Received: newest on top, as a real server writes them."""
    assert isinstance(envelope.content, bytes)
    author = parseaddr(BytesHeaderParser().parsebytes(envelope.content).get("From", ""))[1].lower()
    domain = author.rpartition("@")[2]
    verdict = f"dmarc=fail header.from={domain}"
    if login and login.lower() == author:
        verdict = f"dmarc=pass header.from={domain}; dkim=pass header.d={domain}"
    lines = [
        f"Return-Path: <{return_path(envelope)}>",
        f"Authentication-Results: {AUTHSERV_ID}; {verdict}",
        f"Received: from client.test (client.test [127.0.0.1]) by {AUTHSERV_ID} with ESMTP id {os.getpid()}",
        f"\tfor <{recipient}>; {format_datetime(now)}",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape")


def return_path(envelope: Envelope) -> str:
    """The address of MAIL; "" for the null one, which aiosmtpd calls <>."""
    return (envelope.mail_from or "").removeprefix("<>")


def check_login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
    """Any mail address, with the one password."""
    if isinstance(given, LoginPassword) and b"@" in given.login and given.password.decode() == PASSWORD:
        return AuthResult(success=True, auth_data=given.login.decode())
    return AuthResult(success=False, handled=False)


def _replace(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(path)


async def serve(options: argparse.Namespace) -> None:
    """Listen on a port of the system's choice, tell it on standard output and in the port file, and serve."""
    host, _, port = options.imap.rpartition(":")
    post = Post(options.folder, (host, int(port)), options.clock_file, options.tokeninfo)

    def conversation() -> SMTP:
        return SMTP(
            post,
            hostname=AUTHSERV_ID,
            enable_SMTPUTF8=True,
            decode_data=False,
            authenticator=check_login,
            auth_require_tls=False,
        )

    server = await asyncio.get_running_loop().create_server(conversation, "127.0.0.1", 0)
    port_number = server.sockets[0].getsockname()[1]
    _replace(options.port_file, str(port_number))
    print(port_number, flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port-file", type=Path, required=True)
    parser.add_argument("--imap", required=True)
    parser.add_argument("--clock-file", type=Path)
    parser.add_argument("--tokeninfo", default="")
    asyncio.run(serve(parser.parse_args()))
