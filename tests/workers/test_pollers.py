"""Several real pollers share real mailboxes: one reads, the others stand by, and each mail is taken in once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine

from inboxcrm.base.child import start_child
from tests.ingest.big import fill_folder
from tests.ingest.building import ask, count, raw_mail, settings_values, write
from tests.ingest.test_reading import LONG_AGO, Mailboxes, customers
from tests.servers.dovecot import ImapTestServer
from tests.workers.test_poller_fake import PATIENCE_S, wait_for

ROOT = Path(__file__).parents[2]


@contextmanager
def pollers(
    boxes: Mailboxes, engine: Engine, folder: Path, local: str, number: int, lease_s: float = 45
) -> Iterator[list[int]]:
    """So many pollers in processes of their own; their process numbers."""
    running = {"poll_s": 0.1, "lease_s": lease_s}
    values = settings_values(imap=boxes.imap.port, local=local) | {"running": running}
    (folder / "settings.json").write_text(json.dumps(values))
    url = engine.url.render_as_string(hide_password=False)
    argv = [sys.executable, "-m", "tests.workers.polling", str(folder), url, str(number)]
    mother = start_child(argv, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    pids: list[int] = []
    try:
        wait_for(lambda: (folder / "pids").exists())
        pids = [int(pid) for pid in (folder / "pids").read_text().split()]
        yield pids
    finally:
        end(mother, pids)


def end(mother: subprocess.Popen[bytes], pids: list[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
    mother.terminate()
    assert mother.wait(PATIENCE_S) == 0


def holder(engine: Engine) -> int:
    """The process that reads sales@ now."""
    rows = ask(engine, "select lease_owner from account where id = 1 and lease_until is not null")
    return int(rows[0][0].rpartition(":")[2]) if rows and rows[0][0] else 0


def ones(engine: Engine) -> list[int]:
    received = count(engine, "event", "kind = 'message.received'")
    return [*(count(engine, table) for table in ("message", "location", "lead")), received]


def test_a_killed_pollers_mailboxes_are_read_on_at_once_by_another_and_nothing_is_doubled(
    imap: ImapTestServer, both: Engine, tmp_path: Path
) -> None:
    """V1, I1: two processes on one mailbox; SIGKILL within the flow of mail; one of each."""
    kind = both.dialect.name
    boxes = Mailboxes(imap, both, f".two{kind}")
    with pollers(boxes, both, tmp_path, f".two{kind}", 2) as processes:
        wait_for(lambda: holder(both) in processes)
        mails = customers(60, boxes.sales)
        boxes.lay(boxes.sales, *mails[:40])
        wait_for(lambda: count(both, "message") > 0)
        first = holder(both)
        os.kill(first, signal.SIGKILL)
        killed_s = time.monotonic()
        boxes.lay(boxes.sales, *mails[40:])
        wait_for(lambda: count(both, "message") == 60)

        assert time.monotonic() - killed_s < 10
        assert holder(both) in set(processes) - {first}
        assert ones(both) == [60, 60, 60, 60]
    assert boxes.ledger()[0] == (60, 60, 0, 0)


def test_a_poller_that_starts_later_gets_its_share_and_each_mail_comes_in_once(
    imap: ImapTestServer, both: Engine, tmp_path: Path
) -> None:
    """V1: of the two mailboxes of one process the other one takes one over, among new mail."""
    kind = both.dialect.name
    local = f".share{kind}"
    boxes = Mailboxes(imap, both, local)
    mails = customers(30, boxes.sales)
    with pollers(boxes, both, tmp_path, local, 1, lease_s=3):
        wait_for(lambda: count(both, "account", "heartbeat_at is not null") == 2)
        assert len(holders(both)) == 1
        later = tmp_path / "later"
        later.mkdir()
        with pollers(boxes, both, later, local, 1, lease_s=3):
            for mail in mails:
                boxes.lay(boxes.sales, mail)
            wait_for(lambda: len(holders(both)) == 2)
            wait_for(lambda: count(both, "message") == 30)

        boxes.lay(boxes.sales, raw_mail("last@brouwer.test", boxes.sales, mid="<last@b>"))
        wait_for(lambda: count(both, "message") == 31)
        assert count(both, "poller") == 1  # who ends says so
    assert ones(both) == [31, 31, 31, 31]


def holders(engine: Engine) -> set[str]:
    """The processes that read a mailbox now."""
    return {row[0] for row in ask(engine, "select lease_owner from account where lease_owner is not null")}


@pytest.mark.parametrize("both", ["postgres"], indirect=True)
def test_a_poller_that_was_thought_dead_and_wakes_writes_nothing(
    imap: ImapTestServer, both: Engine, tmp_path: Path
) -> None:
    """V1, I1: stopped for longer than its lease, replaced, woken among new mail: still one of each."""
    boxes = Mailboxes(imap, both, ".woken")
    with pollers(boxes, both, tmp_path, ".woken", 2):
        wait_for(lambda: count(both, "account", "heartbeat_at is not null") == 2)
        mails = customers(30, boxes.sales)
        boxes.lay(boxes.sales, *mails[:10])
        # It is idle now; on SQLite a process that is stopped with the lock in hand keeps everybody waiting.
        wait_for(lambda: count(both, "folder", "server_count = 10"))
        first = holder(both)
        os.kill(first, signal.SIGSTOP)
        write(both, "update account set lease_until = 1")
        wait_for(lambda: holder(both) not in (0, first))
        boxes.lay(boxes.sales, *mails[10:20])
        os.kill(first, signal.SIGCONT)
        boxes.lay(boxes.sales, *mails[20:])
        wait_for(lambda: count(both, "message") == 30)

        assert ones(both) == [30, 30, 30, 30]
        assert holder(both) != first
    assert boxes.ledger()[0] == (30, 30, 0, 0)


def test_five_thousand_old_mails_make_history_and_the_next_live_one_a_lead(
    imap: ImapTestServer, engine: Engine, tmp_path: Path
) -> None:
    """IN-16: 0 leads, 0 tasks, 0 letters of all the old ones; the first new mail makes one."""

    boxes = Mailboxes(imap, engine, ".archive")
    fill_folder(imap, boxes.sales, "INBOX", 5000, LONG_AGO)
    with pollers(boxes, engine, tmp_path, ".archive", 1):
        wait_for(lambda: count(engine, "location") > 0)
        boxes.lay(boxes.sales, *customers(1, boxes.sales))
        wait_for(lambda: count(engine, "lead") == 1)
        wait_for(lambda: count(engine, "location") == 5001)

    assert [count(engine, t) for t in ("lead", "letter")] == [1, 0]
    assert count(engine, "message", "is_archived") == 5000
    assert boxes.ledger()[0] == (5001, 5001, 0, 0)
