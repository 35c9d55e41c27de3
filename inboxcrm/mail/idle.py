"""Waiting for a server to say that something changed (RFC 2177).

imapclient's own waiting breaks when a line is split over packets, and misses what has been read already. So
nothing is parsed here: bytes in the buffer or on the socket are news, and `idle_done` reads them away.
"""

from __future__ import annotations

import select
import ssl
from collections.abc import Callable
from typing import Any

from inboxcrm.mail.bell import Bell

LONGEST_S = 240  # NAT boxes forget silent connections after five minutes


def wait_in_idle(
    client: Any,
    timeout_s: float,
    read_timeout_s: float,
    monotonic: Callable[[], float],
    bell: Bell | None = None,
) -> bool:
    """True when the server said something within the time; EOFError when it has gone. Seconds, by `monotonic`.

    A ring of the bell ends the waiting too; it is left for the caller to hear.
    """
    client.idle()
    connection = client.socket()
    connection.setblocking(False)
    try:
        is_news = _has_news(client, connection, monotonic() + min(timeout_s, LONGEST_S), monotonic, bell)
    finally:
        connection.settimeout(read_timeout_s)
    # What comes between the end of the waiting and the answer to DONE is read away by it.
    _, told = client.idle_done()
    return is_news or bool(told)


def _has_news(
    client: Any, connection: Any, until: float, monotonic: Callable[[], float], bell: Bell | None
) -> bool:
    poller = select.poll()
    poller.register(connection.fileno(), select.POLLIN)
    if bell is not None:
        poller.register(bell.fileno(), select.POLLIN)
    is_readable = False
    while True:
        try:
            if client._imap.file.peek(1):
                return True
            if is_readable:
                raise EOFError("the server closed the connection while waiting")
        except ssl.SSLWantReadError:
            pass  # only TLS itself had something to say
        left_s = until - monotonic()
        ready = {fd for fd, _ in poller.poll(left_s * 1000)} if left_s > 0 else set()
        is_readable = connection.fileno() in ready
        if not is_readable:
            return False
