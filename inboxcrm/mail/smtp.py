"""Handing a letter to the mail server, phase by phase, so that it is always known whether it may have left (S1).

MAIL and RCPT are one call (`offer`), DATA another (`transmit`): the caller commits in between. The answers
to each recipient come back by themselves (S3). After an error the connection is closed for good. The facts
about aiosmtplib that bind this: STARTTLS is opportunistic unless asked for, the exceptions are the same
before and after DATA, and a cancelled DATA leaves a connection that looks open.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
)

from inboxcrm.mail.encryption import Security, require_encryption, tls_context
from inboxcrm.mail.errors import (
    PlaintextRefused,
    SubmissionError,
    SubmissionLoginRefused,
    SubmissionLost,
    SubmissionRefused,
    SubmissionUnreachable,
)
from inboxcrm.mail.hidden import hide_secrets

__all__ = [
    "PlaintextRefused",
    "Reply",
    "SmtpServer",
    "Submission",
    "SubmissionError",
    "SubmissionLoginRefused",
    "SubmissionLost",
    "SubmissionRefused",
    "SubmissionUnreachable",
    "open_submission",
]

CLOSING = 421
NO_SUCH_MAILBOX_NAME = 553
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where letters are handed in; no login if `user` is empty. `timeout_s` is for each answer.

    With a `token` the login is XOAUTH2 and the password is not used.
    """

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str | None = None
    timeout_s: float = 60
    token: str = field(default="", repr=False)

    @property
    def place(self) -> str:
        """The server and the account, for error messages."""
        return f"{self.user or 'nobody'} at {self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Reply:
    """The server's answer: an SMTP reply code and its text (RFC 5321 section 4.2)."""

    code: int
    text: str

    @property
    def is_accepted(self) -> bool:
        """The server took it."""
        return 200 <= self.code < 300

    @property
    def is_temporary(self) -> bool:
        """Refused for now: worth another try later (S3)."""
        return 400 <= self.code < 500


def open_submission(server: SmtpServer) -> Submission:
    """Connect, encrypt, log in. Raises PlaintextRefused, SubmissionUnreachable or SubmissionLoginRefused."""
    require_encryption(server.security, server.host, server.place)
    loop = asyncio.new_event_loop()
    client = SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        timeout=server.timeout_s,
        local_hostname="localhost",
    )
    submission = Submission(server, client, loop)
    try:
        if server.security != "none":
            client.tls_context = tls_context(server.ca_file)
        loop.run_until_complete(client.connect())
        if server.user:
            _log_in(client, loop, server)
    except SMTPAuthenticationError as error:
        submission.close()
        # Neither the message nor the chain of causes may hold what was sent: some servers quote it.
        raise SubmissionLoginRefused(server.place, _without(server, error)) from None
    except (SMTPException, OSError, ValueError) as error:
        submission.close()
        raise SubmissionUnreachable(server.place, _without(server, error)) from None
    return submission


def _log_in(client: SMTP, loop: asyncio.AbstractEventLoop, server: SmtpServer) -> None:
    if server.token:
        loop.run_until_complete(client.auth_xoauth2(server.user, server.token))
    else:
        loop.run_until_complete(client.login(server.user.encode(), server.password.encode()))


def _without(server: SmtpServer, error: BaseException) -> str:
    return hide_secrets(str(error), server.user, server.password, server.token) or type(error).__name__


