"""Big mailboxes for tests and measurements, filled quickly: `python -m tests.ingest.big NUMBER` measures one."""

from __future__ import annotations

import socket
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from tests.servers.dovecot import ImapTestServer, dovecot

MULTI = 200  # mails in one APPEND (MULTIAPPEND, RFC 3502)


def tiny(number: int) -> bytes:
    """A small mail of one of a hundred people."""
    return (
        f"From: Buyer {number % 100} <buyer{number % 100}@firm{number % 100}.test>\r\nTo: sales@kestrel.test\r\n"
        f"Subject: Old {number}\r\nDate: Wed, 1 May 2024 09:00:00 +0000\r\nMessage-ID: <{number}@old.test>\r\n\r\n"
        f"text {number}\r\n"
    ).encode()


def fill_folder(imap: ImapTestServer, address: str, folder: str, number: int, at: datetime) -> None:
    """Lay many small mails into a folder, two hundred by each command."""
    with socket.create_connection((imap.host, imap.port)) as connection, connection.makefile("rb") as told:
        told.readline()
        connection.sendall(f"a login {address} {imap.password}\r\n".encode())
        _wait(told, b"a ")
        for start in range(0, number, MULTI):
            mails = [tiny(n) for n in range(start, min(start + MULTI, number))]
            when = [
                f"{at + timedelta(seconds=n):%d-%b-%Y %H:%M:%S +0000}"
                for n in range(start, start + len(mails))
            ]
            parts = [
                f' "{one}" {{{len(mail)}+}}\r\n'.encode() + mail
                for one, mail in zip(when, mails, strict=True)
            ]
            connection.sendall(f'b append "{folder}"'.encode() + b"".join(parts) + b"\r\n")
            _wait(told, b"b ")


def _wait(told: object, tag: bytes) -> None:
    for line in told:  # type: ignore[attr-defined]
        if line.startswith(tag):
            assert b" OK" in line, line
            return


def main() -> None:
    """Fill a mailbox on Dovecot, read it, and say how long it took."""
    from inboxcrm.app.migrate import migrate_database
    from inboxcrm.base.database import open_database
    from tests.ingest.test_reading import LONG_AGO, Mailboxes

    number = int(sys.argv[1])
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="big-") as name, dovecot(Path(name) / "imap") as imap:
        engine = open_database(f"sqlite:///{name}/big.db")
        migrate_database(engine)
        boxes = Mailboxes(imap, engine, ".big")
        began = time.monotonic()
        fill_folder(imap, boxes.sales, "INBOX", number, LONG_AGO)
        filled = time.monotonic()
        taken = boxes.read()
        done = time.monotonic()
        rows = boxes.ledger()
        print(f"filled in {filled - began:.0f} s; {taken} read in {done - filled:.0f} s: {rows[0]}")
        boxes.read()
        print(f"the next look took {time.monotonic() - done:.2f} s")


if __name__ == "__main__":
    main()
