"""For one record in Python, and for all by SQL on either database, a condition always gives the same answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Engine, create_engine, insert, select
from sqlalchemy.pool import StaticPool

from inboxcrm.rules.language.condition import Condition, compile_condition
from inboxcrm.rules.language.functions import FUNCTIONS
from tests.rules.language.agreement_words import CALENDARS, conditions, some_rows, stored
from tests.rules.opportunity_facts import FACTS, NOW, OPPORTUNITIES, PLACE, compiled
from tests.servers.postgres import PostgresTestServer

ROWS = some_rows(150)
SEEN: dict[str, int] = {}


@pytest.fixture(scope="module")
def engines(postgres_server: PostgresTestServer) -> Iterator[list[Engine]]:
    """Both databases with the same records."""
    postgres_server.create_database("agreement")
    found = [
        create_engine("sqlite://", poolclass=StaticPool),
        create_engine(postgres_server.url_for("agreement")),
    ]
    for engine in found:
        OPPORTUNITIES.create(engine)
        with engine.begin() as connection:
            connection.execute(
                insert(OPPORTUNITIES), [stored(number, row) for number, row in enumerate(ROWS)]
            )
    yield found
    for engine in found:
        engine.dispose()


def held(condition: Condition) -> list[int]:
    """Ask the generated function about each record."""
    return [number for number, row in enumerate(ROWS) if condition.holds(row, NOW, CALENDARS)]


def found(engine: Engine, condition: Condition) -> list[int]:
    """Ask the database, and judge the rest on what it finds."""
    query = select(OPPORTUNITIES.c.id).where(condition.where(NOW, CALENDARS)).order_by(OPPORTUNITIES.c.id)
    with engine.connect() as connection:
        ids = list(connection.scalars(query))
    rest = condition.rest
    return ids if rest is None else [each for each in ids if rest(ROWS[each], NOW, CALENDARS)]


ASKED = settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@ASKED
@given(conditions())
def test_both_databases_find_a_record_exactly_when_its_condition_holds(
    engines: list[Engine], source: str
) -> None:
    condition = compile_condition(source, FACTS, PLACE)
    if isinstance(condition, list):
        assert all("never" in str(fault) or "compare" in str(fault) for fault in condition), (
            source, [str(fault) for fault in condition],
        )  # fmt: skip
        return

    expected = held(condition)

    assert [found(engine, condition) for engine in engines] == [expected, expected]


@settings(parent=ASKED, max_examples=100)
@given(conditions())
def test_what_is_null_is_neither_true_nor_false(engines: list[Engine], source: str) -> None:
    either = compile_condition(f"({source}) or (not ({source})) or now < now - days(1)", FACTS, PLACE)
    if isinstance(either, list):
        return

    expected = held(either)

    assert [found(engine, either) for engine in engines] == [expected, expected]


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_is_among_what_the_random_conditions_say(name: str) -> None:
    text = open(__file__.replace("test_agreement", "agreement_words"), encoding="utf-8").read()  # noqa: PTH123, SIM115

    assert re.search(rf"\b{name}\(|\"{name}\"", text)


@pytest.mark.parametrize(
    "source",
    [
        "close_on + months(1) > date('9999-12-31') or close_on - months(30) <= date('0001-01-01')",
        "end_of_month(close_on) == close_on",
        "start_on - close_on > days(3)",
        "created_at < now - business_hours(9)",
        "now + business_days(-3) > created_at",
        "today + business_days(3) > start_on",
        "not amount > money(1, 'EUR')",
        "not (min(discount, amount) > 1)",
        "round(amount) == 2 or round(amount) == -2",
        "ends_with(next_action, 'aa') or ends_with(next_action, '')",
        "date(created_at) != today",
        "date(created_at) <= today and date(created_at) >= today - days(1)",
        "'x\"a' in tags or ',' in tags",
    ],
)
def test_the_corners_of_the_functions_agree(engines: list[Engine], source: str) -> None:
    condition = compiled(source)

    assert condition.judged == ()
    expected = held(condition)
    assert 0 < len(expected) < len(ROWS)
    assert [found(engine, condition) for engine in engines] == [expected, expected]
