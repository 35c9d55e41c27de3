"""Posts JSON to an https address on the internet, and nowhere else (V13).

The host is looked up once; each of its addresses must be public, and the connection goes to one that was looked at, so
that no second answer of a name server leads into our own network. TLS is verified for the host's name. No redirect is
followed, no proxy is asked, and of the answer only its code is read.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from http.client import HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from inboxcrm.base.errors import InboxcrmError
from inboxcrm.mail.encryption import tls_context

STEP_S = 10.0  # for each step: to connect, to send, to answer
WHOLE_S = 30.0  # for all of it, however slowly it drips
NAT64 = ipaddress.ip_network("64:ff9b::/96")

Resolve = Callable[[str, int], list[str]]


class CallRefused(InboxcrmError):
    """A call that did not arrive, or was not taken; the text says why and repeats nothing of the answer."""


class NotPublic(CallRefused):
    """The host leads to an address that is not on the public internet."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(f"{host} is {address}, which is no public address; webhooks go to the internet only")


def is_public(address: str) -> bool:
    """Tell whether an address is one of the public internet; what is wrapped into IPv6 counts as what it is."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is None and found.teredo:
            return False
        if inner is None and found in NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def public_addresses(host: str, port: int) -> list[str]:
    """Look a host up. Raises NotPublic if any of its addresses is not public, CallRefused if it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CallRefused(f"{host} cannot be looked up ({error})") from None
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    for address in addresses:
        if not is_public(address):
            raise NotPublic(host, address)
    if not addresses:
        raise CallRefused(f"{host} has no address")
    return addresses


class _ToAddress(HTTPSConnection):
    """A connection to one address, with TLS for the host's name."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=STEP_S, context=context)
        self._address, self._tls = address, context

    def connect(self) -> None:
        """Connect to the address that was looked at, and to no other."""
        plain = socket.create_connection((self._address, self.port), self.timeout)
        try:
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def break_off(self) -> None:
        """End it from another thread."""
        if (sock := self.sock) is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return


def post_json(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    resolve: Resolve = public_addresses,
    context: ssl.SSLContext | None = None,
) -> int:
    """Post and give the answer's code. Raises CallRefused.

    `resolve` and `context` are handed in by tests, whose server is on this machine; nothing else sets them.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    if parts.scheme != "https" or not host:
        raise CallRefused("webhooks are called by https only")
    address = resolve(host, port)[0]
    connection = _ToAddress(host, port, address, context or tls_context(None))
    watch = threading.Timer(WHOLE_S, connection.break_off)
    watch.daemon = True
    watch.start()
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, body, {**headers, "Connection": "close"})
        return connection.getresponse().status
    except (OSError, HTTPException, ValueError) as error:
        raise CallRefused(f"{host} could not be told ({_reason(error)})") from None
    finally:
        watch.cancel()
        connection.close()


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
