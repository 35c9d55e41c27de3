"""A mailbox that nobody reads any more is noticed within minutes, and told once, by another way (P13)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office, Work
from inboxcrm.ingest.lease import note_error
from inboxcrm.ingest.staleness import all_readings, tell_of_staleness
from inboxcrm.ingest.sync.pulse import note_beat
from inboxcrm.outbox.render import render_body
from inboxcrm.reports import trouble
from inboxcrm.reports.metrics import read_metrics
from inboxcrm.reports.trouble import Trouble
from inboxcrm.rules.book import RuleBook
from inboxcrm.workers.topics import due_topics
from tests.ingest.building import (
    ANNA,
    SALES,
    HandClock,
    ask,
    count,
    make_office,
    make_settings,
    open_box,
    raw_mail,
    same_office,
    server,
    settings_values,
)
from tests.ingest.test_quarantined import break_parser

MINUTE = timedelta(minutes=1)


def beat(office: Office, *numbers: int) -> None:
    """A poller looks at these accounts with success."""
    for number in numbers or range(len(office.settings.account)):
        note_beat(office, office.settings.account[number], None)


def tell_lagging(office: Office, clock: HandClock) -> int:
    """The ticker sees mailboxes that lag, and two minutes later that they still do."""
    assert tell_of_staleness(office) == 0
    clock.move(2 * MINUTE)
    return tell_of_staleness(office)


def told(engine: Engine) -> list[tuple[str, str, str]]:
    """The letters about it: from, to, subject."""
    return ask(
        engine,
        "select l.account, r.address, l.subject from letter l join letter_recipient r on r.letter_id = l.id"
        " where l.kind = 'stale' order by l.id",
    )

def exceptions(work: Work) -> list[str]:
    return Trouble.of(work).words(lambda row: True)


def mailboxes_read(work: Work) -> list[str]:
    return trouble.mailboxes_read(all_readings(work.session, work.settings), work.settings)



def test_a_mailbox_that_stops_being_read_is_told_once_and_its_end_once(both: Engine) -> None:
    """P13: after 15 minutes, however often it is looked at; a second outage is told again."""
    clock = HandClock()
    office = make_office(both, clock=clock)
    beat(office)
    for _ in range(15):
        clock.move(MINUTE)
        beat(office, 0)
        assert tell_of_staleness(office) == 0
    clock.move(MINUTE)
    beat(office, 0)
    note_error(office, office.settings.account[1], "anna at imap.test:993: the token has expired")
    assert [tell_of_staleness(office) for _ in range(3)] == [1, 0, 0]
    once = [
        (SALES, "ben@kestrel.test", f"The mailbox {ANNA} is not read"),
        (SALES, ANNA, f"The mailbox {ANNA} is not read"),
    ]
    assert told(both) == once
    [(template, facts)] = [(one.template, one.facts) for one in _letters(office) if one.user == "ben"]
    text, _ = render_body(template, facts)
    assert "the token has expired" in text
    assert "last read Monday 2 March 2026, 12:00" in text

    clock.move(3 * MINUTE)
    beat(office)
    assert [tell_of_staleness(office) for _ in range(3)] == [1, 0, 0]
    again = [(SALES, who, f"The mailbox {ANNA} is read again") for who in ("ben@kestrel.test", ANNA)]
    assert told(both) == once + again

    clock.move(20 * MINUTE)
    beat(office, 0)
    assert tell_lagging(office, clock) == 1
    assert told(both) == once + again + once
    assert count(both, "event", "kind = 'account.stale'") == 2


def _letters(office: Office) -> list[object]:
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from inboxcrm.outbox.records import Letter

    with Session(office.engine, expire_on_commit=False) as session:
        return list(session.scalars(select(Letter).where(Letter.kind == "stale").order_by(Letter.id)))


def test_a_poller_that_was_killed_is_noticed_by_the_ticker(
    office: Office, engine: Engine, clock: HandClock
) -> None:
    """P13: nobody notes anything any more; the ticker wakes a worker, the manager gets one letter about all."""
    rules = RuleBook(office.settings.rules.folder)
    beat(office)
    seen = []
    for minute in range(1, 17):
        clock.move(MINUTE)
        if "staleness" in due_topics(office, rules):
            tell_of_staleness(office)
            seen.append((minute, len(told(engine))))
    assert seen == [(14, 0), (16, 2)]

    assert "staleness" not in due_topics(office, rules)
    assert [(to, subject) for _, to, subject in told(engine)] == [
        ("ben@kestrel.test", "2 mailboxes are not read"),
        (ANNA, f"The mailbox {ANNA} is not read"),
    ]


def with_accounts(*addresses: str) -> Settings:
    """Shared mailboxes with these addresses, and Ben's own."""
    values = settings_values()
    logins = {"imap": server(), "smtp": server()}
    values["account"] = [{"address": address, **logins} for address in addresses]
    values["account"].append({"address": "ben@kestrel.test", "kind": "personal", "user": "ben", **logins})
    return Settings.model_validate(values)


