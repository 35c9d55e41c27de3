"""The two ways of asking a condition, for one record and for all by SQL, always give the same answer."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, delete, insert, select
from sqlalchemy.pool import StaticPool

from inboxcrm.rules.language.condition import Condition, compile_condition
from tests.rules.opportunity_facts import FACTS, NOW, OPPORTUNITIES, PLACE, compiled

ENGINE = create_engine("sqlite://", poolclass=StaticPool)
OPPORTUNITIES.create(ENGINE)

times = st.sampled_from([NOW + timedelta(days=n, microseconds=m) for n in (-8, -7, -1, 0, 2) for m in (0, 1)])
texts = st.sampled_from(["", "a", "A", "call Anna", "50 %", "a_b", "ä'\"\\"])
amounts = st.sampled_from([Decimal(each) for each in ("-3", "0", "0.5", "1.25", "2", "100", "99999.99")])
rows = st.fixed_dictionaries(
    {
        "is_open": st.booleans(),
        "is_on_hold": st.none() | st.booleans(),
        "stage": st.sampled_from(["Quote", "Negotiation", "Closure"]),
        "next_action": st.none() | texts,
        "seats": st.integers(-3, 5),
        "score": st.none() | st.integers(-3, 5),
        "amount": amounts,
        "discount": st.none() | amounts,
        "created_at": times,
        "last_activity_at": st.none() | times,
        "stage_limit": st.none() | st.sampled_from([timedelta(days=n) for n in (-1, 0, 1, 7)]),
    }
)

INTS = ["seats", "score", "opportunity.score", "2", "0", "-1", "3"]
MONEYS = ["amount", "discount", "0.5", "1.25", "100", "-3", "0.125"]
comparators = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])


def joined(left: st.SearchStrategy[str], signs: list[str], right: st.SearchStrategy[str]) -> Any:
    return st.tuples(left, st.sampled_from(signs), right).map(lambda parts: f"({' '.join(parts)})")


def grown(leaves: list[str]) -> st.SearchStrategy[str]:
    return st.recursive(st.sampled_from(leaves), lambda inner: joined(inner, ["+", "-"], inner), max_leaves=3)


ints = (
    grown(INTS) | joined(grown(INTS), ["*"], st.sampled_from(INTS)) | grown(INTS).map(lambda each: f"-{each}")
)
prices = grown(MONEYS).map(lambda each: f"(discount - {each})")
moneys = grown(MONEYS) | joined(prices, ["*"], st.sampled_from(["seats", "score", "2", "0.25"]))
durations = grown(
    ["days(1)", "days(7)", "hours(-24)", "weeks(1)", "minutes(0)", "stage_limit", "(now - created_at)"]
)
moments = st.sampled_from(["now", "created_at", "last_activity_at"])
shifted = joined(moments, ["+", "-"], durations) | joined(durations, ["+"], moments) | moments
strings = st.sampled_from(["next_action", "opportunity.next_action", "'a'", "'A'", "''", "'50 %'", "'_'"])


def compared(values: st.SearchStrategy[str], signs: st.SearchStrategy[str] = comparators) -> Any:
    return st.tuples(values, signs, values).map(lambda parts: f"({' '.join(parts)})")


def listed(item: list[str], choices: list[str]) -> Any:
    some = st.lists(st.sampled_from(choices), min_size=1, max_size=3).map(lambda each: f"[{', '.join(each)}]")
    return joined(st.sampled_from(item), ["in", "not in"], some)


chains = st.tuples(ints, comparators, ints, comparators, ints).map(lambda parts: f"({' '.join(parts)})")
equal = st.sampled_from(["==", "!="])
nullable = ["is_on_hold", "next_action", "score", "discount", "last_activity_at", "stage_limit"]
tests = st.one_of(
    st.sampled_from(
        ["is_open", "is_on_hold", "True", "False", "(stage == 'Quote')", "(is_open == is_on_hold)"]
    ),
    st.sampled_from(["(is_on_hold == True)", "(False != is_on_hold)", "(is_open in (True, False))"]),
    joined(st.sampled_from(nullable), ["is", "is not"], st.just("None")),
    compared(ints),
    compared(moneys),
    compared(durations),
    compared(shifted),
    compared(strings, equal),
    chains,
    st.tuples(strings, strings).map(lambda two: f"contains({two[0]}, {two[1]})"),
    listed(["seats", "score", "(score + 1)"], ["0", "1", "2.5", "-3"]),
    listed(["amount", "discount", "(amount - discount)"], ["0", "0.5", "1.25", "99999.99", "0.0625"]),
    listed(["next_action", "'a'"], ["'a'", "''", "'50 %'"]),
    listed(["stage_limit"], ["days(1)", "hours(0)"]),
)
conditions = st.recursive(
    tests,
    lambda inner: joined(inner, ["and", "or"], inner) | inner.map(lambda each: f"(not {each})"),
    max_leaves=6,
)


def stored(number: int, row: dict[str, Any]) -> dict[str, Any]:
    """Turn facts as Python has them into what the columns keep."""
    limit = row["stage_limit"]
    return row | {
        "id": number,
        "amount": int(row["amount"] * 100),
        "discount": None if row["discount"] is None else int(row["discount"] * 1000),
        "stage_limit": None if limit is None else limit // timedelta(microseconds=1),
    }


def found_by_sql(condition: Condition, some: list[dict[str, Any]]) -> list[int]:
    with ENGINE.begin() as connection:
        connection.execute(delete(OPPORTUNITIES))
        connection.execute(insert(OPPORTUNITIES), [stored(number, row) for number, row in enumerate(some)])
        ids = select(OPPORTUNITIES.c.id).where(condition.where(NOW)).order_by(OPPORTUNITIES.c.id)
        return list(connection.scalars(ids))


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(conditions, st.lists(rows, min_size=1, max_size=6))
def test_a_record_is_found_by_sql_exactly_when_its_condition_holds(
    source: str, some: list[dict[str, Any]]
) -> None:
    condition = compile_condition(source, FACTS, PLACE)
    if isinstance(condition, list):
        assert [fault.what for fault in condition] == ["the condition can never hold"]
        return

    expected = [number for number, row in enumerate(some) if condition.holds(row, NOW)]

    assert expected == found_by_sql(condition, some)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(tests, st.lists(rows, min_size=1, max_size=6))
def test_what_is_null_is_neither_true_nor_false(source: str, some: list[dict[str, Any]]) -> None:
    either = compiled(f"({source}) or (not {source}) or now < now - days(1)")

    expected = [number for number, row in enumerate(some) if either.holds(row, NOW)]

    assert expected == found_by_sql(either, some)
