"""History and new mail side by side: newest first, resumable, within the budget, and without effects (IN-16)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from inboxcrm.ingest.lease import LeaseLost, lease_office, take_lease
from inboxcrm.ingest.reading import read_account, read_new_mail
from inboxcrm.ingest.sync import history
from inboxcrm.ingest.sync.budget import ByteBudget
from inboxcrm.ingest.sync.finding import find_places
from inboxcrm.ingest.sync.history import show_progress
from inboxcrm.ingest.sync.pulse import load_budget, note_beat, note_pause, pause_left_s
from inboxcrm.ingest.sync.store import stale_accounts
from inboxcrm.mail.providers import provider_of
from tests.ingest.building import Died, DyingReach, ask, count, same_office, write
from tests.ingest.fakes import GO_LIVE, LATER, LONG_AGO, fake_boxes, letters
from tests.servers.fake_imap import FakeFolder, FakeImap


def uids(engine: Engine) -> list[int]:
    return [uid for (uid,) in ask(engine, "select uid from location order by uid")]


def test_new_mail_comes_in_at_once_while_history_is_still_being_read(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The live look reads only what is new; the other lane goes from the newest down, step by step."""
    monkeypatch.setattr(history, "STEP", 500)
    with fake_boxes(engine) as boxes, boxes.open() as live, boxes.open() as slow:
        boxes.fake.inbox.lay(*letters(1, 1200), at=LONG_AGO)
        desk, slow_desk = boxes.desk(live), boxes.desk(slow)
        places = find_places(desk)
        assert read_new_mail(desk, places) == 0
        assert boxes.step_back(slow_desk) == 500
        assert uids(engine) == list(range(701, 1201))

        boxes.fake.inbox.lay(*letters(1201, 1201), at=LATER)
        assert read_new_mail(desk, places) == 1
        assert count(engine, "lead") == 1

        boxes.clock.move(timedelta(seconds=10))
        with boxes.office.reading() as session:
            [progress] = show_progress(session, boxes.clock.now())
        assert (progress.done, progress.total, progress.rate) == (500, 1200, 50)
        assert progress.left == timedelta(seconds=14)


