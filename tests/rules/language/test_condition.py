"""A condition says what it means, for one record and as SQL, and its mistakes are told with their places."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.dialects import postgresql

from inboxcrm.rules.fault import Place
from inboxcrm.rules.language.condition import compile_condition
from tests.rules.opportunity_facts import FACTS, NOW, PLACE, compiled, faults_of

QUIET = "is_open and not is_on_hold and last_activity_at < now - days(7)"
ROW = {
    "is_open": True,
    "is_on_hold": False,
    "stage": "Quote",
    "next_action": "Call Änne about the offer",
    "seats": 20,
    "score": None,
    "amount": Decimal("1999.95"),
    "discount": None,
    "created_at": NOW - timedelta(days=30),
    "last_activity_at": NOW - timedelta(days=8),
    "stage_limit": timedelta(days=21),
    "contact.email": "anne@kunde.example",
}


def test_an_opportunity_quiet_for_a_week_is_found_and_one_of_yesterday_is_not() -> None:
    condition = compiled(QUIET)

    assert condition.holds(ROW, NOW)
    assert not condition.holds(ROW | {"last_activity_at": NOW - timedelta(days=1)}, NOW)
    assert condition.facts == {"is_open", "is_on_hold", "last_activity_at"}


def test_a_sweep_reckons_the_time_in_python_so_that_the_database_can_use_its_index() -> None:
    sql = (
        compiled(QUIET)
        .where(NOW)
        .compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    )

    assert str(sql).endswith("AND opportunity.last_activity_at < 1794821400000000")


@pytest.mark.parametrize(
    "source",
    [
        "amount > 1999.94 and amount < 2000",
        "1000 < amount <= 1999.95",
        "amount * 0.25 > 499.98 and -amount < 0",
        "amount - 1999.95 == 0",
        "seats * 2 + 2 == 42",
        "now - created_at > stage_limit",
        "created_at + stage_limit < now and stage_limit + created_at < now",
        "stage in ('Quote', 'Negotiation') and stage not in ['Closure']",
        "contains(lower(next_action), 'änne')",
        "contains(next_action, 'offer') and not contains(next_action, 'Offer')",
        "score is None and discount is None and next_action is not None",
        "contact.email == 'anne@kunde.example'",
        "opportunity.amount > 0 and is_open == True",
        "(is_open\n  and seats > 3)",
        "now > created_at - days(1) and -days(1) < hours(0)",
        "True",
    ],
)
def test_a_condition_reads_as_it_is_written(source: str) -> None:
    assert compiled(source).holds(ROW, NOW) is True


@pytest.mark.parametrize(
    "source", ["score > 1", "not score > 1", "score != 1", "score not in (1, 2)", "discount < amount"]
)
def test_a_comparison_with_an_empty_fact_never_holds_nor_does_its_contrary(source: str) -> None:
    assert compiled(source).holds(ROW, NOW) is False


def test_a_forged_date_at_the_end_of_the_calendar_does_not_stop_a_sweep() -> None:
    row = ROW | {"last_activity_at": NOW.replace(year=9999, month=12, day=31)}

    assert compiled("last_activity_at + days(7) > now").holds(row, NOW)


@pytest.mark.parametrize(
    ("source", "judged", "obstacle"),
    [
        ("contact.email is None", "contact.email is None", "'contact.email' cannot be asked"),
        ("lower(next_action) == 'a'", "lower(next_action) == 'a'", "'lower' cannot be asked"),
        ("matches(owner, '^a') or is_open", "matches(owner, '^a') or is_open", "'matches' cannot be asked"),
        ("created_at + business_hours(4) < now", "created_at + business_hours(4) < now", "after now it can"),
        ("date(created_at) == start_on", "date(created_at) == start_on", "beside a day that is no fact"),
        ("seats * score * seats > 3", "seats * score * seats > 3", "more than a database can reckon with"),
    ],
)
def test_what_the_database_cannot_be_asked_is_judged_on_what_it_finds(
    source: str, judged: str, obstacle: str
) -> None:
    """RN: a condition that cannot be pushed down whole is parted, never approximated, and says so."""
    condition = compiled(f"is_open and {source}" if " or " not in source else f"is_open and ({source})")

    assert condition.pushed == ("is_open",)
    assert condition.judged == (judged,)
    assert obstacle in condition.obstacle
    assert str(condition.where(NOW)) == "opportunity.is_open"


def test_a_condition_that_the_database_knows_nothing_of_is_judged_for_every_record() -> None:
    condition = compiled("lower(next_action) == 'a'")

    assert (condition.pushed, str(condition.where(NOW))) == ((), "true")
    assert condition.rest is not None
    assert condition.rest({"next_action": "A"}, NOW)


def test_the_contrary_of_an_or_is_parted_too() -> None:
    condition = compiled("not (is_on_hold or upper(stage) == 'QUOTE')")

    assert condition.pushed == ("not (is_on_hold)",)
    assert condition.judged == ("not (upper(stage) == 'QUOTE')",)


def test_all_mistakes_of_a_condition_are_told_at_once_each_with_the_nearest_right_word() -> None:
    assert faults_of("is_opn and last_activity_at < 7 and dys(3) > days(1) and stage == 'Qoute'") == [
        "sales.toml:9:12: 'opportunity' has no fact 'is_opn'; did you mean 'is_open'?",
        "sales.toml:9:42: a time cannot be compared with a number; compare it with now or now - days(7)",
        "sales.toml:9:48: there is no function 'dys'; did you mean 'days'?",
        "sales.toml:9:78: 'stage' is never 'Qoute'; did you mean 'Quote'?",
    ]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("amount > 'x'", "9:21: an amount of money cannot be compared with a text"),
        ("seats > stage", "9:20: a whole number cannot be compared with a text"),
        ("amount > seats", "9:21: an amount of money cannot be compared with a whole number"),
        ("stage < 'Quote'", "9:20: a text is not more or less than another"),
        ("stage_limit > 7", "9:26: a duration cannot be compared with a number; write days(7)"),
        ("created_at - 7 < now", "9:12: a time less a number makes no sense; write days(7) for a duration"),
        ("amount * amount > 1", "9:12: an amount of money times an amount of money makes no sense"),
        ("amount", "9:12: an amount of money is no condition; compare it with something"),
        ("is_open and seats", "9:24: a whole number is no condition"),
        ("not now", "9:16: a time is no condition"),
        ("is_open == (seats > 2)", "9:24: a comparison cannot be compared again"),
        ("score == None", "9:21: nothing is equal to None; write 'is None' or 'is not None'"),
        ("stage is None", "9:12: 'stage' always has a value, it is never None"),
        ("score is 3", "9:21: 'is' goes with None only"),
        ("seats in ()", "9:21: the list is empty"),
        ("seats in (1, score)", "9:25: 'in' wants written-out values"),
        ("seats in (1, 'a')", "9:25: a whole number cannot be compared with a text"),
        ("seats in score", "9:21: 'in' wants a list of written-out values"),
        ("days(0.5) < stage_limit", "9:17: 'days' takes a whole number"),
        ("days(99999) < stage_limit", "9:17: the duration is longer than a hundred years"),
        ("contains(stage)", "9:21: 'contains' takes 2 values, not 1"),
        ("contains(stage, part='x')", "9:12: 'contains' takes plain values only"),
        ("lower == stage", "9:12: 'lower' is a function; write lower(...)"),
        ("is_open == true", "9:23: there is no fact 'true'; did you mean 'True'?"),
        ("amount > 10e5", "9:21: a number is written with digits and a point only"),
        ("amount > 0.00000000001", "9:21: the number has too many decimals"),
        ("seats > 99999999999999999999", "9:20: the number is too big"),
        ("seats / 2 > 1", "9:12: only + - * can be reckoned with"),
        ("next_action == '\\x00'", "9:27: a text of a condition holds no control characters"),
        ("1 > 2", "9:12: the condition can never hold"),
        ("amount = 3", "9:19: this is no condition: invalid syntax; write '==' to compare"),
        ("is_open && is_on_hold", "9:21: this is no condition: invalid syntax; write 'and'"),
        ("", "9:12: the condition is empty"),
        ("is_open # and not is_on_hold", "9:20: a condition holds no comment"),
        ("'ä' == next_action and ö", "9:35: 'opportunity' has no fact 'ö'"),
    ],
)
def test_a_mistake_is_told_with_its_place(source: str, said: str) -> None:
    assert [said in fault for fault in faults_of(source)] == [True], faults_of(source)


@pytest.mark.parametrize(
    "source",
    [
        "__import__('os').system('true')",
        "stage.__class__",
        "[each for each in stage]",
        "(lambda: is_open)()",
        "is_open if is_open else is_on_hold",
        "stage[0] == 'Q'",
        "f'{stage}' == 'Quote'",
        "(x := is_open)",
        "9 ** 9 ** 9 > seats",
        "is_open; is_open",
        "contains(*stage)",
        "b'x' == stage",
        "... == stage",
        "not " * 400 + "is_open",
        "(" * 500,
        "-" * 1900 + "1 > 0",
        "seats > 0 and " * 200 + "is_open",
    ],
)
def test_whatever_else_python_knows_is_refused(source: str) -> None:
    assert faults_of(source)


def test_a_mistake_in_a_condition_over_several_lines_is_told_at_its_own_line() -> None:
    outcome = compile_condition("is_open\n  and is_hold", FACTS, PLACE)

    assert isinstance(outcome, list)
    assert outcome[0].place == Place("sales.toml", 10, 7)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("stage like 'Q%'", "write contains(name, 'part') or starts_with(name, 'part')"),
        ("amount between 1 and 2", "write such as 10 <= amount <= 20"),
        ("upper(stage, stage) == 'A'", "'upper' takes 1 value, not 2"),
        (
            "contains(intents, 'question')",
            "'contains' takes a text, not a set of texts; write 'word' in intents",
        ),
        (
            "months(1) < days(3)",
            "a number of months cannot be compared; add it to a day, as in today + months(2)",
        ),
        ("created_at > today", "a time cannot be compared with a day; write date(...) for the day of a time"),
        ("'questoin' in intents", "'intents' never holds 'questoin'; did you mean 'question'?"),
        ("TODAY > close_on", "did you mean 'today'?"),
    ],
)
def test_words_of_other_languages_and_types_are_told_what_to_write(source: str, said: str) -> None:
    assert [said in fault for fault in faults_of(source)] == [True], faults_of(source)
