"""The command line in this process, on real servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shop import Shop
from tests.ingest.databases import imap, running_smtp, smtp
from tests.servers.dovecot import ImapTestServer
from tests.servers.smtp import SmtpTestServer

__all__ = ["imap", "running_smtp", "smtp"]


@pytest.fixture
def shop(
    tmp_path: Path,
    imap: ImapTestServer,
    smtp: SmtpTestServer,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Shop:
    """A folder for a new system. The log stays as the tests have set it."""
    monkeypatch.setattr("inboxcrm.cli.start._log_to_stderr", lambda: None)
    return Shop(tmp_path, imap, smtp, capfd)
