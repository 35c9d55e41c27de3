"""Our registration at a provider: its row in `mail/providers.py` and what the configuration says, ready to ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from inboxcrm.base.errors import ConfigError
from inboxcrm.base.settings import Account, Settings
from inboxcrm.mail.encryption import is_loopback
from inboxcrm.mail.providers import Flow, OAuthRow, provider_of

_NO_ROW = OAuthRow("", "", "", (), (), "device")


class OAuthUnconfigured(ConfigError):
    """An account wants OAuth and the configuration does not say where, or not safely."""

    def __init__(self, address: str, problem: str) -> None:
        super().__init__(f"{address}: {problem}")


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
