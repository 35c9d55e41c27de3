"""Random conditions over every type and function of the language, and records with every corner that types have."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from inboxcrm.base.business_time import WorkingTime
from inboxcrm.base.workdays import Workdays
from inboxcrm.rules.language.working_time import Calendars
from tests.rules.opportunity_facts import NOW

Draw = Any
CALENDARS = Calendars(
    WorkingTime(Workdays("NL"), ZoneInfo("Europe/Amsterdam"), (time(9), time(17, 30))),
    {
        "bob": WorkingTime(Workdays("US"), ZoneInfo("America/New_York"), (time(8), time(16))),
        "eve": WorkingTime(Workdays("AE"), ZoneInfo("Asia/Dubai"), (time(10), time(19))),
    },
)
TIMES = [NOW + timedelta(days=n, microseconds=m) for n in (-400, -8, -7, -3, -1, 0, 2) for m in (-1, 0, 1)]
# Midnights of Amsterdam, and the hour that summer time begins with.
TIMES += [datetime.fromisoformat(each) for each in ("2026-11-22T23:00+00:00", "2026-03-29T01:00+00:00")]
TIMES += [
    datetime.fromisoformat(each) for each in ("2026-11-22T22:59:59.999999+00:00", "2026-11-23T23:00+00:00")
]
DAYS = ["2026-11-23", "2026-11-30", "2026-12-01", "2027-01-31", "2028-02-29", "2027-02-28", "0001-01-01"]
DAYS += ["9999-12-31", "9999-12-01", "2026-10-25", "1999-12-31"]
TEXTS = ["", "a", "A", "call Anna", "50 %", "a_b", "ä'\"\\", "aa", "Anna", "x,", "]"]
AMOUNTS = [
    Decimal(each) for each in ("-3", "-1.5", "-0.5", "0", "0.5", "1.25", "1.5", "2", "2.5", "100", "99999.99")
]
WORDS = ["question", "rejection", "thanks"]
TAGS = ["a", 'x"a', ",", "]", "ä", "vip"]


def some_rows(count: int) -> list[dict[str, Any]]:
    """Records, the same in each run."""
    chance = random.Random(20261123)

    def may(values: list[Any]) -> Any:
        return None if chance.random() < 0.25 else chance.choice(values)

    def set_of(words: list[str]) -> tuple[str, ...]:
        return tuple(sorted(chance.sample(words, chance.randrange(4))))

    return [
        {
            "is_open": chance.random() < 0.5,
            "is_on_hold": may([True, False]),
            "stage": chance.choice(["Quote", "Negotiation", "Closure"]),
            "next_action": may(TEXTS),
            "seats": chance.randrange(-3, 6),
            "score": may([*range(-3, 6)]),
            "amount": chance.choice(AMOUNTS),
            "discount": may(AMOUNTS),
            "created_at": chance.choice(TIMES),
            "last_activity_at": may(TIMES),
            "stage_limit": may([timedelta(days=n) for n in (-1, 0, 1, 7)]),
            "owner": may(["anna", "bob", "eve"]),
            "currency": may(["EUR", "USD"]),
            "close_on": may([date.fromisoformat(each) for each in DAYS]),
            "start_on": date.fromisoformat(chance.choice(DAYS)),
            "tags": None if chance.random() < 0.25 else set_of(TAGS),
            "intents": set_of(WORDS),
        }
        for _ in range(count)
    ]


def stored(number: int, row: dict[str, Any]) -> dict[str, Any]:
    """Turn facts as Python has them into what the columns keep."""
    limit = row["stage_limit"]
    return row | {
        "id": number,
        "amount": int(row["amount"] * 100),
        "discount": None if row["discount"] is None else int(row["discount"] * 1000),
        "stage_limit": None if limit is None else limit // timedelta(microseconds=1),
        "tags": None if row["tags"] is None else list(row["tags"]),
        "intents": list(row["intents"]),
    }


class Talker:
    """Says one random condition; `draw` picks one of several."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw

    def one(self, *choices: Any) -> Any:
        chosen = self._draw(st.sampled_from(choices))
        return chosen() if callable(chosen) else chosen

    def count(self, least: int, most: int) -> int:
        return self._draw(st.integers(least, most))

    def condition(self, depth: int = 0) -> str:
        if depth > 2 or self.count(0, 2) == 0:
            return self.test()
        form = self.one("({} and {})", "({} or {})", "not ({})")
        parts = [self.condition(depth + 1) for _ in range(form.count("{}"))]
        return form.format(*parts)

    def test(self) -> str:
        return self.one(
            self.numbers_compared, self.money_compared, self.times_compared, self.days_compared,
            self.texts_compared, self.durations_compared, self.sets, self.empties, self.plain, self.listed,
        )  # fmt: skip

    def sign(self) -> str:
        return self.one("==", "!=", "<", "<=", ">", ">=")

    def compared(self, value: Any) -> str:
        return f"{value()} {self.sign()} {value()}"

    def numbers_compared(self) -> str:
        if self.count(0, 3) == 0:
            return f"{self.number()} {self.sign()} {self.number()} {self.sign()} {self.number()}"
        return self.compared(self.number)

    def number(self, depth: int = 0) -> str:
        leaves = [
            "seats",
            "score",
            "opportunity.score",
            "2",
            "0",
            "-1",
            "3",
            "year(start_on)",
            "day(close_on)",
        ]
        if depth > 1 or self.count(0, 1):
            return self.one(
                *leaves, "month(today)", "month(close_on)", "coalesce(score, 2)", "coalesce(score, seats)"
            )
        forms = (
            "({} + {})",
            "({} - {})",
            "({} * {})",
            "-{}",
            "abs({})",
            "min({}, {})",
            "max({}, {}, 1)",
            "round({})",
        )
        form = self.one(*forms)
        return form.format(*[self.number(depth + 1) for _ in range(form.count("{}"))])

    def money_compared(self) -> str:
        return self.compared(self.money)

    def money(self, depth: int = 0) -> str:
        if depth > 1 or self.count(0, 1):
            leaves = ("amount", "discount", "amount", "coalesce(discount, 0.5)", "coalesce(discount, amount)")
            return self.one(*leaves, "0.5", "1.25", "-3", "0.125", "money(1.5, 'EUR')", "money(2, 'USD')")
        forms = ("({} + {})", "({} - {})", "({} * 0.25)", "({} * seats)", "-{}", "abs({})", "round({})")
        form = self.one(*forms, "min({}, {})", "max({}, 1.25)")
        return form.format(*[self.money(depth + 1) for _ in range(form.count("{}"))])

    def duration(self) -> str:
        some = (
            "days(1)",
            "days(7)",
            "hours(-24)",
            "weeks(1)",
            "minutes(0)",
            "stage_limit",
            "(now - created_at)",
        )
        more = (
            "(start_on - close_on)",
            "(today - start_on)",
            "abs(now - created_at)",
            "coalesce(stage_limit, days(1))",
        )
        return self.one(*some, *more, "business_hours_between(created_at, last_activity_at)")

    def durations_compared(self) -> str:
        return self.compared(self.duration)

    def moment(self) -> str:
        base = self.one("now", "created_at", "last_activity_at", "coalesce(last_activity_at, now)")
        if self.count(0, 1):
            return base
        if self.count(0, 2) == 0:
            return self.one("min({}, now)", "max({}, created_at)").format(base)
        span = self.one(self.duration, "business_hours(4)", "business_days(1)", "business_hours(30)")
        return f"{base} {self.one('+', '-')} {span}" if "(start" not in span else f"{base} + {span}"

    def times_compared(self) -> str:
        return self.compared(self.moment)

    def day(self, depth: int = 0) -> str:
        leaves = (
            "close_on",
            "start_on",
            "today",
            "date('2026-11-30')",
            "date('2027-01-31')",
            "coalesce(close_on, today)",
        )
        if depth > 1 or self.count(0, 1):
            return self.one(*leaves, "date(created_at)", "date(last_activity_at)")
        forms = (
            "{} + days(3)",
            "{} - days(400)",
            "{} + months(1)",
            "{} - months(13)",
            "{} + years(1)",
            "{} + weeks(1)",
        )
        more = ("start_of_month({})", "end_of_month({})", "min({}, {})", "{} + business_days(2)")
        form = self.one(*forms, *more, "{} - business_days(1)")
        return form.format(*[f"({self.day(depth + 1)})" for _ in range(form.count("{}"))])

    def days_compared(self) -> str:
        return self.compared(self.day)

    def text(self) -> str:
        some = (
            "next_action",
            "opportunity.next_action",
            "'a'",
            "'A'",
            "''",
            "'50 %'",
            "'_'",
            "owner",
            "'anna'",
        )
        return self.one(
            *some, "lower(next_action)", "upper(next_action)", "coalesce(next_action, 'a')", "stage"
        )

    def texts_compared(self) -> str:
        name = self.one("contains", "starts_with", "ends_with", "==", "!=", "matches")
        if name == "matches":
            pattern = self.one("'^a'", "'[A-Z]'", "'(a+)+$'", "''")
            return f"matches({self.text()}, {pattern})"
        if name in ("==", "!="):
            return f"{self.one('next_action', 'owner', 'currency')} {name} {self.text()}"
        return f"{name}({self.text()}, {self.text()})"

    def sets(self) -> str:
        word = self.one("'a'", "'x\"a'", "','", "']'", "'vip'", "'ä'")
        other = self.one("'question'", "'rejection'", "'thanks'")
        forms = ("{w} in tags", "{w} not in tags", "{o} in intents", "any_of(tags, {w}, 'vip')")
        return self.one(*forms, "all_of(tags, {w}, 'a')", "all_of(intents, {o}, 'thanks')").format(
            w=word, o=other
        )

    def empties(self) -> str:
        name = self.one(
            "is_on_hold",
            "next_action",
            "score",
            "discount",
            "last_activity_at",
            "stage_limit",
            "close_on",
            "tags",
        )
        if self.count(0, 1):
            return f"is_empty({self.one(name, 'stage', 'intents')})"
        return f"{name} {self.one('is', 'is not')} None"

    def plain(self) -> str:
        return self.one(
            "is_open", "is_on_hold", "True", "is_open == is_on_hold", "coalesce(is_on_hold, True)", "False"
        )

    def listed(self) -> str:
        some = (
            "seats in [1, 2]",
            "score not in [0, 1.5]",
            "amount in [0.5, 2]",
            "stage in ['Quote', 'Closure']",
        )
        more = ("next_action not in ['a', '']", "discount * 2 in [1, 3]", "stage_limit in [days(1)]")
        return self.one(
            *some, *more, "start_on in [date('2026-11-30'), date('9999-12-31')]", "money(1, 'EUR') in [1]"
        )


@st.composite
def conditions(draw: Draw) -> str:
    """Draw one condition."""
    return Talker(draw).condition()