@pytest.mark.parametrize(
    ("alive", "way"),
    [([1, 2], "info@kestrel.test"), ([2], "ben@kestrel.test"), ([], SALES)],
    ids=["another shared one", "his own", "none"],
)
def test_the_letter_takes_another_way_than_the_mailbox_that_is_not_read(
    engine: Engine, clock: HandClock, alive: list[int], way: str
) -> None:
    """P13: never by the broken mailbox if there is another; in nobody else's name."""
    office = make_office(engine, clock=clock, settings=with_accounts(SALES, "info@kestrel.test"))
    clock.move(20 * MINUTE)
    for number in alive:
        beat(office, number)
    tell_lagging(office, clock)

    assert {account for account, _, _ in told(engine)} == {way}


def test_two_workers_at_once_tell_it_once(both: Engine) -> None:
    """V5: the account's row decides."""
    clock = HandClock()
    office = make_office(both, clock=clock)
    clock.move(14 * MINUTE)
    tell_of_staleness(office)
    clock.move(2 * MINUTE)
    together = threading.Barrier(2)

    def tell() -> int:
        together.wait(10)
        return tell_of_staleness(same_office(office))

    with ThreadPoolExecutor(2) as workers:
        found = [one.result() for one in [workers.submit(tell) for _ in range(2)]]

    assert sum(found) == 2
    assert len(told(both)) == 2


def test_a_mailbox_that_is_no_longer_configured_alarms_nobody(engine: Engine, clock: HandClock) -> None:
    office = make_office(engine, clock=clock, settings=with_accounts(SALES, "old@kestrel.test"))
    clock.move(20 * MINUTE)
    fewer = same_office(office, settings=make_settings())
    beat(fewer, 0)
    with fewer.work("test", actor="test") as work:
        assert "old@kestrel.test" not in " ".join(mailboxes_read(work))
    tell_lagging(fewer, clock)

    assert told(engine) == []
    assert "staleness" not in due_topics(fewer, RuleBook(fewer.settings.rules.folder))


def test_the_digest_says_of_each_mailbox_when_it_was_last_read(office: Office, clock: HandClock) -> None:
    """P13: at its foot; a stale one is among what a person must look at first."""
    beat(office, 0)
    with office.work("test", actor="test") as work:
        assert mailboxes_read(work) == [
            f"{SALES} last read Monday 2 March 2026, 12:00",
            f"{ANNA} never read",
        ]
        assert exceptions(work) == []
    clock.move(16 * MINUTE)
    beat(office, 0)
    with office.work("test", actor="test") as work:
        assert exceptions(work) == []
    tell_lagging(office, clock)
    with office.work("test", actor="test") as work:
        assert exceptions(work) == [f"the mailbox {ANNA} is not read: `inboxcrm doctor` says why"]


def test_a_machine_that_slept_alarms_nobody(office: Office, engine: Engine, clock: HandClock) -> None:
    """P13: after a night, or a restart, all mailboxes lag until they are read a moment later."""
    beat(office)
    clock.move(600 * MINUTE)
    assert tell_of_staleness(office) == 0
    clock.move(MINUTE)
    beat(office)
    for _ in range(3):
        clock.move(MINUTE)
        assert tell_of_staleness(office) == 0
    assert told(engine) == []
    assert ask(engine, "select distinct stale_seen_at, stale_since from account") == [(None, None)]


def test_a_clock_set_back_alarms_nobody(office: Office, clock: HandClock) -> None:
    beat(office)
    clock.move(-60 * MINUTE)
    assert tell_of_staleness(office) == 0
    with office.reading() as session:
        assert [one.seconds_since(clock.now()) for one in all_readings(session, office.settings)] == [0, 0]


def test_metrics_are_text_that_prometheus_reads(
    office: Office, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P13: each figure with its kind, each account with its seconds."""
    inbox = open_box(office)
    inbox.take(raw_mail("carla@brouwer.test", SALES, "Licences"))
    with monkeypatch.context() as patch:
        break_parser(patch, b"poison")
        inbox.take(raw_mail("carla@brouwer.test", SALES, "poison"))
    beat(office, 0)
    clock.move(16 * MINUTE)
    beat(office, 1)
    lines = read_metrics(office).splitlines()

    for line in (
        "# TYPE inboxcrm_messages_total counter",
        "inboxcrm_messages_total 1",
        "inboxcrm_quarantined 1",
        f'inboxcrm_account_seconds_since_read{{account="{SALES}"}} 960',
        f'inboxcrm_account_stale{{account="{SALES}"}} 1',
        f'inboxcrm_account_stale{{account="{ANNA}"}} 0',
    ):
        assert line in lines
    assert int(next(line for line in lines if line.startswith("inboxcrm_events_pending")).split()[1]) > 0
