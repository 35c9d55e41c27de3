"""What can go wrong on the wire, one class per failure, each building one clear line.

MailboxError                     reading or writing a mailbox over IMAP
├── MailboxUnreachable           nobody answers at host:port, or the answer is no IMAP
├── MailboxLoginRefused          the server says no to the login
│   ├── SecretMissing            the password is not where the configuration says (also a SubmissionError)
│   ├── SignInNeeded             nothing is tried any more until a person signs in (also a SubmissionError)
│   └── LoginHeld                too many refused logins within an hour: the next one waits (also a SubmissionError)
├── TokenNotRenewed              the token server is away; a later try may help (also a SubmissionError)
├── MailboxConnectionLost        closed, timed out or garbled on the way: open a new connection
├── MailboxRefused               the server said NO or BAD to one command; the connection is fine
├── FolderMissing                the folder is not there (any more)
├── RemovalRefused               the server cannot remove by UID alone (no UIDPLUS)
└── PlaintextRefused             no TLS, and the host is not this machine (also a SubmissionError)
SubmissionError                  sending over SMTP
├── SubmissionUnreachable        nobody answers at host:port, or TLS cannot be had
├── SubmissionLoginRefused       the server says no to the login
├── SubmissionRefused            the server said no to MAIL or DATA, for now or for good
├── SubmissionLost               connection or answer lost; `after_data` says whether it may have left
└── PlaintextRefused
"""

from __future__ import annotations

from datetime import datetime


class MailboxError(Exception):
    """Something went wrong with a mailbox; the family of all IMAP errors."""


class SubmissionError(Exception):
    """Something went wrong while handing a letter to the mail server; the family of all SMTP errors."""


class MailboxUnreachable(MailboxError, ConnectionError):
    """No IMAP conversation could be opened."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: the IMAP server cannot be reached ({reason})")


class MailboxLoginRefused(MailboxError):
    """The server refused user name and password."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: the IMAP login was refused ({reason})")


class MailboxConnectionLost(MailboxError, ConnectionError):
    """The connection broke or talked nonsense; nothing half-read may be used (I13)."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: the IMAP connection was lost ({reason})")


class MailboxRefused(MailboxError):
    """The server answered NO or BAD to one command."""

    def __init__(self, place: str, what: str, reason: str) -> None:
        super().__init__(f"{place}: the IMAP server refused to {what} ({reason})")


class FolderMissing(MailboxError):
    """The named folder does not exist on the server."""

    def __init__(self, place: str, folder: str) -> None:
        self.folder = folder
        super().__init__(f"{place}: there is no folder {folder!r}")


class RemovalRefused(MailboxError):
    """A single message cannot be removed by UID, so it stays (I2)."""

    def __init__(self, place: str, folder: str, uid: int, reason: str) -> None:
        super().__init__(f"{place}: message {uid} in {folder!r} was not removed ({reason})")


class PlaintextRefused(MailboxError, SubmissionError):
    """A password would have to cross a network without TLS (S7)."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"{place}: refused to talk without TLS; only this machine itself may be spoken to plainly"
        )


class SubmissionUnreachable(SubmissionError, ConnectionError):
    """No SMTP conversation could be opened; nothing has left."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: the SMTP server cannot be reached ({reason})")


class SubmissionLoginRefused(SubmissionError):
    """The server refused user name and password."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: the SMTP login was refused ({reason})")


class SubmissionRefused(SubmissionError):
    """The server said no to the whole transaction, at MAIL or DATA (RFC 5321 section 4.2)."""

    def __init__(self, place: str, code: int, text: str) -> None:
        self.code = code
        self.text = text
        self.is_permanent = code >= 500
        kind = "for good" if self.is_permanent else "for now"
        super().__init__(f"{place}: the SMTP server refused the letter {kind} ({code} {text})")


class SubmissionLost(SubmissionError, ConnectionError):
    """The connection or an answer was lost; after DATA nobody knows whether the letter left (S1)."""

    def __init__(self, place: str, reason: str, *, after_data: bool) -> None:
        self.after_data = after_data
        when = "after the letter was handed over" if after_data else "before the letter was handed over"
        super().__init__(f"{place}: the SMTP connection was lost {when} ({reason})")


class SignInNeeded(MailboxLoginRefused, SubmissionLoginRefused):
    """Only a person can open this account again; no server was asked (I15)."""

    def __init__(self, address: str, reason: str) -> None:
        Exception.__init__(self, f"{address}: sign in again with `inboxcrm login {address}` ({reason})")


class SecretMissing(MailboxLoginRefused, SubmissionLoginRefused):
    """The password or registration of an account is not where the configuration says; no server was asked."""

    def __init__(self, address: str, reason: str) -> None:
        Exception.__init__(self, f"{address}: there is nothing to sign in with ({reason})")


class LoginHeld(MailboxLoginRefused, SubmissionLoginRefused):
    """Logins were refused too often; trying on would lock the account at its provider (I15)."""

    def __init__(self, address: str, reason: str, until: datetime) -> None:
        Exception.__init__(
            self, f"{address}: no login is tried before {until:%H:%M} UTC, as several were refused ({reason})"
        )


class TokenNotRenewed(MailboxError, SubmissionError):
    """There is no token now, and it may be otherwise soon."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{address}: the token could not be renewed ({reason})")


class UnparsableMail(Exception):
    """These bytes cannot be read as a mail, even tolerantly; `reason` goes into the quarantine (I6)."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the mail cannot be parsed: {reason}")


class UnusableAddress(ValueError):
    """A letter cannot be written to or from this; it is no single mail address."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address!r} is not a mail address")
