"""The functions of the rule language, as one literal table; a new function is a row here and one in each compiler."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from inboxcrm.rules.language.facts import FactType

_BOOL, _TEXT, _INT, _MONEY, _TIME, _DURATION, _NUMBER, _DATE, _TEXTS, _MONTHS, _WORKTIME = FactType

Kinds = tuple[FactType, ...]
NUMBERS: Kinds = (_INT, _MONEY, _NUMBER)
ORDERED: Kinds = (*NUMBERS, _DURATION, _TIME, _DATE)


@dataclass(frozen=True, slots=True)
class Function:
    """What a function takes and gives.

    `takes` are the types that each place allows; `has_more` lets the last place stand again and again. `gives` is None
    where the type is that of the values. `in_database` says that both databases reckon it exactly as Python does; what
    they cannot is judged in Python on the records found. `example` is a condition that holds a call.
    """

    takes: tuple[Kinds, ...]
    gives: FactType | None
    doc: str
    example: str
    in_database: bool = True
    has_more: bool = False


UNITS: Mapping[str, timedelta] = {
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
}
MONTHS: Mapping[str, int] = {"months": 1, "years": 12}

_N = ((_NUMBER,),)
FUNCTIONS: Mapping[str, Function] = {
    # Durations
    "minutes": Function(_N, _DURATION, "a duration of so many minutes", "created_at < now - minutes(90)"),
    "hours": Function(
        _N, _DURATION, "a duration of so many hours, nights counted", "created_at < now - hours(4)"
    ),
    "days": Function(
        _N,
        _DURATION,
        "of a time so many times 24 hours, of a day so many days",
        "last_activity_at < now - days(7)",
    ),
    "weeks": Function(_N, _DURATION, "a duration of so many weeks", "created_at < now - weeks(2)"),
    "months": Function(
        _N,
        _MONTHS,
        "of a day: the same day so many months later, or the last one of a shorter month",
        "close_on < today + months(2)",
    ),
    "years": Function(_N, _MONTHS, "twelve months each", "close_on > today + years(1)"),
    "business_hours": Function(
        _N,
        _WORKTIME,
        "so many hours of the owner's working time (of the company's, where nobody has it)",
        "created_at < now - business_hours(4)",
    ),
    "business_days": Function(
        _N,
        _WORKTIME,
        "so many working days of the same calendar; the clock time stays",
        "created_at < now - business_days(2)",
    ),
    "business_hours_between": Function(
        ((_TIME,), (_TIME,)),
        _DURATION,
        "how much working time lies between; more than ten years count as ten",
        "business_hours_between(created_at, stage_since_at) > hours(4)",
        in_database=False,
    ),
    # Days
    "date": Function(
        ((_TIME, _TEXT),),
        _DATE,
        "the company's day of a time, or a written-out one",
        "date(created_at) == today or close_on > date('2027-01-31')",
    ),
    "year": Function(((_DATE,),), _INT, "the year of a day", "year(close_on) == year(today)"),
    "month": Function(((_DATE,),), _INT, "the month of a day, 1 to 12", "month(close_on) in (11, 12)"),
    "day": Function(((_DATE,),), _INT, "the day of its month, 1 to 31", "day(today) == 1"),
    "start_of_month": Function(
        ((_DATE,),), _DATE, "the first day of its month", "close_on < start_of_month(today)"
    ),
    "end_of_month": Function(
        ((_DATE,),), _DATE, "the last day of its month", "close_on <= end_of_month(today)"
    ),
    # Texts. Databases disagree about the lower case of letters outside A to Z, and about patterns.
    "lower": Function(
        ((_TEXT,),), _TEXT, "the text in small letters", "contains(lower(name), 'tender')", in_database=False
    ),
    "upper": Function(((_TEXT,),), _TEXT, "the text in capitals", "upper(name) == 'ACME'", in_database=False),
    "contains": Function(
        ((_TEXT,), (_TEXT,)),
        _BOOL,
        "whether the first holds the second text, capitals minded",
        "contains(name, 'Tender')",
    ),
    "starts_with": Function(
        ((_TEXT,), (_TEXT,)), _BOOL, "whether it begins so, capitals minded", "starts_with(vat_number, 'NL')"
    ),
    "ends_with": Function(
        ((_TEXT,), (_TEXT,)), _BOOL, "whether it ends so, capitals minded", "ends_with(name, ' B.V.')"
    ),
    "matches": Function(
        ((_TEXT,), (_TEXT,)),
        _BOOL,
        "whether a pattern (RE2) is found in it; (?i) minds no capitals, ^ and $ are its ends",
        "matches(name, '(?i)po[- ]?[0-9]+')",
        in_database=False,
    ),
    # Sets
    "any_of": Function(
        ((_TEXTS,), (_TEXT,)),
        _BOOL,
        "whether a set holds one of the written-out texts",
        "any_of(intents, 'rejection', 'question')",
        has_more=True,
    ),
    "all_of": Function(
        ((_TEXTS,), (_TEXT,)),
        _BOOL,
        "whether a set holds all of them",
        "all_of(intents, 'acceptance', 'question')",
        has_more=True,
    ),
    # Money and numbers
    "money": Function(
        ((_NUMBER,), (_TEXT,)),
        _MONEY,
        "an amount in a currency; compared with one in another, it is neither more nor less nor equal",
        "amount > money(1000, 'EUR')",
    ),
    "min": Function(
        (ORDERED, ORDERED), None, "the least of them", "min(amount, estimate) > 1000", has_more=True
    ),
    "max": Function((ORDERED, ORDERED), None, "the most of them", "max(amount, 500) > 1000", has_more=True),
    "abs": Function(((*NUMBERS, _DURATION),), None, "the number without its sign", "abs(amount - 1000) < 50"),
    "round": Function((NUMBERS,), None, "to whole units, a half away from 0", "round(amount) == 1000"),
    # What may be empty
    "coalesce": Function(
        ((*ORDERED, _TEXT, _BOOL), (*ORDERED, _TEXT, _BOOL)),
        None,
        "a fact, or what stands for it where it is empty",
        "coalesce(amount, 0) < 1000",
    ),
    "is_empty": Function(
        ((*ORDERED, _TEXT, _BOOL, _TEXTS),),
        _BOOL,
        "whether a fact has no value, or no letter",
        "is_empty(owner)",
    ),
}
