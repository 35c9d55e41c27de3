"""What goes with what in a condition: pure functions that give a typed node or an objection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from inboxcrm.rules.fault import suggest_nearest
from inboxcrm.rules.language.facts import FactType
from inboxcrm.rules.language.tree import (
    Arithmetic,
    Comparator,
    Compare,
    Constant,
    FactUse,
    Node,
    Operator,
    Value,
    WorkTime,
    currency_of,
)

MAX_NUMBER = 10**15
MAX_DIGITS = 28
MAX_SCALE = 10**9  # decimals of a product, so that databases can reckon with 64 bits

_BOOL, _TEXT, _INT, _MONEY, _TIME, _DURATION, _NUMBER, _DATE, _TEXTS, _MONTHS, _WORKTIME = FactType
_UNORDERED = (_BOOL, _TEXT)
# What cannot be compared, and what can be written instead.
_LENGTHS = {
    _MONTHS: "add it to a day, as in today + months(2)",
    _WORKTIME: "add it to a time, as in now - business_hours(4)",
    _TEXTS: "write 'word' in the_set",
}
_SUMS: dict[tuple[FactType, Operator, FactType], FactType] = {
    (_INT, "+", _INT): _INT,
    (_INT, "-", _INT): _INT,
    (_INT, "*", _INT): _INT,
    (_MONEY, "+", _MONEY): _MONEY,
    (_MONEY, "-", _MONEY): _MONEY,
    (_MONEY, "*", _INT): _MONEY,
    (_INT, "*", _MONEY): _MONEY,
    (_TIME, "+", _DURATION): _TIME,
    (_TIME, "-", _DURATION): _TIME,
    (_DURATION, "+", _TIME): _TIME,
    (_TIME, "-", _TIME): _DURATION,
    (_TIME, "+", _WORKTIME): _TIME,
    (_TIME, "-", _WORKTIME): _TIME,
    (_WORKTIME, "+", _TIME): _TIME,
    (_DATE, "+", _DURATION): _DATE,
    (_DATE, "-", _DURATION): _DATE,
    (_DURATION, "+", _DATE): _DATE,
    (_DATE, "+", _MONTHS): _DATE,
    (_DATE, "-", _MONTHS): _DATE,
    (_MONTHS, "+", _DATE): _DATE,
    (_DATE, "+", _WORKTIME): _DATE,
    (_DATE, "-", _WORKTIME): _DATE,
    (_WORKTIME, "+", _DATE): _DATE,
    (_DATE, "-", _DATE): _DURATION,
    (_DURATION, "+", _DURATION): _DURATION,
    (_DURATION, "-", _DURATION): _DURATION,
}


@dataclass(frozen=True, slots=True)
class Objection:
    """Why two things do not go together; the checker makes it a fault with a place."""

    what: str
    remedy: str = ""


def make_number(value: int | Decimal) -> Constant | Objection:
    """Return a written-out number with its scale (1.5 has scale 10)."""
    if not -MAX_NUMBER <= value <= MAX_NUMBER:
        return Objection("the number is too big")
    if len(Decimal(value).as_tuple().digits) > MAX_DIGITS:  # beyond that Decimal itself would round
        return Objection("the number has too many decimals")
    exponent = Decimal(value).normalize().as_tuple().exponent
    scale = 10 ** max(0, -int(exponent))
    if scale > MAX_SCALE:
        return Objection("the number has too many decimals")
    return Constant(FactType.NUMBER, value, scale)


def join_arithmetic(operator: Operator, left: Value, right: Value) -> Value | Objection:
    """Add, subtract or multiply; two written-out numbers become one."""
    if isinstance(left, Constant) and isinstance(right, Constant):
        if left.type is right.type is FactType.NUMBER:
            return make_number(_reckon(operator, _as_number(left), _as_number(right)))
        if operator == "*" and {left.type, right.type} == {FactType.NUMBER, FactType.DURATION}:
            return Objection("a duration cannot be multiplied", "write its number out, as in days(14)")
    kind = _find_sum(operator, left.type, right.type)
    if kind is None:
        signs = {"+": "added to", "-": "less", "*": "times"}
        return Objection(
            f"{left.type.value} {signs[operator]} {right.type.value} makes no sense",
            _suggest_sum({left.type, right.type}),
        )
    if kind is _DATE and (wrong := _find_part_of_day(left, right)):
        return wrong
    if kind is _MONEY and (differing := compare_currencies(left, right)):
        return differing
    scale = left.scale * right.scale if operator == "*" else max(left.scale, right.scale)
    if scale > MAX_SCALE:
        return Objection("this has too many decimals")
    return Arithmetic(kind, operator, left, right, scale)


def _suggest_sum(kinds: set[FactType]) -> str:
    if kinds == {_TIME, _MONTHS}:
        return "months go with days: write date(...)"
    return "write days(7) for a duration" if kinds & {_TIME, _DATE} else ""


def _find_part_of_day(left: Value, right: Value) -> Objection | None:
    """Return an objection if something is added to a day that is no whole number of days."""
    for each in (left, right):
        if isinstance(each, WorkTime) and each.hours:
            return Objection("hours cannot be added to a day", "write business_days(1)")
        if each.type is _DURATION:
            if not isinstance(each, Constant) or not isinstance(each.value, timedelta):
                return Objection("only a written-out duration can be added to a day", "write days(7)")
            if each.value % timedelta(days=1):
                return Objection("hours cannot be added to a day", "write days(1)")
    return None


def _find_sum(operator: Operator, left: FactType, right: FactType) -> FactType | None:
    """Look the types up; a written-out number stands for a whole number or for money, as it fits."""
    lefts = (FactType.INT, FactType.MONEY) if left is FactType.NUMBER else (left,)
    rights = (FactType.INT, FactType.MONEY) if right is FactType.NUMBER else (right,)
    found = (_SUMS.get((one, operator, other)) for one in lefts for other in rights)
    return next((kind for kind in found if kind is not None), None)


def _as_number(constant: Constant) -> Decimal | int:
    assert isinstance(constant.value, Decimal | int)
    return constant.value


def _reckon(operator: Operator, left: Decimal | int, right: Decimal | int) -> Decimal | int:
    one, other = Decimal(left), Decimal(right)
    result = {"+": one + other, "-": one - other, "*": one * other}[operator]
    return int(result) if isinstance(left, int) and isinstance(right, int) else result


def compare_values(comparator: Comparator, left: Value, right: Value) -> Node | Objection:
    """Compare two values of one type; yes or no and texts can only be equal or not."""
    if objection := join_types(left, right):
        return objection
    if left.type in _UNORDERED and comparator not in ("==", "!="):
        return Objection(f"{left.type.value} is not more or less than another", "compare with == or !=")
    return check_choice(left, right) or check_choice(right, left) or Compare(comparator, left, right)


def join_types(left: Value, right: Value) -> Objection | None:
    """Object to two values that are not of one type, or are amounts of different currencies."""
    kinds = {left.type, right.type}
    for kind in (left.type, right.type):
        if kind in _LENGTHS:
            return Objection(f"{kind.value} cannot be compared", _LENGTHS[kind])
    numbers = kinds <= {FactType.INT, FactType.NUMBER} or kinds <= {FactType.MONEY, FactType.NUMBER}
    if len(kinds) > 1 and not numbers:
        return Objection(
            f"{left.type.value} cannot be compared with {right.type.value}", _suggest_other(kinds)
        )
    return compare_currencies(left, right)


def check_choice(use: Value, other: Value) -> Objection | None:
    """Object to a text that a fact never is, or that its set never holds."""
    if isinstance(use, FactUse) and use.fact.choices and isinstance(other, Constant):
        word = str(other.value)
        if word not in use.fact.choices:
            verb = "never holds" if use.type is _TEXTS else "is never"
            return Objection(f"'{use.name}' {verb} '{word}'", suggest_nearest(word, use.fact.choices))
    return None


def compare_currencies(left: Value, right: Value) -> Objection | None:
    """Object to amounts of which it is known now that they are of different currencies, or of none."""
    one, other = currency_of(left), currency_of(right)
    if one is None or other is None or one == other:
        return None
    if "" in (one, other):
        known = one or other
        if isinstance(known, str):
            return Objection("of this number nobody knows the currency", "compare it with a plain number")
        return None
    if isinstance(one, str) and isinstance(other, str):
        return Objection(f"{one} cannot be compared with {other}", "write both in one currency")
    return None


def _suggest_other(kinds: set[FactType]) -> str:
    if kinds == {_TIME, _DATE}:
        return "write date(...) for the day of a time"
    if FactType.TIME in kinds:
        return "compare it with now or now - days(7)"
    if FactType.DATE in kinds:
        return "compare it with today, today + days(7) or date('2027-01-31')"
    if FactType.DURATION in kinds:
        return "write days(7) for a duration"
    if FactType.TEXT in kinds:
        return "a text is written in quotes, a number without"
    return ""
