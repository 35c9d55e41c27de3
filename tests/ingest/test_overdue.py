"""A lead that nobody answers in time: its rep is told, then whoever leads him, each once (LD-6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from inboxcrm.base.records import Event
from inboxcrm.base.settings import Settings, User
from inboxcrm.base.settings_leads import BigFrom, Leads
from inboxcrm.base.settings_team import Team
from inboxcrm.base.work import Office
from inboxcrm.crm.absence import note_absence
from inboxcrm.crm.lead import answer_lead, assign_lead, move_lead
from inboxcrm.crm.records import Lead
from inboxcrm.ingest.overdue import tell_of_late_contacts
from inboxcrm.workers.topics import TOPICS
from tests.build import HandClock, a_lead, letters, on_both_databases, the_settings
from tests.conftest import _postgres_engine, _sqlite_engine

PEOPLE = (
    ("anna", "account_manager", {"country": "DE-BY", "time_zone": "Europe/Berlin", "hours": "08:00-16:00"}),
    ("ben", "account_manager", {"country": "US-NY", "time_zone": "America/New_York"}),
    ("tess", "team_lead", {}),
    ("maria", "sales_director", {}),
)
TEAM = Team(key="benelux", name="Benelux", lead="tess", members=("anna", "ben"))


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    yield from (_postgres_engine if request.param == "postgresql" else _sqlite_engine)(request, tmp_path)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def office(make_office: Callable[[Settings], Office], settings: Settings) -> Office:
    return make_office(settings)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    users = tuple(
        User(key=key, name=key.title(), address=f"{key}@kestrel.example", role=role, **more)
        for key, role, more in PEOPLE
    )
    big = Leads(big_from=BigFrom(users=100))
    return the_settings(tmp_path, user=users, team=(TEAM,), leads=big)


def moment(local: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def lead_of(office: Office, owner: str = "anna", need: str = "") -> int:
    with office.work("test", actor="test") as work:
        lead = a_lead(work)
        lead.need = need or lead.need
        assign_lead(work, lead, owner)
        work.session.flush()
        return lead.id


def told(office: Office) -> list[str]:
    """Who was told, in turn, once everything that is due now is done."""
    tell_of_late_contacts(office)
    tell_of_late_contacts(office)
    return [letter.user for letter in letters(office, "notice")]


def is_due(office: Office) -> bool:
    with office.reading() as session:
        return TOPICS["late contacts"].is_due(session, office.clock.now())


@on_both_databases
def test_the_rep_is_told_first_and_the_team_lead_after_two_hours_of_his_work(
    office: Office, clock: HandClock
) -> None:
    """LD-6: a weekend, an evening and a night count as nothing."""
    clock.at = moment("2026-11-20 15:00")  # a Friday
    lead_of(office)

    clock.at = moment("2026-11-23 14:59")
    assert (is_due(office), told(office)) == (False, [])
    clock.at = moment("2026-11-23 15:00")
    assert (is_due(office), told(office)) == (True, ["anna"])
    clock.at = moment("2026-11-24 08:59")  # an hour on Monday, not yet an hour on Tuesday
    assert told(office) == ["anna"]
    clock.at = moment("2026-11-24 09:00")
    assert told(office) == ["anna", "tess"]
    clock.at = moment("2026-12-24 09:00")
    assert (is_due(office), told(office)) == (False, ["anna", "tess"])


@pytest.mark.parametrize(
    ("owner", "zone", "came", "due"),
    [
        ("anna", "Europe/Berlin", "2026-12-23 11:00", "2026-12-24 11:00"),
        ("anna", "Europe/Berlin", "2026-12-24 11:00", "2026-12-28 11:00"),  # Christmas
        ("anna", "Europe/Berlin", "2027-01-05 11:00", "2027-01-07 11:00"),  # Epiphany is free in Bavaria
        ("ben", "America/New_York", "2027-01-05 11:00", "2027-01-06 11:00"),  # and not in New York
        ("ben", "America/New_York", "2026-11-25 11:00", "2026-11-27 11:00"),  # Thanksgiving
        ("anna", "Europe/Berlin", "2027-03-26 11:00", "2027-03-30 11:00"),  # Easter, and summer time begins
        ("anna", "Europe/Berlin", "2026-10-23 11:00", "2026-10-26 11:00"),  # summer time ends
        ("ben", "America/New_York", "2027-03-12 11:00", "2027-03-15 11:00"),  # summer time begins in New York
    ],
)
def test_weekends_holidays_and_summer_time_of_the_reps_own_calendar(
    office: Office, clock: HandClock, owner: str, zone: str, came: str, due: str
) -> None:
    """LD-6: the same clock time of the next business day, by his calendar and his clock."""
    clock.at = moment(came, zone)
    lead_of(office, owner)

    clock.at = moment(due, zone)
    clock.move(seconds=-1)
    assert told(office) == []
    clock.move(seconds=1)
    assert told(office) == [owner]


def test_a_big_lead_is_due_the_same_day(office: Office, clock: HandClock) -> None:
    clock.at = moment("2026-11-24 10:00")
    lead_of(office, need="We look for 250 licences.")

    clock.at = moment("2026-11-24 15:59")
    assert told(office) == []
    clock.at = moment("2026-11-24 16:00")
    assert told(office) == ["anna"]


@pytest.mark.parametrize("end", ["answered", "dead"])
def test_an_answered_or_dead_lead_is_told_of_nobody(office: Office, clock: HandClock, end: str) -> None:
    lead_id = lead_of(office)
    with office.work("test", actor="test") as work:
        lead = work.session.get_one(Lead, lead_id)
        if end == "answered":
            answer_lead(work, lead.box, "anna")
        else:
            move_lead(work, lead, "Dead")

    clock.move(days=9)

    assert told(office) == []
    assert not is_due(office)


def test_an_answer_after_the_first_notice_spares_the_team_lead(office: Office, clock: HandClock) -> None:
    lead_id = lead_of(office)
    clock.move(days=1)
    assert told(office) == ["anna"]
    with office.work("test", actor="test") as work:
        answer_lead(work, work.session.get_one(Lead, lead_id).box, "anna")

    clock.move(days=5)

    assert told(office) == ["anna"]


def test_who_stands_in_is_told_for_a_rep_who_is_away(office: Office, clock: HandClock) -> None:
    lead_of(office)
    with office.work("test", actor="test") as work:
        anna = work.settings.user_by_key("anna")
        until = datetime(2026, 12, 20, tzinfo=UTC)
        note_absence(work, anna, start_at=work.now, until_at=until, deputy="ben", occasion="test")

    clock.move(days=1)
    assert told(office) == ["ben"]
    clock.move(days=1)
    assert told(office) == ["ben", "tess"]


def test_a_team_leads_own_late_lead_goes_to_the_director_and_the_directors_to_nobody_else(
    office: Office, clock: HandClock
) -> None:
    lead_of(office, "tess")
    clock.move(days=1)
    assert told(office) == ["tess"]
    clock.move(days=1)
    assert told(office) == ["tess", "maria"]


def test_the_notice_says_what_is_late_and_the_history_keeps_it(office: Office, clock: HandClock) -> None:
    lead_id = lead_of(office)
    clock.move(days=1)
    told(office)
    clock.move(days=1)
    told(office)

    first, second = letters(office, "notice")
    assert "First contact is late: Bob" in first.subject
    assert "Bob should have had an answer by" in str(first.facts)
    assert "Anna was told and has not answered" in str(second.facts)
    assert "assign ben" in str(second.facts)
    with Session(office.engine) as session:
        rows = session.scalars(select(Event).where(Event.kind == "lead.late").order_by(Event.id)).all()
        assert [(row.subject_id, row.payload["step"], row.payload["told"]) for row in rows] == [
            (lead_id, 1, "anna"),
            (lead_id, 2, "tess"),
        ]
