"""When a connection must be encrypted (S7), and the TLS context for it."""

from __future__ import annotations

import ipaddress
import ssl
from typing import Literal

from inboxcrm.mail.errors import PlaintextRefused

Security = Literal["tls", "starttls", "none"]


def is_loopback(host: str) -> bool:
    """True for addresses of this machine and the name localhost; other names are not looked up."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def require_encryption(security: Security, host: str, place: str) -> None:
    """Raise PlaintextRefused if the connection would be plain and leave this machine."""
    if security == "none" and not is_loopback(host):
        raise PlaintextRefused(place)


def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """A verifying context, on the system's authorities or on `ca_file` alone; TLS 1.2 at least."""
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
