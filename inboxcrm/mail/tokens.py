"""The access token of an account: kept sealed, renewed five minutes early, and by one process at a time (I15).

Who renews takes a claim on the account's row, asks without a transaction, and stores the answer in one that holds the
row: a rotated refresh token is on disk before anybody uses it, and no slower process can lay an older one over it.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from inboxcrm.base.database import Session, database_now
from inboxcrm.base.errors import ServerError
from inboxcrm.base.sealed import keep_sealed, read_sealed
from inboxcrm.base.settings import Account
from inboxcrm.base.sign_in import (
    NEEDS_AUTH,
    NEEDS_AUTH_EVENT,
    TOKEN_DOOR,
    SignIn,
    ask_for_person,
    lock_sign_in,
    note_success,
    sign_in_of,
)
from inboxcrm.base.work import Office, Work
from inboxcrm.mail.errors import SignInNeeded, TokenNotRenewed
from inboxcrm.mail.oauth import Post, SignInFailed, TokenRefused, Tokens, application_tokens, refresh_tokens
from inboxcrm.mail.oauth_client import Client, client_for
from inboxcrm.mail.token_post import post_form

log = structlog.get_logger()
EARLY = timedelta(minutes=5)
PAUSE = timedelta(milliseconds=100)  # between two looks whether the other process has renewed it
CLAIM = timedelta(seconds=30)  # longer than the longest answer of a token server
ACTOR = "sign-in"


def access_token(office: Office, account: Account, *, stale: str = "", post: Post = post_form) -> str:
    """Give a token that is good for five minutes more and is not `stale`, the one that was just refused.

    Raises SignInNeeded if a person must sign in, TokenNotRenewed if the token server is away, ConfigError.
    """
    with office.reading() as session:
        held = _held(session, office.key, account)
        row = sign_in_of(session, account.address, TOKEN_DOOR)
        if row is not None and row.state == NEEDS_AUTH:
            raise SignInNeeded(account.address, row.reason)
    if held and _is_good(held, stale, office.clock.now()):
        return held.access
    return _renew(office, account, stale, post).access


def keep_tokens(work: Work, account: Account, tokens: Tokens) -> None:
    """Store the tokens of a sign-in just made; whatever was wrong before is forgotten."""
    for door in ("imap", "smtp", TOKEN_DOOR):
        note_success(lock_sign_in(work.session, account.address, door))
    _store(work, account, tokens)


def _held(session: Session, key: bytes, account: Account) -> Tokens | None:
    text = read_sealed(session, key, _name(account))
    if text is None:
        return None
    values = json.loads(text)
    return Tokens(values["access"], values["refresh"], datetime.fromisoformat(values["expires_at"]))


def _store(work: Work, account: Account, tokens: Tokens) -> None:
    values = {
        "access": tokens.access,
        "refresh": tokens.refresh,
        "expires_at": tokens.expires_at.isoformat(),
    }
    keep_sealed(work.session, work.key, _name(account), json.dumps(values), work.now)


def _name(account: Account) -> str:
    return f"tokens of {account.address}"


def _is_good(tokens: Tokens, stale: str, now: datetime) -> bool:
    return tokens.access != stale and now + EARLY < tokens.expires_at


def _renew(office: Office, account: Account, stale: str, post: Post) -> Tokens:
    client = client_for(office.settings, account)
    renewer = office.ids.token(64)
    for _ in range(round(CLAIM / PAUSE)):
        with office.work("token.claim", actor=ACTOR) as work:
            row = lock_sign_in(work.session, account.address, TOKEN_DOOR)
            held = _held(work.session, work.key, account)
            if held and _is_good(held, stale, work.now):
                return held  # another process was faster
            is_ours = _claim(work, row, renewer)
        if is_ours:
            return _ask_and_store(office, account, client, renewer, held, stale, post)
        threading.Event().wait(PAUSE.total_seconds())
    raise TokenNotRenewed(account.address, "another process renews it and does not come to an end")


def _claim(work: Work, row: SignIn, renewer: str) -> bool:
    now = database_now(work.session)
    if row.renewer and row.renews_until and row.renews_until > now:
        return False
    row.renewer, row.renews_until = renewer, now + CLAIM
    return True


def _ask_and_store(
    office: Office,
    account: Account,
    client: Client,
    renewer: str,
    held: Tokens | None,
    stale: str,
    post: Post,
) -> Tokens:
    now = office.clock.now()
    answer = _answer(client, held, now, post)
    with office.work("token.keep", actor=ACTOR) as work:
        tokens = _settle(work, account, renewer, answer)
    if tokens:
        log.info("token_renewed", account=account.address)
        return tokens
    if answer.is_final:
        raise SignInNeeded(account.address, answer.problem)
    if held and held.access != stale and now < held.expires_at:
        return held  # the token server is away, and this one serves for some minutes more
    raise TokenNotRenewed(account.address, answer.problem)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came of asking: tokens, or why there are none and whether only a person can mend that."""

    tokens: Tokens | None
    problem: str = ""
    is_final: bool = False


def _answer(client: Client, held: Tokens | None, now: datetime, post: Post) -> _Answer:
    try:
        return _Answer(_ask(client, held, now, post))
    except TokenRefused as error:
        return _Answer(None, str(error), error.is_final)
    except SignInFailed as error:
        return _Answer(None, str(error), True)
    except ServerError as error:
        return _Answer(None, str(error))


def _settle(work: Work, account: Account, renewer: str, answer: _Answer) -> Tokens | None:
    """Write down what came of it, and give the claim back."""
    row = lock_sign_in(work.session, account.address, TOKEN_DOOR)
    if row.renewer != renewer:
        # We were thought dead. What another process stored since is newer than ours.
        return _held(work.session, work.key, account) if answer.tokens else None
    row.renewer, row.renews_until = "", None
    if answer.tokens:
        note_success(row)
        _store(work, account, answer.tokens)
    elif answer.is_final and ask_for_person(row, answer.problem):
        alert(work, account, answer.problem)
    return answer.tokens


def _ask(client: Client, held: Tokens | None, now: datetime, post: Post) -> Tokens:
    if client.flow == "application":
        return application_tokens(post, client, now)
    if held is None:
        raise SignInFailed("nobody has signed in yet")
    return refresh_tokens(post, client, held.refresh, now)


def alert(work: Work, account: Account, reason: str) -> None:
    """Tell, by an event that workers react to, that an account waits for a person."""
    log.error("account_needs_auth", account=account.address, reason=reason)
    work.emit(NEEDS_AUTH_EVENT, ("account", 0), account=account.address, reason=reason)