class Submission:
    """An open connection that letters are handed to, one after the other. It owns its event loop."""

    def __init__(self, server: SmtpServer, client: SMTP, loop: asyncio.AbstractEventLoop) -> None:
        self._server = server
        self._client = client
        self._loop = loop
        self._has_accepted = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def is_open(self) -> bool:
        """Whether another letter may be offered; False after any error."""
        return not self._loop.is_closed() and self._client.is_connected

    def close(self) -> None:
        """End the conversation and the event loop; never raises."""
        if self._loop.is_closed():
            return
        with suppress(SMTPException, OSError, ValueError):
            if self._client.is_connected:
                self._run(self._client.quit(timeout=2))
        self._drop()

    def offer(self, sender: str, recipients: Sequence[str]) -> dict[str, Reply]:
        """MAIL, then RCPT for each recipient; what the server said to each of them.

        `sender` may be "" (the null return path). Raises SubmissionRefused if MAIL is refused, and
        SubmissionLost(after_data=False): then nothing has left.
        """
        self._has_accepted = False
        with self._asking(after_data=False):
            options, encoding = self._utf8_options([sender, *recipients])
            self._run(
                self._client.mail(
                    _plain_address(sender) if sender else "", options=options, encoding=encoding
                )
            )
            replies = {recipient: self._rcpt(recipient, encoding) for recipient in recipients}
        self._has_accepted = any(reply.is_accepted for reply in replies.values())
        return replies

    def transmit(self, raw: bytes) -> Reply:
        """DATA and the letter's bytes, to those whom `offer` found accepted.

        Raises SubmissionRefused if the server says no, SubmissionLost(after_data=True) if nobody knows.
        """
        if not self._has_accepted:
            raise ValueError("transmit() needs an offer() of which the server accepted a recipient")
        self._has_accepted = False
        with self._asking(after_data=True):
            told = self._run(self._client.data(raw))
        return Reply(told.code, _joined(told.message))

    def reset(self) -> None:
        """RSET: give up the offered letter and keep the connection."""
        self._has_accepted = False
        with self._asking(after_data=False):
            self._run(self._client.rset())

    def _rcpt(self, recipient: str, encoding: str) -> Reply:
        try:
            told = self._run(self._client.rcpt(_plain_address(recipient), encoding=encoding))
        except SMTPRecipientRefused as error:
            if error.code == CLOSING:
                raise
            return Reply(error.code, _joined(error.message))
        except (UnicodeEncodeError, ValueError) as error:
            return Reply(NO_SUCH_MAILBOX_NAME, f"5.1.3 not a usable address: {_one_line(error)}")
        return Reply(told.code, _joined(told.message))

    def _utf8_options(self, addresses: Sequence[str]) -> tuple[list[str], str]:
        """SMTPUTF8 (RFC 6531) only where an address needs it and the server has it."""
        if all(address.isascii() for address in addresses) or not self._client.supports_extension("smtputf8"):
            return [], "ascii"
        return ["SMTPUTF8", "BODY=8BITMIME"], "utf-8"

    def _run(self, verb: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(verb)

    @contextmanager
    def _asking(self, *, after_data: bool) -> Iterator[None]:
        """Turn every failure into one of our family, and close the connection whatever it was."""
        place = self._server.place
        if self._loop.is_closed():
            raise SubmissionLost(place, "the connection is closed", after_data=False)
        try:
            yield
        except SMTPResponseException as error:
            self.close()
            raise SubmissionRefused(place, error.code, _joined(error.message)) from error
        except (SMTPException, OSError, EOFError) as error:
            self._drop()
            raise SubmissionLost(place, _one_line(error), after_data=after_data) from error
        except ValueError as error:
            self.close()
            raise SubmissionRefused(place, NO_SUCH_MAILBOX_NAME, f"5.1.7 {_one_line(error)}") from error
        except BaseException:
            self._drop()
            raise

    def _drop(self) -> None:
        if not self._loop.is_closed():
            self._client.close()
            self._loop.run_until_complete(asyncio.sleep(0))
            self._loop.close()


def _plain_address(address: str) -> str:
    """The address itself, or ValueError: aiosmtplib would pick the first one out of a longer text."""
    if not re.fullmatch(r"[^\s<>,;:\"\\()\[\]]+@[^\s<>,;\"\\()@]+", address):
        raise ValueError(f"{address!r} is not a bare mail address")
    return address


def _joined(text: str) -> str:
    return " ".join(text.split())[:500]


def _one_line(error: BaseException) -> str:
    return _joined(str(error)) or type(error).__name__
