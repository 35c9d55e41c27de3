"""A Dovecot account that holds the mails of a benchmark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from imapclient import IMAPClient

from tests.servers.dovecot import ImapTestServer

ADDRESS = "desk@bench.example"
AT_ONCE = 100


def fill_account(server: ImapTestServer, mails: Iterable[bytes]) -> int:
    """Lay mails into the INBOX of ADDRESS; give their number."""
    filled = 0
    with IMAPClient(server.host, server.port, ssl=False) as client:
        client._imap.debug = 0
        client.login(ADDRESS, server.password)
        for batch in _batches(mails):
            client.multiappend("INBOX", batch)
            filled += len(batch)
    return filled


def _batches(mails: Iterable[bytes]) -> Iterator[list[bytes]]:
    left = iter(mails)
    while batch := list(islice(left, AT_ONCE)):
        yield batch
