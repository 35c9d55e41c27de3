"""Digests: the rep's morning, evening and Friday, the manager's day, exceptions first (MG-1, MG-2)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from inboxcrm.base.money import Money
from inboxcrm.base.settings_team import Team
from inboxcrm.base.work import Office, Work
from inboxcrm.crm.forecast import say_amount, say_close_day
from inboxcrm.crm.opportunity import move_stage
from inboxcrm.crm.store import open_tasks_of_kind
from inboxcrm.crm.task import add_task
from inboxcrm.crm.winning import win_opportunity
from inboxcrm.outbox.records import Letter, LetterLine
from inboxcrm.reports.digests.ground import Ground
from inboxcrm.reports.digests.shape import LONGEST, Digest, in_quotes, number_lines
from inboxcrm.reports.digests.table import KINDS
from inboxcrm.rules.sweep import run_due_rules
from tests.build import START, HandClock, a_lead, an_opportunity, day, letters, on_both_databases
from tests.reports.busy import fill
from tests.rules.writing import a_rule, rules_of


def told(work: Work, kind: str, user: str) -> dict:
    return number_lines(KINDS[kind](Ground(work), work.settings.user_by_key(user))).facts


def titles(facts: dict) -> list[str]:
    return [section["title"] for section in facts["sections"]]


def texts(facts: dict, title: str) -> list[str]:
    return [row["text"] for one in facts["sections"] if one["title"].startswith(title) for row in one["rows"]]


@on_both_databases
def test_the_reps_morning_has_tasks_by_value_then_age_answers_owed_and_what_is_to_be_filed(
    work: Work,
) -> None:
    fill(work)

    facts = told(work, "morning", "anna")

    assert titles(facts) == ["To do today", "Answers owed", "Needs filing"]
    assert texts(facts, "To do today") == [f"Call about point {number}" for number in (3, 2, 1, 0)]
    owed = texts(facts, "Answers owed")
    assert [one.split(",")[0] for one in owed] == ["Answer “Bob”", "Answer “Bob”"]
    assert "to do, 3 overdue, 2 answers owed, 1 mail to file" in facts["summary"]


def test_nobody_else_is_in_a_reps_morning(work: Work) -> None:
    fill(work)

    facts = told(work, "morning", "carl")

    assert "point" not in str(facts)
    assert titles(facts) == []


def test_a_line_says_deal_and_worth_with_foreign_words_in_quotes(work: Work) -> None:
    """V13: names come out of strangers' mails; their own quotes cannot end ours."""
    fill(work)

    details = [row["detail"] for row in told(work, "morning", "anna")["sections"][0]["rows"]]

    assert details[1] == "“Acme 'Retail' migration” · EUR\u00a020,986.50 · Negotiation"
    assert details[2].startswith("“Dune Hotels <b>renewal</b>” · EUR\u00a012,345.00")
    assert in_quotes("a\nb\u202e”c" + "x" * 200, 20) == "“a b'cxxxxxxxxxxxxxx…”"


@on_both_databases
def test_the_evening_tells_what_happened_today_and_what_tomorrow_brings(work: Work) -> None:
    fill(work)

    facts = told(work, "evening", "anna")

    assert titles(facts) == ["What happened today", "Tomorrow, Tuesday 24 November"]
    assert all("a new deal" in one for one in texts(facts, "What happened"))
    assert len(texts(facts, "What happened")) == 4
    work.now += timedelta(days=1)
    assert titles(told(work, "evening", "anna"))[0] != "What happened today"


def test_before_a_weekend_the_evening_looks_at_monday(work: Work) -> None:
    fill(work)
    work.now += timedelta(days=4)  # Friday

    facts = number_lines(
        KINDS["evening"](Ground(work, ahead=timedelta(days=14)), work.settings.user_by_key("anna"))
    ).facts

    assert titles(facts) == ["Monday 30 November"]


@on_both_databases
def test_the_managers_day_begins_with_his_word_and_what_was_missed_then_tasks_by_person_and_rule(
    work: Work,
) -> None:
    """MG-2: rule, version and why of each; breached by LD-6 and EM-6."""
    fill(work)
    work.now += timedelta(minutes=1)

    facts = told(work, "daily", "maria")

    assert titles(facts)[:4] == [
        "Waiting for your word", "Breached: nobody has answered in time", "Stagnant", "Needs filing",
    ]  # fmt: skip
    assert titles(facts)[4:] == ["Anna"]
    assert texts(facts, "Breached") == [
        "Carl: first answer to “Eve”",
        "Anna: answer “Bob”",
        "Anna: answer “Bob”",
    ]
    rows = next(one for one in facts["sections"] if one["title"] == "Anna")["rows"]
    assert [row["rule"] for row in rows] == sorted([row["rule"] for row in rows], reverse=True)
    assert {row["why"] for row in rows} == {"An open deal is never left alone."}
    assert facts["summary"].endswith("3 breached")


