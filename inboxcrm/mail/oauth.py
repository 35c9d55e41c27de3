"""Tokens instead of passwords: asks a provider's token server, in each of the ways that mailboxes need (I15).

Device code (RFC 8628), authorization code with PKCE S256 (RFC 7636) over a loopback address or pasted by hand
(RFC 8252), client credentials (RFC 6749 section 4.4), refresh (section 6). No error ever repeats a token, a code
or a secret.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

from inboxcrm.base.errors import ServerError
from inboxcrm.mail.oauth_client import Client

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
FOR_GOOD = ("invalid_grant", "invalid_client", "unauthorized_client", "access_denied", "interaction_required")
DEFAULT_LIFE_S = 3600
LONGEST_TOKEN = 20_000


class TokenServerUnreachable(ServerError):
    """The token server gives no usable answer; another try later may help."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"token server {place}: {reason}")


class TokenRefused(ServerError):
    """The token server says no. `code` is its word for it (RFC 6749 section 5.2)."""

    def __init__(self, place: str, code: str, text: str) -> None:
        self.code = code
        self.is_final = code in FOR_GOOD
        super().__init__(f"token server {place}: {code}" + (f" ({text})" if text else ""))


class SignInFailed(ServerError):
    """The person's sign-in did not come to its end; nothing was stored."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What opens a mailbox until `expires_at`, and what gets the next one ("" in the flow "application")."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What a person types in where; `code` is ours to ask with, every `interval_s`, for `life_s`."""

    user_code: str
    url: str
    code: str = field(repr=False)
    interval_s: float
    life_s: float


