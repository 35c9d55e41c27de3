"""Rules that wait after an event: "4 business hours after message.received unless answered" (EM-6, docs/rules.md)."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from inboxcrm.base.work import Office
from inboxcrm.rules.book import RuleBook, read_rules
from inboxcrm.rules.records import Firing, RuleWait
from inboxcrm.rules.sweep import due_rules, run_due_rules
from tests.build import BOB, Mail, a_lead, deliver, on_both_databases, react, sent_from_anna
from tests.rules.writing import a_book, a_rule

UNANSWERED = a_rule('at = "4 business hours after message.received unless answered"', 'for = "message"')
CALLED = a_rule('at = "2 days after lead.created unless call.logged or is_answered"', 'for = "lead"')


def fired(office: Office) -> list[str]:
    with office.reading() as session:
        return list(session.scalars(select(Firing.key).order_by(Firing.key)))


def waits(office: Office) -> int:
    with office.reading() as session:
        return len(session.scalars(select(RuleWait.id)).all())


def a_mail_waits(office: Office, folder: Path) -> RuleBook:
    """Bob writes on Monday at 10:30 by the clock of Amsterdam."""
    rules = a_book(folder / "rules", UNANSWERED)
    deliver(office, Mail("What would twenty licences cost?", message_id="ask@acme.example"))
    react(office, rules)
    return rules


@on_both_databases
def test_a_mail_that_nobody_answers_fires_after_four_business_hours(office, clock, tmp_path: Path) -> None:
    rules = a_mail_waits(office, tmp_path)
    assert waits(office) == 1

    clock.move(hours=3, minutes=59)
    assert (due_rules(office, rules.current()), run_due_rules(office, rules.current())) == ([], 0)
    clock.move(minutes=1)
    assert [rule.id for rule in due_rules(office, rules.current())] == ["test"]
    run_due_rules(office, rules.current())

    assert len(fired(office)) == 1
    assert waits(office) == 0
    clock.move(days=3)
    assert run_due_rules(office, rules.current()) == 0


def test_who_has_answered_is_left_alone(office, clock, tmp_path: Path) -> None:
    rules = a_mail_waits(office, tmp_path)
    clock.move(hours=2)
    sent_from_anna(office, Mail("About a thousand.", to=BOB, answers="ask@acme.example"))
    react(office, rules)

    clock.move(hours=3)
    run_due_rules(office, rules.current())

    assert (fired(office), waits(office)) == ([], 0)


def test_a_mail_of_friday_evening_is_due_on_monday_and_of_the_owners_calendar(
    make_office, settings, clock, tmp_path: Path
) -> None:
    """Her own hours count: Anna works from 13:00 to 17:00."""
    people = tuple(
        user.model_copy(update={"hours": "13:00-17:00"}) if user.key == "anna" else user
        for user in settings.user
    )
    office = make_office(settings.model_copy(update={"user": people}))
    rules = a_book(tmp_path / "rules", UNANSWERED)
    clock.at = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)  # Friday 16:00
    with office.work("test", actor="test") as work:
        a_lead(work).box.owner = "anna"
    deliver(office, Mail("And thirty?", message_id="more@acme.example"))
    react(office, rules)

    with office.reading() as session:
        [due_at] = session.scalars(select(RuleWait.due_at))
    assert due_at == datetime(2026, 11, 30, 15, 0, tzinfo=UTC)  # one hour on Friday, three on Monday


@on_both_databases
def test_an_event_cancels_too_if_it_is_about_the_same_box(office, clock, tmp_path: Path) -> None:
    rules = a_book(tmp_path / "rules", CALLED)
    with office.work("test", actor="test") as work:
        called, other = a_lead(work).box_id, a_lead(work, "eve@other.example").box_id
    react(office, rules)
    clock.move(days=1)
    with office.work("test", actor="test") as work:
        work.emit("call.logged", ("call", 1), box_id=called)
    react(office, rules)

    clock.move(days=1)
    run_due_rules(office, rules.current())

    with office.reading() as session:
        [firing] = session.scalars(select(Firing))
        from inboxcrm.crm.store import lead_of_box

        assert firing.subject_id == lead_of_box(session, other).id


def test_when_is_asked_when_it_is_due(office, clock, tmp_path: Path) -> None:
    """Facts may have changed since: who was given the lead meanwhile is not told that it is nobody's."""
    rules = a_book(
        tmp_path / "rules",
        a_rule('at = "2 hours after lead.created"', 'for = "lead"', 'when = "owner is None"'),
    )
    with office.work("test", actor="test") as work:
        lead, _ = a_lead(work), a_lead(work, "eve@other.example")
    react(office, rules)
    with office.work("test", actor="test") as work:
        work.session.merge(lead).box.owner = "anna"
    clock.move(hours=2)

    run_due_rules(office, rules.current())

    assert len(fired(office)) == 1


def test_what_came_before_the_rule_does_not_fire(office, clock, tmp_path: Path) -> None:
    with office.work("test", actor="test") as work:
        a_lead(work)
    react(office)
    rules = a_book(tmp_path / "rules", CALLED)
    react(office, rules)
    clock.move(days=30)

    assert run_due_rules(office, rules.current()) == 0


@on_both_databases
def test_many_tickers_at_once_and_a_long_downtime_fire_each_wait_once(office, clock, tmp_path: Path) -> None:
    rules = a_book(tmp_path / "rules", a_rule('at = "2 hours after lead.created"', 'for = "lead"'))
    with office.work("test", actor="test") as work:
        for number in range(12):
            a_lead(work, f"p{number}@acme{number}.example")
    react(office, rules)
    clock.move(days=200)

    start = threading.Barrier(3)
    errors: list[BaseException] = []

    def sweep() -> None:
        start.wait(10)
        try:
            run_due_rules(office, rules.current())
        except BaseException as error:  # noqa: BLE001 — shown by the test
            errors.append(error)

    threads = [threading.Thread(target=sweep) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert (len(fired(office)), waits(office)) == (12, 0)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (
            ('at = "4 hours before lead.created"', 'for = "lead"'),
            "test.toml:7:22: nobody knows 'lead.created' before",
        ),
        (('at = "4 hours after lead.creatd"', 'for = "lead"'), "did you mean 'lead.created'?"),
        (('at = "4 hours after lead.created unless answerd"', 'for = "lead"'), "did you mean 'is_answered'?"),
        (('at = "4 hours after lead.created"', 'for = "document"'), 'would never fire; write for = "lead"'),
        (
            ('at = "4 hours after lead.created"', 'on = "lead.created"', 'for = "lead"'),
            "'on' or 'at', not both",
        ),
        (
            ('at = "4 hours after lead.created"', 'again = "7 days"', 'for = "lead"'),
            "'again' goes with 'every' only",
        ),
        (
            ('at = "4 hours after lead.created"', "catch_up = true", 'for = "lead"'),
            "'catch_up' goes with 'every'",
        ),
        (
            ('at = "4 hours after name"', 'for = "lead"'),
            "'name' is a text; write a fact that is a day or a time",
        ),
        (
            ('at = "2 days after created_at unless lead.moved"', 'for = "lead"'),
            "can only cancel what waits after",
        ),
    ],
)
def test_what_is_wrong_in_a_moment_is_told_with_its_place(
    tmp_path: Path, keys: tuple[str, ...], said: str
) -> None:
    (tmp_path / "test.toml").write_text('version = "1"\n' + a_rule(*keys))

    faults = [str(fault) for fault in read_rules(tmp_path).faults]

    assert any(said in fault for fault in faults), faults
