"""Opens the mailbox and the way to send of an account, by password or by token, and never so often that it is locked.

A login that is refused with a token is tried once more with a fresh one. After that, as after any refused password,
the account waits for a person (`needs_auth`, an event, `doctor`), and at most three logins an hour are tried (I15).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from inboxcrm.base.errors import ConfigError
from inboxcrm.base.settings import Account, Server
from inboxcrm.base.work import Office
from inboxcrm.mail.errors import SecretMissing
from inboxcrm.mail.fetched import ImapServer
from inboxcrm.mail.imap import Mailbox, open_mailbox
from inboxcrm.mail.login_count import REFUSED, Door, LoginCount
from inboxcrm.mail.oauth import Post
from inboxcrm.mail.smtp import SmtpServer, Submission, open_submission
from inboxcrm.mail.token_post import post_form
from inboxcrm.mail.tokens import access_token

T = TypeVar("T", Mailbox, Submission)


@dataclass(frozen=True, slots=True)
class Credential:
    """What a login shows: a password or a token."""

    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


def open_account(
    office: Office, account: Account, *, is_asked: bool = False, post: Post = post_form
) -> Mailbox:
    """Sign in to the mailbox of an account. `is_asked`: a person waits for it, so the count does not hold it back.

    Raises MailboxError; of these SignInNeeded and LoginHeld without having asked the mail server.
    """
    return _open(
        office, account, "imap", lambda shown: open_mailbox(imap_server(account, shown)), is_asked, post
    )


def open_account_submission(
    office: Office, account: Account, *, is_asked: bool = False, post: Post = post_form
) -> Submission:
    """Sign in to the server by which an account sends. Raises SubmissionError, as `open_account` does."""
    return _open(
        office, account, "smtp", lambda shown: open_submission(smtp_server(account, shown)), is_asked, post
    )


def imap_server(account: Account, shown: Credential | None = None) -> ImapServer:
    """Give the IMAP login of an account; without anything to show, with its configured password."""
    return ImapServer(**_login(account, account.imap, shown))


def smtp_server(account: Account, shown: Credential | None = None) -> SmtpServer:
    """Give the SMTP login of an account; without anything to show, with its configured password."""
    return SmtpServer(**_login(account, account.smtp, shown))


def _login(account: Account, server: Server, shown: Credential | None) -> dict[str, Any]:
    """Give what both kinds of server are told by: where, by which name, and what is shown there."""
    shown = shown or Credential(password=server.password.read())
    return {
        "host": server.host,
        "port": server.port,
        "security": server.security,
        "user": server.user or account.address,
        "password": shown.password,
        "token": shown.token,
        "ca_file": str(server.ca_file) if server.ca_file else None,
    }


def _open(
    office: Office,
    account: Account,
    door: Door,
    connect: Callable[[Credential], T],
    is_asked: bool,
    post: Post,
) -> T:
    office = _without_lease(office)
    shown = _credential(account, door, office, "", post)
    count = LoginCount(office, account, door, _fingerprint(office, account, shown), is_asked)
    # A password stays as it is; a token that was refused before is not made better by yet another one.
    is_last = not shown.token or count.has_failed()
    try:
        with count.counted(is_last=is_last):
            return connect(shown)
    except REFUSED:
        if is_last:
            raise
    fresh = _credential(account, door, office, shown.token, post)
    with count.counted(is_last=True):
        return connect(fresh)


def _without_lease(office: Office) -> Office:
    """Give the bare office: a lease that ends meanwhile must not throw a rotated refresh token away."""
    return Office(**{one.name: getattr(office, one.name) for one in fields(Office)})


def _credential(account: Account, door: Door, office: Office, stale: str, post: Post) -> Credential:
    try:
        if account.auth == "oauth":
            return Credential(token=access_token(office, account, stale=stale, post=post))
        server = account.imap if door == "imap" else account.smtp
        return Credential(password=server.password.read())
    except ConfigError as error:
        raise SecretMissing(account.address, str(error)) from error


def _fingerprint(office: Office, account: Account, shown: Credential) -> str:
    """Tell one password from another without holding it; all tokens of an account are alike."""
    text = f"{account.address}\n{shown.password}"
    return hmac.new(office.key, b"login " + text.encode(), hashlib.sha256).hexdigest()[:32]