def test_a_backfill_killed_anywhere_goes_on_where_it_was(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """V1, V2: killed before and after commits, and between mails and mark; everything once, and even at the end."""
    monkeypatch.setattr("inboxcrm.ingest.sync.fetching.BATCH_MAILS", 5)
    deaths = {
        "poller.fetched": 3,
        "intake.before_commit": 3,
        "intake.after_commit": 3,
        "folder.before_commit": 2,
    }
    with fake_boxes(engine) as boxes:
        boxes.fake.inbox.lay(*letters(1, 60), at=LONG_AGO)
        for point, nth in deaths.items():
            dying = same_office(boxes.office, reach=DyingReach(point, nth))
            with boxes.open() as mailbox, pytest.raises(Died):
                read_account(dying, boxes.account, mailbox)
        boxes.fake.clear()
        boxes.read()

        assert uids(engine) == list(range(1, 61))
        assert count(engine, "message") == 60
        assert boxes.fake.lines(r"BODY\.PEEK\[\]") == []  # all were fetched before the last death
        assert boxes.differences()[0] == 0


def test_the_ledger_is_even_while_history_is_still_to_come(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """IN-1, V2: what is still to be read is counted as such, and no mail of it is taken for missing or gone."""
    monkeypatch.setattr(history, "STEP", 500)
    with fake_boxes(engine) as boxes, boxes.open() as mailbox:
        boxes.fake.inbox.lay(*letters(1, 700), at=LONG_AGO)
        desk = boxes.desk(mailbox)
        read_new_mail(desk, find_places(desk))
        boxes.step_back(desk)
        read_new_mail(desk, find_places(desk))

        assert count(engine, "location") == 500
        assert count(engine, "location", "is_gone") == 0
        assert boxes.differences()[0] == 0
        del boxes.fake.inbox.mails[100], boxes.fake.inbox.mails[-1]
        boxes.read()
        assert boxes.differences()[0] == 0
        assert count(engine, "location", "not is_gone") == 698


def test_moving_a_mail_to_another_watched_folder_repeats_nothing(engine: Engine) -> None:
    """I5: a new place, the old one is gone, the same message, no second effect."""
    server = FakeImap(folders={"INBOX": FakeFolder(), "Deals": FakeFolder()})
    with fake_boxes(engine, server, folders=("Deals",)) as boxes:
        server.inbox.lay(*letters(1, 3), at=LATER)
        boxes.read()
        before = [count(engine, table) for table in ("message", "lead", "task", "event", "letter")]
        server.folders["Deals"].lay(server.inbox.mails.pop(1).raw, at=LATER)
        boxes.read()

        assert [count(engine, table) for table in ("message", "lead", "task", "event", "letter")] == before
        places = ask(
            engine, "select folder_id, uid, is_gone, message_id from location order by folder_id, uid"
        )
        assert places == [(1, 1, 0, 1), (1, 2, 1, 2), (1, 3, 0, 3), (2, 1, 0, 2)]
        assert boxes.differences() == [0, 0]


def test_history_leaves_the_share_of_new_mail_alone() -> None:
    """I16: of 1,000 bytes a day 40 % are kept; they flow back with time, and new mail never waits."""
    budget = ByteBudget(1000, 0.4, 1000.0, GO_LIVE)
    assert budget.history_pause_s(500, GO_LIVE) == 0
    budget.spend(500, GO_LIVE)
    # 500 are left, of which 100 are for history; 200 more flow in within a fifth of a day.
    assert budget.history_pause_s(300, GO_LIVE) == pytest.approx(0.2 * 86_400)
    budget.spend(700, GO_LIVE)
    assert budget.left == -200
    assert budget.history_pause_s(100, GO_LIVE) == pytest.approx(0.7 * 86_400)
    assert budget.history_pause_s(100, GO_LIVE + timedelta(days=0.7)) == pytest.approx(0)
    assert budget.history_pause_s(10_000, GO_LIVE + timedelta(days=9)) == 0
    assert ByteBudget(None, 0.4, 0.0, GO_LIVE).history_pause_s(10**12, GO_LIVE) == 0


def test_a_budget_and_a_pause_outlive_the_process(engine: Engine) -> None:
    """I16: another poller that takes the account over knows both."""
    with fake_boxes(engine) as boxes:
        google = provider_of("google")
        budget = load_budget(boxes.office, boxes.account, google)
        budget.spend(500_000_000, boxes.clock.now())
        note_beat(boxes.office, boxes.account, budget)
        pause_s = note_pause(boxes.office, boxes.account, 60)

        assert 60 <= pause_s <= 75
        assert load_budget(boxes.office, boxes.account, google).left == google.bytes_a_day - 500_000_000
        assert pause_left_s(boxes.office, boxes.account) == pytest.approx(pause_s)
        boxes.clock.move(timedelta(seconds=76))
        assert pause_left_s(boxes.office, boxes.account) == 0


def test_an_account_that_was_not_read_for_a_quarter_of_an_hour_is_told(engine: Engine) -> None:
    """P13."""
    with fake_boxes(engine) as boxes:
        note_beat(boxes.office, boxes.account, None)
        for minutes, stale in ((14, []), (2, ["anna@kestrel.test", "sales@kestrel.test"])):
            boxes.clock.move(timedelta(minutes=minutes))
            with boxes.office.reading() as session:
                found = [row.address for row in stale_accounts(session, boxes.clock.now())]
            assert found == stale
        note_beat(boxes.office, boxes.account, None)
        with boxes.office.reading() as session:
            assert [row.address for row in stale_accounts(session, boxes.clock.now())] == [
                "anna@kestrel.test"
            ]


def test_a_poller_that_lost_its_lease_writes_nothing_more(both: Engine) -> None:
    """V1: its fence is checked in each of its transactions, on both databases."""
    with fake_boxes(both) as boxes:
        first = take_lease(boxes.office, boxes.account, "first:1")
        boxes.fake.inbox.lay(*letters(1, 2), at=LATER)
        write(both, "update account set lease_until = 1")
        second = take_lease(boxes.office, boxes.account, "second:2")
        assert first is not None
        assert second is not None
        with boxes.open() as mailbox, pytest.raises(LeaseLost):
            read_account(lease_office(boxes.office, first), boxes.account, mailbox)
        assert count(both, "folder") == 0
        with boxes.open() as mailbox:
            assert read_account(lease_office(boxes.office, second), boxes.account, mailbox) == 2
        boxes.fake.inbox.lay(*letters(3, 3), at=LATER)
        with boxes.open() as mailbox, pytest.raises(LeaseLost):
            read_account(lease_office(boxes.office, first), boxes.account, mailbox)
        assert count(both, "message") == 2