def test_exceptions_come_first_and_where_all_is_well_there_is_none(work: Work) -> None:
    user = work.settings.user_by_key("maria")
    assert not KINDS["exceptions"](Ground(work), user).is_worth_it

    fill(work)
    work.now += timedelta(minutes=1)
    work.emit("rule.refused", ("lead", 1), is_quiet=True, rule="renewal", reason="nobody\x1b is 'finance'")
    work.session.flush()
    facts = number_lines(
        KINDS["exceptions"](Ground(work, findings=["sales.toml:7:12: 'workdy' is no schedule"]), user)
    ).facts

    assert titles(facts) == [
        "Breached: nobody has answered in time", "Stagnant", "Needs filing", "Rules that were refused",
        "Rule files that were refused; the rules before them hold",
    ]  # fmt: skip
    assert texts(facts, "Rules that")[0].startswith("rule renewal was refused: nobody")
    assert [row["number"] for row in facts["sections"][-1]["rows"]] == [0]  # nothing to answer by number


def test_a_team_leads_day_has_no_word_of_another_team(work: Work) -> None:
    """MG-6."""
    carl, anna = work.settings.user_by_key("carl"), work.settings.user_by_key("anna")
    lead = carl.model_copy(
        update={"key": "tess", "name": "Tess", "role": "team_lead", "address": "tess@kestrel.example"}
    )
    teams = (
        Team(key="home", name="Home", lead="tess", members=("carl",)),
        Team(key="away", name="Away", lead="maria", members=(anna.key,)),
    )
    work.settings = work.settings.model_copy(update={"team": teams, "user": (*work.settings.user, lead)})
    fill(work)
    work.now += timedelta(minutes=1)

    for kind in ("daily", "exceptions", "forecast", "evening", "morning"):
        facts = told(work, kind, "tess")
        assert not any(word in str(facts) for word in ("Anna", "point", "Dune", "Zilt")), (kind, facts)
    assert texts(told(work, "daily", "tess"), "Breached") == ["Carl: first answer to “Eve”"]


def test_the_friday_mail_has_the_four_sums_a_chart_and_the_deals_behind_them(work: Work) -> None:
    """MG-3: all that the chart shows stands as text, too."""
    fill(work)
    work.now += timedelta(days=4)

    facts = told(work, "forecast", "anna")

    assert [table["title"] for table in facts["tables"]] == ["November 2026", "Q4 2026"]
    assert facts["tables"][0]["total"] == {
        "name": "Anna", "cells": ["–", "EUR 12,345.00", "EUR 9,258.75", "EUR 16,048.50"],
    }  # fmt: skip
    for bar in facts["chart"]["bars"]:
        assert bar["amount"] in facts["chart"]["alt"]
        assert bar["amount"] in str(facts["tables"]) or bar["amount"] == "EUR 0.00"
    assert texts(facts, "Deals that should close")[0] == "“Brouwer Bouw, 20 licences”"
    assert any(words.endswith("commit") for words, _ in facts["examples"])


def test_more_than_a_digest_holds_is_counted(work: Work) -> None:
    for number in range(LONGEST + 5):
        add_task(
            work, a_lead(work, f"b{number}@a{number}.example").box, "errand", "x", owner="anna", due_at=START
        )

    facts = told(work, "morning", "anna")

    [section] = facts["sections"]
    assert len(section["rows"]) + section["more"] == LONGEST + 5


def test_where_sums_are_of_several_currencies_the_chart_says_which_it_shows(work: Work) -> None:
    fill(work)
    deal = an_opportunity(work, "kim@abroad.example", "Licences for abroad")
    say_amount(work, deal, Money(500_000, "USD"))
    say_close_day(work, deal, day("2026-11-27"))
    work.session.flush()

    facts = told(work, "forecast", "anna")

    assert facts["chart"]["title"] == "November 2026, EUR alone"
    assert facts["chart"]["alt"].startswith("Bar chart of November 2026, EUR alone: closed EUR 0.00")
    assert "+ USD" in str(facts["tables"][0]["total"])


