"""Replay: what rules would have done on the real history, beside what they did (V7); nothing is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from inboxcrm.base.database import DatabaseTrouble
from inboxcrm.base.money import Money
from inboxcrm.base.store import set_switch
from inboxcrm.base.work import Office, Work
from inboxcrm.crm.forecast import say_amount, say_close_day
from inboxcrm.crm.hand_over import hand_over_box
from inboxcrm.crm.lead import answer_lead, assign_lead, describe_lead, recycle_lead
from inboxcrm.crm.opportunity import move_stage
from inboxcrm.crm.qualifying.bant import say_bant
from inboxcrm.crm.qualifying.score import say_company
from inboxcrm.crm.records import Lead
from inboxcrm.crm.store import opportunity_by_id
from inboxcrm.crm.tag import tag_box, untag_box
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.facts import FACT_TABLES, SOURCES, find_records
from inboxcrm.rules.rule import Rule
from inboxcrm.rules.sweep import run_due_rules
from inboxcrm.rules.trial.compare import Line
from inboxcrm.rules.trial.life import Boundary
from inboxcrm.rules.trial.lives import Lives
from inboxcrm.rules.trial.pasts import PASTS
from inboxcrm.rules.trial.read_only import looking_only
from inboxcrm.rules.trial.replay import replay_rules
from tests.build import START, HandClock, Mail, a_lead, an_opportunity, deliver, on_both_databases, react
from tests.rules.writing import TASK, a_book, a_rule

DEAL = ('every = "workday 07:00"', 'for = "opportunity"')
BIG = a_rule(*DEAL, "when = \"is_open and amount >= 1000 and owner == 'anna'\"", name="big-of-anna")
QUOTED = a_rule(*DEAL, "when = \"stage == 'Quote' and stage_since_at < now - days(2)\"", name="long-quoted")
QUIET = a_rule(*DEAL, 'when = "is_open and last_activity_at < now - days(7)"', name="quiet")
MOVED = a_rule('on = "stage.changed"', 'for = "opportunity"', 'when = "amount >= 500"', name="moved")
WROTE = a_rule('on = "message.received"', 'for = "message"', "when = \"owner == 'carl'\"", name="wrote")
DAILY = a_rule(
    'every = "workday 07:15"', 'for = "company"', do='{ action = "digest", to = "managers" }', name="digest"
)
RULES = (BIG, QUOTED, QUIET, MOVED, WROTE, DAILY)
# On which day what happens to the deal: an amount, a stage, an owner, or a mail of the customer.
STORY = {
    1: ("amount", "800"),
    3: ("stage", "Quote"),
    4: ("mail", "We think about it."),
    8: ("owner", "carl"),
    9: ("amount", "2500"),
    10: ("mail", "Could you send us the terms?"),
    14: ("owner", "anna"),
    17: ("stage", "Negotiation"),
    24: ("amount", "300"),
    33: ("mail", "Here we are again."),
    36: ("stage", "Quote"),
    40: ("owner", "maria"),
    47: ("amount", "990"),
}
DAYS = 60


def do(office: Office, deal: int, what: str, value: str) -> None:
    if what == "mail":
        deliver(office, Mail(value, subject="Re: Acme 20 standard"))
        return
    with office.work("test", actor="user:anna") as work:
        opportunity = opportunity_by_id(work.session, deal)
        if what == "amount":
            say_amount(work, opportunity, Money.of(Decimal(value), "EUR"))
        elif what == "stage":
            move_stage(work, opportunity, value)
        else:
            user = work.settings.user_by_key(value)
            assert user is not None
            hand_over_box(work, opportunity.box, user)


def live(office: Office, clock: HandClock, book: RuleBook, days: int = DAYS) -> int:
    """Let a deal live through its story, with the rules in force; each hour of the morning is looked at."""
    with office.work("test", actor="user:anna") as work:
        opportunity = an_opportunity(work)
        work.session.flush()
        deal = opportunity.id
    react(office, book)
    run_due_rules(office, book.current())
    for number in range(1, days):
        clock.move(hours=21)  # 07:30 in Amsterdam
        run_due_rules(office, book.current())
        clock.move(hours=3)
        if number in STORY:
            do(office, deal, *STORY[number])
        clock.move(seconds=2)
        react(office, book)
        clock.move(seconds=-2)
    clock.move(hours=1)
    return deal


def said(lines: Sequence[Line], rule: str) -> list[tuple[str, str]]:
    return [(line.sign, f"{line.at:%Y-%m-%d}") for line in lines if line.rule == rule]


def replayed(
    office: Office,
    rules: Sequence[Rule],
    in_force: Sequence[Rule] | None = None,
    since: datetime = START + timedelta(minutes=1),
    until: datetime | None = None,
) -> list[Line]:
    with replay_rules(office, rules, in_force or rules, since, until or office.clock.now()) as replay:
        return list(replay)


def firings(office: Office) -> int:
    with office.reading() as session:
        return int(session.execute(text("select count(*) from firing")).scalar_one())


def dump(office: Office) -> dict[str, list[tuple[object, ...]]]:
    names = inspect(office.engine).get_table_names()
    with office.reading() as session:
        return {
            name: sorted(map(tuple, session.execute(text(f"select * from {name}"))), key=repr)
            for name in names
        }


@on_both_databases
def test_the_rules_in_force_give_exactly_the_firings_that_happened(office, clock, tmp_path: Path) -> None:
    """V7, over two months in which amount, stage and owner of a deal changed three times and more; and on each day."""
    book = a_book(tmp_path / "rules", *RULES)
    live(office, clock, book)
    assert firings(office) > 45  # some 40 digests, and what the deal gave rise to
    before = dump(office)

    lines = replayed(office, book.current())

    assert [line for line in lines if line.sign != "="] == []
    assert len(lines) == firings(office)
    assert {line.rule for line in lines} == {
        "big-of-anna",
        "long-quoted",
        "quiet",
        "moved",
        "wrote",
        "digest",
    }
    for number in range(DAYS):
        day = START + timedelta(days=number, minutes=1)
        for line in replayed(office, book.current(), since=day, until=day + timedelta(days=1)):
            assert line.sign == "=", line
    assert dump(office) == before


def test_all_facts_are_told_as_the_live_run_saw_them(office, clock, tmp_path: Path) -> None:
    book = a_book(tmp_path / "rules", *RULES)
    seen: dict[datetime, dict[str, object]] = {}
    with office.work("test", actor="user:anna") as work:
        opportunity = an_opportunity(work)
        work.session.flush()
        deal = opportunity.id
    react(office, book)
    for number in range(DAYS):
        if number in STORY:
            do(office, deal, *STORY[number])
            react(office, book)
        with office.reading() as session:
            seen[clock.now()] = find_records(session, "opportunity", SOURCES["opportunity"].id == deal)[deal]
        clock.move(days=1)
    with office.reading() as session:
        names = list(FACT_TABLES["opportunity"].facts)
        life = Lives(session, "opportunity", names).load([deal])[deal]
        for at, facts in seen.items():
            then, unknown = life.facts_at(names, Boundary(at))
            assert unknown <= {"estimate", "answer_due_at", "tags"}
            assert {name: then[name] for name in then if name not in unknown} == {
                name: facts[name] for name in then if name not in unknown
            }, at


def test_a_draft_is_shown_as_its_difference(office, clock, tmp_path: Path) -> None:
    """By hand: 2500 is said on Wednesday 2 December, 300 on the 17th; in force it waits until Anna has the deal."""
    in_force = a_book(tmp_path / "rules", *RULES).current()
    live(office, clock, RuleBook(tmp_path / "rules").open())
    big = a_rule(*DEAL, 'when = "is_open and amount >= 2000"', name="big-of-anna", version=2)
    small = a_rule(*DEAL, 'when = "amount < 1000"', name="small")
    draft = a_book(tmp_path / "draft", big, small, QUOTED, DAILY).current()

    lines = replayed(office, draft, in_force)

    assert said(lines, "big-of-anna") == [("+", "2026-12-03"), ("-", "2026-12-08")]
    assert said(lines, "small") == [("+", "2026-11-25"), ("+", "2026-12-18")]
    assert {sign for sign, _ in said(lines, "long-quoted") + said(lines, "digest")} == {"="}
    assert {sign for sign, _ in said(lines, "moved") + said(lines, "quiet") + said(lines, "wrote")} == {"-"}
    assert next(line for line in lines if line.sign == "+").did == ("task to anna: 'look' (kind errand)",)
    assert {line.name for line in lines if line.rule == "quiet"} == {"Acme 20 standard"}


def test_other_steps_of_a_rule_are_a_difference(office, clock, tmp_path: Path) -> None:
    in_force = a_book(tmp_path / "rules", *RULES).current()
    live(office, clock, RuleBook(tmp_path / "rules").open(), days=20)
    do = '{ action = "notice", to = "owner", text = "big: {{ name }}, {{ amount }}" }'
    draft = a_book(tmp_path / "draft", BIG.replace(TASK, do)).current()

    lines = [line for line in replayed(office, draft, in_force) if line.rule == "big-of-anna"]

    assert [(line.sign, line.did, line.outcome) for line in lines] == [
        ("-", (), "gave anna the task 'look'"),
        ("+", ("notice to owner (anna): 'big: Acme 20 standard, 2500.00'",), ""),
    ]


def test_a_past_that_nobody_can_tell_is_said_and_not_guessed(office, clock, tmp_path: Path) -> None:
    """The estimate has no history; where the rest does not hold anyhow it does not matter."""
    in_force = a_book(tmp_path / "rules", *RULES).current()
    live(office, clock, RuleBook(tmp_path / "rules").open(), days=20)
    guess = a_rule(*DEAL, "when = \"estimate is None and owner == 'carl'\"", name="guess")
    never = a_rule(*DEAL, "when = \"estimate is None and owner == 'fred'\"", name="never")

    lines = replayed(office, a_book(tmp_path / "draft", guess, never).current(), in_force)

    assert said(lines, "guess") == [("?", "2026-12-02")]  # Carl has had it since the day before
    assert next(line for line in lines if line.rule == "guess").unknown == ("estimate",)
    assert said(lines, "never") == []


def test_a_change_that_no_event_tells_is_not_guessed_over(office, clock, tmp_path: Path) -> None:
    in_force = a_book(tmp_path / "rules", *RULES).current()
    deal = live(office, clock, RuleBook(tmp_path / "rules").open(), days=20)
    with office.work("test", actor="test") as work:
        opportunity_by_id(work.session, deal).box.last_activity_at = START + timedelta(days=15)

    lines = replayed(office, in_force)

    assert {sign for sign, _ in said(lines, "quiet")} == {"?"}
    assert {line.unknown for line in lines if line.rule == "quiet"} == {("last_activity_at",)}


@on_both_databases
def test_the_database_itself_refuses_to_write(office) -> None:
    with pytest.raises(DatabaseTrouble), looking_only(office) as session:
        session.execute(text("insert into switch (name, value, at) values ('live', 'live', 0)"))
    with office.work("test", actor="test") as work:  # and the connection is as it was before
        set_switch(work.session, "test", "on", work.now)


def test_each_fact_says_how_its_past_is_known() -> None:
    missing = {
        f"{kind}.{name}"
        for kind, table in FACT_TABLES.items()
        for name in table.facts
        if name not in PASTS[kind]
    }
    assert missing == set(), "say in rules/trial/pasts.py which event tells of these facts, or that none does"


UNANSWERED = a_rule(
    'at = "3 days after message.received unless message.sent"', 'for = "message"', "when = \"kind == 'customer'\"",
    name="unanswered",
)  # fmt: skip
CLOSING = a_rule('at = "2 days before close_on"', 'for = "opportunity"', 'when = "is_open"', name="closing")


@on_both_databases
def test_rules_that_wait_for_a_moment_give_what_happened(office, clock, tmp_path: Path) -> None:
    """V7: three days after each mail, and two days before a day that was said, put off, and said too late."""
    later = a_rule('on = "message.received"', 'for = "message"', "when = \"owner == 'maria'\"", name="later")
    book = a_book(tmp_path / "rules", UNANSWERED, CLOSING, later)
    closing = {2: "2026-12-04", 5: "2026-12-21", 26: "2026-12-20", 30: "2027-01-20"}
    with office.work("test", actor="user:anna") as work:
        opportunity = an_opportunity(work)
        work.session.flush()
        deal = opportunity.id
    react(office, book)
    run_due_rules(office, book.current())
    for number in range(1, 59):
        if number in (4, 10, 33):
            do(office, deal, "mail", "We think about it.")
        if number == 6:  # while the first mail waits; what it was at once is not seen with what it became
            do(office, deal, "owner", "maria")
        if number in closing:
            with office.work("test", actor="user:anna") as work:
                say_close_day(
                    work, opportunity_by_id(work.session, deal), date.fromisoformat(closing[number])
                )
        clock.move(seconds=1)
        react(office, book)
        for _ in range(4):
            clock.move(hours=6)
            run_due_rules(office, book.current())
            react(office, book)
        clock.move(seconds=-1)

    lines = replayed(office, book.current())

    assert [line for line in lines if line.sign != "="] == []
    assert len(lines) == firings(office)
    assert sorted(line.rule for line in lines) == [
        *["closing"] * 2,
        *["later"] * 2,
        *["unanswered"] * 3,
    ]


def test_a_rule_about_leads_is_judged_as_the_lead_was_then(office, clock, tmp_path: Path) -> None:
    """The lead is assigned by the very rule that saw it New; later rules see it Assigned."""
    new = a_rule(
        'on = "lead.created"',
        'for = "lead"',
        "when = \"state == 'New' and owner is None\"",
        do='{ action = "assign" }',
        name="new",
    )
    assigned = a_rule(
        'on = "lead.assigned"',
        'for = "lead"',
        "when = \"state == 'Assigned' and owner == 'anna'\"",
        name="assigned",
    )
    waiting = a_rule(
        'every = "daily 12:00"',
        'for = "lead"',
        "when = \"state == 'Assigned' and created_at < now - days(2)\"",
        name="waiting",
    )
    book = a_book(tmp_path / "rules", new, assigned, waiting)
    run_due_rules(office, book.current())
    for number in range(6):
        clock.move(hours=6)
        deliver(
            office,
            Mail(
                "We need licences.", sender=f"bob{number}@acme{number}.example", subject=f"Request {number}"
            ),
        )
        react(office, book)
        clock.move(hours=18)
        run_due_rules(office, book.current())
    clock.move(hours=1)

    lines = replayed(office, book.current())

    assert [line for line in lines if line.sign != "="] == []
    assert len(lines) == firings(office)
    assert {rule: len(said(lines, rule)) for rule in ("new", "assigned", "waiting")} == {
        "new": 6,
        "assigned": 3,  # in turn with Carl
        "waiting": 4,
    }


def test_all_facts_of_a_lead_are_told_as_the_live_run_saw_them(office, clock) -> None:
    """State, owner, source, BANT, points and rest change; only the estimate has no history."""
    seen: dict[datetime, dict[str, object]] = {}
    with office.work("test", actor="user:anna") as work:
        number = a_lead(work).id
    steps: list[Callable[[Work, Lead], object]] = [
        lambda work, lead: assign_lead(work, lead, "anna"),
        lambda work, lead: describe_lead(work, lead, "source", "Trade Show"),
        lambda work, lead: say_bant(work, lead, {"budget": "unknown", "timeline": "urgent"}, "anna"),
        lambda work, lead: say_company(work, lead, employees=40, branch="logistics"),
        lambda work, lead: say_bant(work, lead, {"need": "yes"}, "anna"),
        lambda work, lead: tag_box(work, lead.box, "vip"),
        lambda work, lead: answer_lead(work, lead.box, "anna"),
        lambda work, lead: untag_box(work, lead.box, "vip"),
        lambda work, lead: recycle_lead(
            work, lead, by="anna", until=work.now + timedelta(days=9), reason="no budget"
        ),
        lambda work, lead: deliver(office, Mail("We have one now.", subject="Re: Licences for Acme")),
    ]
    for step in steps:
        clock.move(days=1)
        if step is steps[-1]:
            step(None, None)  # type: ignore[arg-type]
        else:
            with office.work("test", actor="user:anna") as work:
                step(work, work.session.get_one(Lead, number))
        react(office)
        with office.reading() as session:
            seen[clock.now()] = find_records(session, "lead", SOURCES["lead"].id == number)[number]
    assert {facts["state"] for facts in seen.values()} >= {"Assigned", "In Process", "Recycled"}
    with office.reading() as session:
        names = list(FACT_TABLES["lead"].facts)
        life = Lives(session, "lead", names).load([number])[number]
        for at, facts in seen.items():
            then, unknown = life.facts_at(names, Boundary(at))
            assert unknown <= {"estimate", "currency", "answer_due_at"}, at
            assert {name: then[name] for name in then if name not in unknown} == {
                name: facts[name] for name in then if name not in unknown
            }, at