class Post(Protocol):
    """Sends a form to an address and gives the status with the JSON object of the answer."""

    def __call__(self, url: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Raise TokenServerUnreachable if there is no such answer."""


def refresh_tokens(post: Post, client: Client, refresh: str, now: datetime) -> Tokens:
    """Get a new access token; a provider that rotates gives a new refresh token too, else the old one stays."""
    form = {"grant_type": "refresh_token", "refresh_token": refresh}
    answer = _ask(post, client, {**form, "scope": " ".join(client.scopes)}, (refresh,))
    return _tokens(client, answer, now, refresh)


def application_tokens(post: Post, client: Client, now: datetime) -> Tokens:
    """Sign in as the registered application itself, without a person."""
    form = {"grant_type": "client_credentials", "scope": " ".join(client.scopes)}
    return _tokens(client, _ask(post, client, form), now, "")


def start_device(post: Post, client: Client) -> DeviceCode:
    """Ask for a code that a person types in at the provider's page."""
    form = {"client_id": client.client_id, "scope": " ".join(client.scopes)}
    status, answer = post(client.device_url, form)
    _refuse(client.device_url, status, answer, (client.secret,))
    url = answer.get("verification_uri") or answer.get("verification_url") or ""
    code, user_code = answer.get("device_code"), answer.get("user_code")
    if not (_is_text(code) and _is_text(user_code) and _is_text(url)):
        raise TokenServerUnreachable(_host(client.device_url), "it gave no code to type in")
    interval_s = min(max(_number(answer.get("interval"), 5), 1), 60)
    life_s = min(_number(answer.get("expires_in"), 900), 3600)
    return DeviceCode(str(user_code), str(url), str(code), interval_s, life_s)


def wait_for_device(
    post: Post,
    client: Client,
    device: DeviceCode,
    now: Callable[[], datetime],
    wait: Callable[[float], None],
) -> Tokens:
    """Ask until the person has typed the code in. Raises SignInFailed when it expires or is declined."""
    interval_s, waited_s = device.interval_s, 0.0
    form = {"grant_type": DEVICE_GRANT, "device_code": device.code}
    while waited_s < device.life_s:
        wait(interval_s)
        waited_s += interval_s
        try:
            return _tokens(client, _ask(post, client, form, (device.code,)), now(), "")
        except TokenRefused as error:
            if error.code == "slow_down":  # RFC 8628 section 3.5
                interval_s += 5
            elif error.code in ("access_denied", "authorization_declined"):
                raise SignInFailed("the sign-in was declined on the provider's page") from None
            elif error.code == "expired_token":
                break
            elif error.code != "authorization_pending":
                raise
    raise SignInFailed("the code was not typed in while it was valid; start again")


def sign_in_url(client: Client, redirect: str, state: str, verifier: str, address: str) -> str:
    """Give the address at which the person signs in; the answer comes to `redirect`, with `state`."""
    digest = hashlib.sha256(verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": redirect,
        "scope": " ".join(client.scopes),
        "state": state,
        "code_challenge": urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
        "login_hint": address,
        "access_type": "offline",  # Google's words for: with a refresh token, each time
        "prompt": "consent",
    }
    return f"{client.authorize_url}{'&' if '?' in client.authorize_url else '?'}{urlencode(query)}"


def read_returned(address: str, state: str) -> str:
    """Take the code out of the address that the browser was sent back to. Raises SignInFailed.

    A wrong or missing `state` means that the answer is to somebody else's question (RFC 6749 section 10.12).
    """
    fields = parse_qs(urlsplit(address.strip()).query, max_num_fields=50)
    if fields.get("state") != [state]:
        raise SignInFailed("the returned address does not belong to this sign-in; start again")
    if "error" in fields:
        raise SignInFailed(f"the provider's page said: {_clean(fields['error'][0], ())}")
    if len(fields.get("code", [])) != 1:
        raise SignInFailed("the returned address holds no code; paste the whole address")
    return fields["code"][0]


def exchange_code(
    post: Post, client: Client, code: str, verifier: str, redirect: str, now: datetime
) -> Tokens:
    """Turn the code of the returned address into tokens."""
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
    answer = _ask(post, client, {**form, "redirect_uri": redirect}, (code, verifier))
    return _tokens(client, answer, now, "")


def _ask(post: Post, client: Client, form: dict[str, str], secrets: Iterable[str] = ()) -> dict[str, Any]:
    own = {"client_id": client.client_id} | ({"client_secret": client.secret} if client.secret else {})
    status, answer = post(client.token_url, form | own)
    _refuse(client.token_url, status, answer, (*secrets, client.secret))
    return answer


def _refuse(url: str, status: int, answer: dict[str, Any], secrets: Iterable[str]) -> None:
    if 200 <= status < 300 and "error" not in answer:
        return
    code = answer.get("error")
    if status >= 500 or status == 429 or not _is_text(code):
        raise TokenServerUnreachable(_host(url), f"it answered with status {status}")
    text = answer.get("error_description")
    shown = _clean(text, secrets) if isinstance(text, str) else ""
    raise TokenRefused(_host(url), _clean(str(code), secrets), shown)


def _tokens(client: Client, answer: dict[str, Any], now: datetime, old_refresh: str) -> Tokens:
    access, refresh = answer.get("access_token"), answer.get("refresh_token") or old_refresh
    if not _is_text(access) or not isinstance(refresh, str) or len(refresh) > LONGEST_TOKEN:
        raise TokenServerUnreachable(_host(client.token_url), "its answer holds no usable token")
    if not refresh and client.flow != "application":
        raise SignInFailed("the provider gave no refresh token: allow offline access and sign in again")
    life_s = min(max(_number(answer.get("expires_in"), DEFAULT_LIFE_S), 0), 86_400)
    return Tokens(str(access), refresh, now + timedelta(seconds=life_s))


def _is_text(value: object) -> bool:
    """Tell whether it is a text that can stand in a login: printable ASCII, not empty, not endless."""
    return (
        isinstance(value, str) and 0 < len(value) <= LONGEST_TOKEN and value.isascii() and value.isprintable()
    )


def _number(value: object, default: float) -> float:
    try:
        number = float(value) if isinstance(value, int | float | str) else default
    except (ValueError, OverflowError):
        return default
    return number if number == number else default  # NaN is no number of seconds


def _clean(text: str, secrets: Iterable[str]) -> str:
    """Make a server's words fit for a log: one line, short, without what we sent."""
    for secret in secrets:
        text = text.replace(secret, "***") if secret else text
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:200]


def _host(url: str) -> str:
    return urlsplit(url).hostname or "?"
