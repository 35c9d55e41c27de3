"""What differs from one mail provider to the next: ONE table. A quirk of a provider is a row here, never an `if`.

A row is found by a word of the configuration (`provider = "google"`) or by the host of the IMAP server; a
server that nobody knows is `generic`. The numbers are the providers' published limits, or what their servers
were seen to say where they publish none (I16); our budget stays below them, because the owner's phone and
laptop use the same mailbox.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Flow = Literal["device", "loopback", "application"]
AuthenticationPlacement = Literal["topmost", "above-received"]
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class OAuthRow:
    """Where tokens are asked for, and for what. `{tenant}` in an address is filled in from the configuration.

    `flow` is what `inboxcrm login` does unless told otherwise: "device" (RFC 8628: a short code, typed in on
    any machine), "loopback" (RFC 8252: a browser on this machine, or the address pasted back), "application"
    (RFC 6749 section 4.4: no person; the tenant's administrator has allowed the mailboxes).
    """

    authorize_url: str
    token_url: str
    device_url: str
    scopes: tuple[str, ...]
    application_scopes: tuple[str, ...]
    flow: Flow
    default_tenant: str = ""


@dataclass(frozen=True, slots=True)
class BackoffHint:
    """Words by which a server asks for a pause: group 1 times `unit_s` if there is one, else `default_s`."""

    pattern: re.Pattern[str]
    default_s: float
    unit_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Provider:
    """One mail provider.

    `hosts` are endings of host names. `connections` is our budget an account, `hard_connections` the limit at
    which the server refuses. `bytes_a_day` is our budget of downloaded bytes an account and day (None: no limit
    is known), of which `live_share` is kept for new mail. `files_sent_itself`: what is handed in by SMTP
    appears in Sent without us. `label_extension` is the IMAP capability by which one mail bears many labels.

    Evidence of the sender (T8, see `mail/authentication.py`): `authentication_server` is the authserv-id of the
    provider's Authentication-Results lines, "" if they name none, None if it must be configured. `border` is the
    host in the "by" of the Received line that the provider's outermost server writes, `inner_hosts` are endings
    of the hosts whose lines may stand above it. "*.example.com" stands for any host below example.com.
    """

    name: str
    title: str
    hosts: tuple[str, ...] = ()
    imap_host: str = ""
    smtp_host: str = ""
    smtp_port: int = 465
    smtp_security: Literal["tls", "starttls"] = "tls"
    connections: int = 3
    hard_connections: int = 10
    bytes_a_day: int | None = None
    live_share: float = 0.4
    idle_minutes: int = 9
    backoff_hints: tuple[BackoffHint, ...] = ()
    files_sent_itself: bool = False
    label_extension: str = ""
    authentication_placement: AuthenticationPlacement = "above-received"
    authentication_server: str | None = None
    border: str = ""
    inner_hosts: tuple[str, ...] = ()
    oauth: OAuthRow | None = None

    def asked_pause_s(self, text: str) -> float | None:
        """Give the pause in seconds that a server's words ask for; None if they ask for none (I16)."""
        for hint in self.backoff_hints:
            if found := hint.pattern.search(text):
                return float(found[1]) * hint.unit_s if hint.pattern.groups else hint.default_s
        return None


def _hint(pattern: str, default_s: float, unit_s: float = 1.0) -> BackoffHint:
    return BackoffHint(re.compile(pattern, re.IGNORECASE), default_s, unit_s)


# Every server may say these: RFC 5530 (LIMIT, INUSE, UNAVAILABLE), RFC 9208 (OVERQUOTA), and plain words.
_COMMON_HINTS = (
    _hint(r"Suggested Backoff Time: {0,3}(\d{1,9}) {0,3}milliseconds", 60, 0.001),
    _hint(r"OVERQUOTA|exceeded (?:command or )?bandwidth", 3600),
    _hint(r"too many simultaneous connections|maximum number of connections", 300),
    _hint(r"\[THROTTLED\]|\[LIMIT\]|Request is throttled", 60),
    _hint(r"\[UNAVAILABLE\]|\[INUSE\]", 30),
)
GENERIC = Provider(name="generic", title="another mail server", backoff_hints=_COMMON_HINTS)
PROVIDERS = (
    Provider(
        name="google",
        title="Gmail and Google Workspace",
        hosts=("gmail.com", "googlemail.com", "google.com"),
        imap_host="imap.gmail.com",
        smtp_host="smtp.gmail.com",
        hard_connections=15,
        bytes_a_day=2_000 * MEGABYTE,  # of the 2,500 MB that support.google.com/a/answer/1071518 names
        idle_minutes=9,  # it hangs up after ten
        backoff_hints=_COMMON_HINTS,
        files_sent_itself=True,
        label_extension="X-GM-EXT-1",
        # It stands below the Received line of mx.google.com, not above it; above that one are addresses only.
        authentication_placement="topmost",
        authentication_server="mx.google.com",
        border="mx.google.com",
        oauth=OAuthRow(
            authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
            token_url="https://oauth2.googleapis.com/token",
            device_url="",  # Google's device flow does not give out the scope of mail
            scopes=("https://mail.google.com/",),
            application_scopes=(),
            flow="loopback",
        ),
    ),
    Provider(
        name="microsoft",
        title="Microsoft 365 and Outlook.com",
        hosts=("office365.com", "outlook.com", "office.com", "hotmail.com"),
        imap_host="outlook.office365.com",
        smtp_host="smtp.office365.com",
        smtp_port=587,
        smtp_security="starttls",
        hard_connections=20,
        idle_minutes=20,
        backoff_hints=_COMMON_HINTS,
        files_sent_itself=True,
        # Its lines name no server; lines that come from outside are renamed Authentication-Results-Original.
        authentication_placement="topmost",
        authentication_server="",
        border="*.mail.protection.outlook.com",
        inner_hosts=("outlook.com", "office365.com"),
        oauth=OAuthRow(
            authorize_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
            token_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
            device_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/devicecode",
            scopes=(
                "https://outlook.office.com/IMAP.AccessAsUser.All",
                "https://outlook.office.com/SMTP.Send",
                "offline_access",
            ),
            application_scopes=("https://outlook.office365.com/.default",),
            flow="device",
            default_tenant="organizations",
        ),
    ),
    Provider(
        name="fastmail",
        title="Fastmail",
        hosts=("fastmail.com", "messagingengine.com"),
        imap_host="imap.fastmail.com",
        smtp_host="smtp.fastmail.com",
        idle_minutes=20,
        backoff_hints=_COMMON_HINTS,
        # Each of its border servers uses its own name below messagingengine.com, above its own Received line. It is
        # not taken for granted: mail from one customer to another may not pass a border server at all.
    ),
    GENERIC,
)
_BY_NAME = {provider.name: provider for provider in PROVIDERS}


@lru_cache(maxsize=256)
def provider_of(host_or_name: str) -> Provider:
    """Find the row by its name or by a server's host name; GENERIC if nothing fits."""
    wanted = host_or_name.strip().lower().rstrip(".")
    if known := _BY_NAME.get(wanted):
        return known
    dotted = f".{wanted}"
    return next((p for p in PROVIDERS if any(dotted.endswith(f".{host}") for host in p.hosts)), GENERIC)
