"""Tokens instead of passwords: asks a provider's token server, in each of the ways that mailboxes need (I15).

Device code (RFC 8628), authorization code with PKCE S256 (RFC 7636) over a loopback address or pasted by hand
(RFC 8252), client credentials (RFC 6749 section 4.4), refresh (section 6). The addresses come from the row in
`mail/providers.py`, or from the configuration. No error ever repeats a token, a code or a secret.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

from inboxcrm.base.errors import ConfigError, ServerError
from inboxcrm.base.settings import Account, Settings
from inboxcrm.mail.encryption import is_loopback
from inboxcrm.mail.providers import Flow, OAuthRow, provider_of

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
FOR_GOOD = ("invalid_grant", "invalid_client", "unauthorized_client", "access_denied", "interaction_required")
DEFAULT_LIFE_S = 3600
LONGEST_TOKEN = 20_000
_NO_ROW = OAuthRow("", "", "", (), (), "device")


class OAuthUnconfigured(ConfigError):
    """An account wants OAuth and the configuration does not say where, or not safely."""

    def __init__(self, address: str, problem: str) -> None:
        super().__init__(f"{address}: {problem}")


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
class Client:
    """Our registration at a provider, ready to ask: addresses filled in, the secret read."""

    client_id: str
    token_url: str
    scopes: tuple[str, ...]
    flow: Flow
    authorize_url: str = ""
    device_url: str = ""
    secret: str = field(default="", repr=False)


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


def client_for(settings: Settings, account: Account) -> Client:
    """Put together what an account signs in with. Raises OAuthUnconfigured or SecretUnreadable."""
    provider = provider_of(account.provider_key)
    given = next((one for one in settings.oauth if one.provider == provider.name), None)
    if given is None:
        raise OAuthUnconfigured(
            account.address, f'auth = "oauth" needs a table [[oauth]] with provider = "{provider.name}"'
        )
    row = provider.oauth or _NO_ROW
    flow: Flow = given.flow or row.flow
    tenant = given.tenant or row.default_tenant
    scopes = given.scopes or (row.application_scopes if flow == "application" else row.scopes)
    urls = {
        name: (getattr(given, name) or getattr(row, name)).replace("{tenant}", tenant)
        for name in ("token_url", "authorize_url", "device_url")
    }
    needed = {"device": ("token_url", "device_url"), "loopback": ("token_url", "authorize_url")}
    for name in needed.get(flow, ("token_url",)):
        _check_url(account.address, name, urls[name], flow)
    client = Client(given.client_id, scopes=scopes, flow=flow, secret=given.client_secret.read(), **urls)
    if flow == "application" and not (client.secret and scopes):
        raise OAuthUnconfigured(
            account.address, '[[oauth]] flow = "application" needs client_secret and scopes'
        )
    return client


def _check_url(address: str, name: str, url: str, flow: str) -> None:
    if not url:
        raise OAuthUnconfigured(address, f'[[oauth]] flow = "{flow}" needs {name} at this provider')
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if not is_safe or not parts.hostname or parts.username or parts.fragment:
        raise OAuthUnconfigured(address, f"[[oauth]] {name} should be an https address without a user in it")


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
        return float(value) if isinstance(value, int | float | str) else default
    except ValueError:
        return default


def _clean(text: str, secrets: Iterable[str]) -> str:
    """Make a server's words fit for a log: one line, short, without what we sent."""
    for secret in secrets:
        text = text.replace(secret, "***") if secret else text
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:200]


def _host(url: str) -> str:
    return urlsplit(url).hostname or "?"
