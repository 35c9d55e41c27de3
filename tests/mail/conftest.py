"""One Dovecot and one SMTP server for all tests of this folder; each test uses addresses of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.dovecot import ImapTestServer, dovecot
from tests.servers.places import a_folder
from tests.servers.smtp import SmtpTestServer, smtp_server


@pytest.fixture(scope="session")
def imap() -> Iterator[ImapTestServer]:
    with a_folder("imap") as folder, dovecot(folder) as server:
        yield server


@pytest.fixture(scope="session")
def running_smtp(tmp_path_factory: pytest.TempPathFactory, imap: ImapTestServer) -> Iterator[SmtpTestServer]:
    folder: Path = tmp_path_factory.mktemp("smtp")
    (folder / "clock").write_text("0")
    with smtp_server(folder, imap=imap, clock_file=folder / "clock") as server:
        yield server


@pytest.fixture
def smtp(running_smtp: SmtpTestServer) -> SmtpTestServer:
    """The server without faults."""
    running_smtp.set_faults([])
    return running_smtp
