"""Makes the nodes of function calls: the number and types of the values, and what must be written out in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from inboxcrm.rules.fault import suggest_nearest
from inboxcrm.rules.language.currencies import CURRENCIES
from inboxcrm.rules.language.facts import FactTable, FactType
from inboxcrm.rules.language.functions import FUNCTIONS, MONTHS, UNITS, Function
from inboxcrm.rules.language.pattern import BadPattern, compile_pattern
from inboxcrm.rules.language.tree import (
    Call,
    Constant,
    FactUse,
    IsEmpty,
    Node,
    Value,
    WorkTime,
    find_nullable,
)
from inboxcrm.rules.language.typing_rules import Objection, check_choice, join_types

MAX_DURATION = timedelta(days=36_500)
MAX_MONTHS = 1200
MAX_WORK = {"business_hours": 2000, "business_days": 1000}
DEEPEST = 4  # calls within calls: what a database is sent may repeat a value in each

# The objection may be about one of the values: its place is given then.
Placed = tuple[int, Objection]


def call_function(name: str, values: list[Value], table: FactTable) -> Node | Placed:
    """Call a function of the table of functions; the objection tells which value it is about."""
    function = FUNCTIONS[name]
    if objection := _check_count(name, function, len(values)):
        return 0, objection
    for number, value in enumerate(values):
        wanted = function.takes[min(number, len(function.takes) - 1)]
        if value.type not in wanted:
            return number, _object_to(name, wanted, value)
    make = _MAKERS.get(name, _make_call)
    return make(name, values, table)


def _check_count(name: str, function: Function, count: int) -> Objection | None:
    least = len(function.takes)
    if count == least or (function.has_more and least < count <= 20):
        return None
    more = " or more" if function.has_more else ""
    example = f"as in {function.example}"
    noun = "value" if least == 1 and not more else "values"
    return Objection(f"'{name}' takes {least}{more} {noun}, not {count}", example)


def _object_to(name: str, wanted: tuple[FactType, ...], value: Value) -> Objection:
    words = list(dict.fromkeys(_spell(each) for each in wanted))
    whole = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
    remedy = "write date(...) for the day of a time" if wanted == (FactType.DATE,) else ""
    if value.type is FactType.TEXTS and isinstance(value, FactUse):
        remedy = f"write 'word' in {value.name}"
    return Objection(f"'{name}' takes {whole}, not {value.type.value}", remedy)


def _spell(kind: FactType) -> str:
    return "a written-out number" if kind is FactType.NUMBER else kind.value


def _make_call(name: str, values: list[Value], table: FactTable) -> Node | Placed:
    gives = FUNCTIONS[name].gives
    return Call(name, tuple(values), gives or values[0].type, 1 if gives else values[0].scale)


def _make_duration(unit: str, values: list[Value], table: FactTable) -> Node | Placed:
    """Return a duration of a whole number of units, at most a hundred years."""
    count = _whole(values[0])
    if count is None:
        return 0, Objection(f"'{unit}' takes a whole number", "use the next smaller unit")
    if abs(count) > MAX_DURATION // UNITS[unit]:
        return 0, Objection("the duration is longer than a hundred years")
    return Constant(FactType.DURATION, count * UNITS[unit])


def _make_months(unit: str, values: list[Value], table: FactTable) -> Node | Placed:
    count = _whole(values[0])
    if count is None:
        return 0, Objection(f"'{unit}' takes a whole number", "use the next smaller unit")
    if abs(count) * MONTHS[unit] > MAX_MONTHS:
        return 0, Objection("the duration is longer than a hundred years")
    return Constant(FactType.MONTHS, count * MONTHS[unit])


def _make_work(unit: str, values: list[Value], table: FactTable) -> Node | Placed:
    count = _whole(values[0])
    if count is None:
        return 0, Objection(f"'{unit}' takes a whole number", "use the next smaller unit")
    if abs(count) > MAX_WORK[unit]:
        return 0, Objection(f"'{unit}' takes {MAX_WORK[unit]} at most")
    hours, days = (count, 0) if unit == "business_hours" else (0, count)
    return WorkTime(hours, days, owner_of(table))


def _make_between(name: str, values: list[Value], table: FactTable) -> Node | Placed:
    return Call(name, (*values, WorkTime(0, 0, owner_of(table))), FactType.DURATION)


def owner_of(table: FactTable) -> FactUse | None:
    """Return the fact that says whose calendar a record has."""
    fact = table.facts.get("owner")
    return FactUse("owner", fact) if fact and fact.type is FactType.TEXT else None


def _make_date(name: str, values: list[Value], table: FactTable) -> Node | Placed:
    [value] = values
    if value.type is FactType.TIME:
        return Call(name, (value,), FactType.DATE)
    if isinstance(value, Constant) and len(str(value.value)) == 10:
        try:
            return Constant(FactType.DATE, date.fromisoformat(str(value.value)))
        except ValueError:
            pass
    return 0, Objection("this is no day", "write such as date('2027-01-31')")


def _make_matches(name: str, values: list[Value], table: FactTable) -> Node | Placed:
    if not isinstance(values[1], Constant):
        return 1, Objection("a pattern is written out in the rule", "write such as 'PO[0-9]+'")
    try:
        compile_pattern(str(values[1].value))
    except BadPattern as error:
        return 1, Objection(f"this is no pattern: {error}")
    return Call(name, tuple(values), FactType.BOOL)


def _make_set_test(name: str, values: list[Value], table: FactTable) -> Node | Placed:
    for number, word in enumerate(values[1:], 1):
        if not isinstance(word, Constant):
            return number, Objection(f"'{name}' wants written-out texts")
        if objection := check_choice(values[0], word):
            return number, objection
    return Call(name, tuple(values), FactType.BOOL)


def _make_money(name: str, values: list[Value], table: FactTable) -> Node | Placed:
    amount, code = values
    if not isinstance(amount, Constant):
        return 0, Objection("'money' takes a written-out number")
    word = str(code.value) if isinstance(code, Constant) else ""
    if word not in CURRENCIES:
        said = f"there is no currency '{word}'" if word else "'money' takes a written-out currency"
        return 1, Objection(said, suggest_nearest(word, CURRENCIES) or "write such as 'EUR'")
    return Constant(FactType.MONEY, amount.value, amount.scale, word)


def _make_extreme(name: str, values: list[Value], table: FactTable) -> Node | Placed:
    kind, scale = values[0].type, max(value.scale for value in values)
    for number, value in enumerate(values[1:], 1):
        if objection := join_types(values[0], value):
            return number, objection
        kind = value.type if kind is FactType.NUMBER else kind
    for number, value in enumerate(values):  # a plain number between two kinds: whichever was first
        if objection := join_types(next(each for each in values if each.type is kind), value):
            return number, objection
    return Call(name, tuple(values), kind, scale)


def _make_round(name: str, values: list[Value], table: FactTable) -> Node | Placed:
    [value] = values
    return value if value.scale == 1 else Call(name, (value,), value.type)


def _make_coalesce(name: str, values: list[Value], table: FactTable) -> Node | Placed:
    use, default = values
    if not isinstance(use, FactUse):
        return 0, Objection("'coalesce' takes a fact first")
    if not use.fact.is_nullable:
        return 0, Objection(f"'{use.name}' always has a value, it is never None", "leave coalesce out")
    if find_nullable(default):
        return 1, Objection("what stands for it must always have a value")
    if objection := join_types(use, default) or check_choice(use, default):
        return 1, objection
    return Call(name, (use, default), use.type, max(use.scale, default.scale))


def _make_is_empty(name: str, values: list[Value], table: FactTable) -> Node | Placed:
    [use] = values
    if not isinstance(use, FactUse):
        return 0, Objection("only a fact can be empty")
    if not use.fact.is_nullable and use.type not in (FactType.TEXT, FactType.TEXTS):
        return 0, Objection(f"'{use.name}' always has a value, it is never empty")
    return IsEmpty(use, is_negated=False, is_blank=True)


def _whole(value: Value) -> int | None:
    number = value.value if isinstance(value, Constant) else None
    return number if isinstance(number, int) else None


_Maker = Callable[[str, list[Value], FactTable], Node | Placed]
_MAKERS: Mapping[str, _Maker] = {
    **dict.fromkeys(UNITS, _make_duration),
    **dict.fromkeys(MONTHS, _make_months),
    **dict.fromkeys(MAX_WORK, _make_work),
    "business_hours_between": _make_between,
    "date": _make_date,
    "matches": _make_matches,
    "any_of": _make_set_test,
    "all_of": _make_set_test,
    "money": _make_money,
    "min": _make_extreme,
    "max": _make_extreme,
    "round": _make_round,
    "coalesce": _make_coalesce,
    "is_empty": _make_is_empty,
}
