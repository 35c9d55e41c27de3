"""The SMTP door of the demo's mail server (aiosmtpd): takes mail, checks it as a real server would, delivers it.

On top of the bytes as they came it lays, newest first, Return-Path, Authentication-Results (RFC 8601) and
Received. There is no DNS here, so the proof is the login: mail sent with the login of its From address passes.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from email.parser import BytesHeaderParser
from email.utils import format_datetime, getaddresses
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from inboxcrm.demo.mail_folders import PostOffice

MOST_BYTES = 64 * 1024 * 1024
NO_DOMAIN_LETTER = re.compile(r"[^a-z0-9.-]")
NO_TRACE_LETTER = re.compile(r"[^!-;=?-~]")  # control characters, spaces, < and >


async def listen_for_mail(
    host: str, office: PostOffice, auth_server: str, domains: Sequence[str], password: str
) -> asyncio.Server:
    """Open the SMTP door on a port of the system's choice; any mail address may log in with `password`."""
    post = Post(office, auth_server, domains)

    def check_login(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
    ) -> AuthResult:
        if isinstance(given, LoginPassword) and b"@" in given.login and given.password == password.encode():
            return AuthResult(success=True, auth_data=given.login.decode("utf-8", "replace").lower())
        return AuthResult(success=False, handled=False)

    def conversation() -> SMTP:
        return SMTP(
            post,
            hostname=auth_server,
            data_size_limit=MOST_BYTES,
            enable_SMTPUTF8=True,
            decode_data=False,
            authenticator=check_login,
            auth_require_tls=False,
        )

    return await asyncio.get_running_loop().create_server(conversation, host, 0)


class Post:
    """Accepts mail for the local domains and delivers it; the methods are aiosmtpd's hooks."""

    def __init__(self, office: PostOffice, auth_server: str, domains: Sequence[str]) -> None:
        self._office = office
        self._auth_server = auth_server
        self._domains = frozenset(domain.lower() for domain in domains)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient of a local domain, refuse others for good."""
        if address.rpartition("@")[2].lower() not in self._domains:
            return f"550 5.1.1 {NO_TRACE_LETTER.sub('', address)}: there is no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Deliver once to each mailbox, however many of its addresses were named."""
        raw = envelope.content
        assert isinstance(raw, bytes)
        mailboxes = {base_mailbox(address): address for address in reversed(envelope.rcpt_tos)}
        for mailbox, address in mailboxes.items():
            await self._office.deliver(mailbox, self._trace(session, envelope, address, raw) + raw)
        return "250 2.0.0 delivered"

    def _trace(self, session: Session, envelope: Envelope, address: str, raw: bytes) -> bytes:
        client = NO_TRACE_LETTER.sub("", session.host_name or "") or "unknown"
        return_path = NO_TRACE_LETTER.sub("", envelope.mail_from or "")
        lines = [
            f"Return-Path: <{return_path}>",
            f"Authentication-Results: {self._auth_server}; {verdict(raw, session.auth_data)}",
            f"Received: from {client} by {self._auth_server} with ESMTP",
            f"\tfor <{NO_TRACE_LETTER.sub('', address)}>; {format_datetime(self._office.now())}",
        ]
        return "".join(f"{line}\r\n" for line in lines).encode("ascii", "replace")


def base_mailbox(address: str) -> str:
    """The user whose mailbox an address belongs to: small letters, without what follows a plus (RFC 5233)."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def verdict(raw: bytes, login: str | None) -> str:
    """The results part of the Authentication-Results line: pass only for the login of the one From address."""
    author = _author(raw)
    domain = NO_DOMAIN_LETTER.sub("", author.rpartition("@")[2]) or "invalid"
    if login and login == author:
        return f"dmarc=pass header.from={domain}; dkim=pass header.d={domain}"
    return f"dmarc=fail header.from={domain}; dkim=none"


def _author(raw: bytes) -> str:
    """The From address in small letters; "" unless there is exactly one."""
    headers = BytesHeaderParser().parsebytes(raw).get_all("From", [])
    addresses = [address for _, address in getaddresses([str(header) for header in headers])]
    return addresses[0].lower() if len(addresses) == 1 else ""
