"""What goes with what in a condition: pure functions that give a typed node or an objection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from inboxcrm.rules.fault import suggest_nearest
from inboxcrm.rules.language.facts import FactType
from inboxcrm.rules.language.functions import FUNCTIONS, UNITS
from inboxcrm.rules.language.tree import (
    Arithmetic,
    Comparator,
    Compare,
    Constant,
    Contains,
    FactUse,
    Lower,
    Node,
    Operator,
    Value,
)

MAX_NUMBER = 10**15
MAX_SCALE = 10**9  # decimals of a product, so that databases can reckon with 64 bits
MAX_DURATION = timedelta(days=36_500)

_BOOL, _TEXT, _INT, _MONEY, _TIME, _DURATION, _NUMBER = FactType
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
    exponent = Decimal(value).normalize().as_tuple().exponent
    scale = 10 ** max(0, -int(exponent))
    if scale > MAX_SCALE:
        return Objection("the number has too many decimals")
    return Constant(FactType.NUMBER, value, scale)


def join_arithmetic(operator: Operator, left: Value, right: Value) -> Node | Objection:
    """Add, subtract or multiply; two written-out numbers become one."""
    if isinstance(left, Constant) and isinstance(right, Constant):
        if left.type is right.type is FactType.NUMBER:
            return make_number(_reckon(operator, _as_number(left), _as_number(right)))
        if operator == "*" and {left.type, right.type} == {FactType.NUMBER, FactType.DURATION}:
            return Objection("a duration cannot be multiplied", "write its number out, as in days(14)")
    kind = _find_sum(operator, left.type, right.type)
    if kind is None:
        signs = {"+": "added to", "-": "less", "*": "times"}
        remedy = "write days(7) for a duration" if FactType.TIME in (left.type, right.type) else ""
        return Objection(f"{left.type.value} {signs[operator]} {right.type.value} makes no sense", remedy)
    scale = left.scale * right.scale if operator == "*" else max(left.scale, right.scale)
    if scale > MAX_SCALE:
        return Objection("this has too many decimals")
    return Arithmetic(kind, operator, left, right, scale)


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
    kinds = {left.type, right.type}
    numbers = kinds <= {FactType.INT, FactType.NUMBER} or kinds <= {FactType.MONEY, FactType.NUMBER}
    if len(kinds) > 1 and not numbers:
        return Objection(
            f"{left.type.value} cannot be compared with {right.type.value}", _suggest_other(kinds)
        )
    if left.type in (FactType.BOOL, FactType.TEXT) and comparator not in ("==", "!="):
        return Objection(f"{left.type.value} is not more or less than another", "compare with == or !=")
    for use, other in ((left, right), (right, left)):
        if isinstance(use, FactUse) and use.fact.choices and isinstance(other, Constant):
            word = str(other.value)
            if word not in use.fact.choices:
                return Objection(f"'{use.name}' is never '{word}'", suggest_nearest(word, use.fact.choices))
    return Compare(comparator, left, right)


def _suggest_other(kinds: set[FactType]) -> str:
    if FactType.TIME in kinds:
        return "compare it with now or now - days(7)"
    if FactType.DURATION in kinds:
        return "write days(7) for a duration"
    if FactType.TEXT in kinds:
        return "a text is written in quotes, a number without"
    return ""


def call_function(name: str, values: list[Value]) -> Node | Objection:
    """Call a function of the table; `name` is one of them and the number of values is right."""
    for wanted, value in zip(FUNCTIONS[name].takes, values, strict=True):
        if value.type is not wanted:
            whole = "a written-out number" if wanted is FactType.NUMBER else wanted.value
            return Objection(f"'{name}' takes {whole}, not {value.type.value}")
    if name in UNITS:
        return _make_duration(name, values[0])
    return Lower(values[0]) if name == "lower" else Contains(values[0], values[1])


def _make_duration(unit: str, count: Value) -> Constant | Objection:
    """Return a duration of a whole number of units, at most a hundred years."""
    if not isinstance(count, Constant) or not isinstance(count.value, int):
        return Objection(f"'{unit}' takes a whole number", "use the next smaller unit")
    if abs(count.value) > MAX_DURATION // UNITS[unit]:
        return Objection("the duration is longer than a hundred years")
    return Constant(FactType.DURATION, count.value * UNITS[unit])