def test_of_a_won_deal_the_evening_tells_no_stages_and_of_others_only_the_last(work: Work) -> None:
    fill(work)
    deals = [an_opportunity(work, f"x{number}@y{number}.example", f"Y {number}") for number in range(2)]
    for deal in deals:
        move_stage(work, deal, "Quote")
        move_stage(work, deal, "Negotiation")
    win_opportunity(work, deals[0])
    work.session.flush()

    [won] = [one for one in texts(told(work, "evening", "anna"), "What happened") if "won" in one]
    moved = [one for one in texts(told(work, "evening", "anna"), "What happened") if "Negotiation" in one]

    assert won == "“X0”: won, a new lead, a new deal"
    assert "“X1”: a new lead, a new deal, now on Negotiation" in moved
    assert all("Quote" not in one for one in moved)


def test_what_the_text_names_already_is_not_named_again(work: Work) -> None:
    deal = an_opportunity(work, "bob@firm.example", "Twenty licences")
    say_amount(work, deal, Money(500_000, "EUR"))
    add_task(work, deal.box, "errand", "Answer Bob: Twenty licences", owner="anna", due_at=START)
    add_task(work, deal.box, "errand", "Call Bob", owner="anna", due_at=START)

    rows = told(work, "morning", "anna")["sections"][0]["rows"]

    assert [row["detail"].partition("EUR")[0] for row in rows if "Bob" in row["text"]] == [
        "",
        "“Twenty licences” · ",
    ]


def test_a_hundred_letters_that_failed_are_counted_not_listed() -> None:
    facts = number_lines(
        Digest("Monday", "x", alerts=[f"letter {number} failed" for number in range(100)])
    ).facts

    assert len(facts["alerts"]) == 13
    assert facts["alerts"][-1] == "and 88 more like these"


DIGESTS = [
    ("morning", "reps"),
    ("evening", "reps"),
    ("forecast", "reps"),
    ("daily", "managers"),
    ("exceptions", "managers"),
]


@pytest.mark.parametrize(("kind", "to"), DIGESTS)
def test_a_rule_sends_each_kind_once_and_no_empty_one(
    kind: str, to: str, office: Office, clock: HandClock, tmp_path: Path
) -> None:
    do = f'{{ action = "digest", to = "{to}", kind = "{kind}" }}'
    rules = rules_of(tmp_path / "rules", a_rule('every = "daily 18:00"', 'for = "company"', do=do))
    run_due_rules(office, rules)
    clock.move(days=1)
    run_due_rules(office, rules)
    assert letters(office, "digest") == []

    with office.work("test", actor="test") as work:
        fill(work)
    clock.move(hours=10)
    run_due_rules(office, rules)
    run_due_rules(office, rules)

    found = letters(office, "digest")
    reps = ["anna", "carl"] if kind == "evening" else ["anna"]  # a lead came to Carl
    assert [one.user for one in found] == (reps if to == "reps" else ["maria"])


@on_both_databases
def test_ten_digests_ask_no_more_than_one_but_for_writing_their_letters(
    office: Office, clock: HandClock
) -> None:
    """A fixed number of questions for all, none for a line."""

    def asked_for(count: int, lines: int) -> int:
        asked: list[str] = []
        with office.work("test", actor="test") as work:
            fill(work)
            box = a_lead(work, "many@firm.example").box
            for number in range(lines):
                add_task(work, box, "errand", f"x{number}", owner="anna", due_at=work.now)
            work.session.flush()
            maria = work.settings.user_by_key("maria")
            event.listen(office.engine, "before_cursor_execute", _noting(asked))
            ground = Ground(work, since=work.now)
            for _ in range(count):
                for kind in KINDS:
                    number_lines(KINDS[kind](ground, maria))
            return len(asked)

    assert asked_for(1, 1) == asked_for(10, 40) <= 25


def _noting(asked: list[str]):
    def note(_connection, _cursor, statement: str, *_: object) -> None:
        asked.append(statement)

    return note


def test_what_a_number_is_about_is_kept_as_sent(office: Office, clock: HandClock, tmp_path: Path) -> None:
    rules = rules_of(
        tmp_path / "rules",
        a_rule(
            'every = "daily 18:00"',
            'for = "company"',
            do='{ action = "digest", to = "anna", kind = "morning" }',
        ),
    )
    with office.work("test", actor="test") as work:
        fill(work)
    run_due_rules(office, rules)
    clock.move(hours=10)
    run_due_rules(office, rules)

    [letter] = letters(office, "digest")
    with office.reading() as session:
        lines = session.query(LetterLine).filter_by(letter_id=letter.id).order_by(LetterLine.number).all()
        filing = open_tasks_of_kind(session, "filing")
        assert [line.number for line in lines] == list(range(1, len(lines) + 1))
        assert (lines[-1].subject_kind, lines[-1].subject_id) == ("task", filing[0].id)
        assert session.get_one(Letter, letter.id).facts["told"]["1"]["owner"] == "anna"
