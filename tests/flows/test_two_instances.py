"""Two of the same at once: pollers on one mailbox, threads with the same mails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from inboxcrm.base.database import DatabaseTrouble
from inboxcrm.ingest.intake import take_in
from tests.flows.intake_run import Mailboxes, a_run, lay_mailboxes
from tests.flows.kills import KINDS
from tests.flows.snapshot import differences
from tests.flows.stage import Servers
from tests.flows.test_twice_at_once import at_once
from tests.ingest.building import (
    SALES,
    ask,
    count,
    fetched,
    make_office,
    open_box,
    raw_mail,
    write,
)

TIMES = 20


@pytest.fixture(scope="module")
def mailboxes(servers: Servers) -> Iterator[Mailboxes]:
    """The mailboxes that both pollers read."""
    boxes = lay_mailboxes(servers, 40, ".two")
    yield boxes
    boxes.close()


@pytest.mark.parametrize("kind", KINDS)
def test_two_pollers_that_take_the_leases_from_each_other_take_every_mail_in_once(
    mailboxes: Mailboxes, sqlite_template: Path, kind: str
) -> None:
    """V1, I1: twenty times all leases run out, so that both processes read the same accounts again and again."""
    with a_run(mailboxes, kind, f"one{kind[:1]}", sqlite_template) as run:
        run.start()
        run.settle()
        expected = run.records()
        alone = ask(run.engine, "select sum(lease_fence) from account")[0][0]
    with a_run(mailboxes, kind, f"two{kind[:1]}", sqlite_template) as run:
        for name in ("first", "second"):
            run.start(name)

        times = iter(range(TIMES))

        def take_away() -> None:
            if next(times, None) is not None:
                with suppress(DatabaseTrouble, DBAPIError):
                    write(run.engine, "update account set lease_until = 0")

        run.settle(take_away)

        changes = ask(run.engine, "select sum(lease_fence) from account")[0][0]
        assert changes > alone
        assert "\n".join(differences(run.records(), expected)) == ""
        assert set(run.ledger_differences()) == {0}


def test_two_threads_with_overlapping_batches_leave_one_of_each(both: Engine) -> None:
    """V1: the same UIDs of one folder, and the same mails in another folder, at the same moment."""
    office = make_office(both)
    boxes = [open_box(office), open_box(office), open_box(office, 1)]
    mails = [
        fetched(n, raw_mail(f"buyer{n}@firm{n}.test", SALES, f"Order {n}", f"text {n}", mid=f"<{n}@t>"))
        for n in range(1, 31)
    ]
    parts = [mails[:20], mails[10:], mails[5:25]]

    def take(place: int) -> None:
        box, part = boxes[place], parts[place]
        for start in range(0, len(part), 5):
            batch = part[start : start + 5]
            take_in(office, box.account, box.folder_id, batch, batch[-1].uid)

    at_once(3, take)

    assert [count(both, name) for name in ("message", "lead", "contact", "thread")] == [30, 30, 30, 30]
    assert count(both, "location") == 30 + 20
    assert count(both, "event", "kind = 'message.received'") == 30
    assert ask(both, "select max(live_uid) from folder") == [(30,)]
