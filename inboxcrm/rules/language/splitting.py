"""Parts a condition into what the database is asked and what is judged in Python on the records found.

Only whole conjuncts are parted, so nothing is approximated: `a and b` can be asked as `a` and judged by `b`; an `or`
with one side that the database cannot answer is judged whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from inboxcrm.rules.language.facts import FactType
from inboxcrm.rules.language.functions import FUNCTIONS
from inboxcrm.rules.language.tree import (
    Among,
    Arithmetic,
    Call,
    Compare,
    Constant,
    FactUse,
    Junction,
    Node,
    Not,
    WorkTime,
    children_of,
    facts_of_tree,
    has_facts,
    walk_tree,
)

BIGGEST = 2**63
# What a fact is reckoned to be at most, in its whole units: more than any company has, less than the columns hold.
_REACH = {FactType.INT: 10**10, FactType.MONEY: 10**12}
_LONGEST = 2000  # how many times the database may be told a fact, after its functions are spelt out
_WEIGHTS = {"round": 3, "end_of_month": 2}
_WEIGHT_OF_SHIFT = 5
_DATE_OF_FACT = "'date' can be asked of the database only beside a day that is no fact"


@dataclass(frozen=True, slots=True)
class Part:
    """One conjunct of a condition, its words, and why the database cannot be asked (empty if it can)."""

    node: Node
    words: str
    obstacle: str


def split_condition(tree: Node, spoken: Mapping[int, tuple[str, object]]) -> tuple[Part, ...]:
    """Return the conjuncts of a condition, each with its words; `not (a or b)` are two."""
    return tuple(Part(node, words, find_obstacle(node)) for node, words in _conjuncts(tree, spoken))


def _conjuncts(tree: Node, spoken: Mapping[int, tuple[str, object]]) -> list[tuple[Node, str]]:
    words = spoken[id(tree)][0] if id(tree) in spoken else ""
    match tree:
        case Junction(is_all=True, items=items) if all(id(each) in spoken for each in items):
            return [part for each in items for part in _conjuncts(each, spoken)]
        case Not(item=Junction(is_all=False, items=items)) if all(id(each) in spoken for each in items):
            return [(Not(each), f"not ({spoken[id(each)][0]})") for each in items]
    return [(tree, words)]


def find_obstacle(tree: Node) -> str:
    """Return why a part cannot be asked of the database, or an empty text."""
    for use in facts_of_tree(tree):
        if use.fact.column is None:
            return f"'{use.name}' cannot be asked of the database"
    for node in walk_tree(tree):
        if has_facts(node) and (obstacle := _find_obstacle_at(node)):
            return obstacle
    if _weigh(tree) > _LONGEST:
        return "this is too long to be asked of the database"
    return "" if _is_in_reach(tree) else "this may be more than a database can reckon with"


def _find_obstacle_at(node: Node) -> str:
    match node:
        case Call(name=name) if not FUNCTIONS[name].in_database:
            return f"'{name}' cannot be asked of the database"
        case Arithmetic(left=left, right=right) if isinstance(left, WorkTime) or isinstance(right, WorkTime):
            at = right if isinstance(left, WorkTime) else left
            if has_facts(at):
                return "working time after a fact cannot be asked of the database; after now it can"
        case Compare(left=left, right=right):
            return _find_obstacle_of_days(left, right)
        case Call() | Arithmetic() | Among():
            if any(_is_day_of_fact(each) for each in children_of(node)):
                return _DATE_OF_FACT
    return ""


def _find_obstacle_of_days(left: Node, right: Node) -> str:
    days = [_is_day_of_fact(left), _is_day_of_fact(right)]
    is_beside = (days[0] and not has_facts(right)) or (days[1] and not has_facts(left))
    return _DATE_OF_FACT if any(days) and not is_beside else ""


def _is_day_of_fact(node: Node) -> bool:
    return isinstance(node, Call) and node.name == "date" and has_facts(node)


def _weigh(node: Node) -> int:
    """Return how often the facts of a node are told when both databases' functions are spelt out."""
    below = sum(map(_weigh, children_of(node))) or 1
    if isinstance(node, Arithmetic) and node.type is FactType.DATE:
        return below * _WEIGHT_OF_SHIFT
    return below * _WEIGHTS.get(node.name, 1) if isinstance(node, Call) else below


def _is_in_reach(tree: Node) -> bool:
    """Say whether every number on the way fits into 64 bits, whatever the facts are within reason."""
    for node in walk_tree(tree):
        if isinstance(node, Compare) and (
            max(map(_reach, (node.left, node.right))) * max(node.left.scale, node.right.scale) >= BIGGEST
        ):
            return False
        if isinstance(node, Among):
            scale = max(node.item.scale, *(each.scale for each in node.choices))
            if max(_reach(node.item), *map(_reach, node.choices)) * scale >= BIGGEST:
                return False
    return True


def _reach(node: Node) -> int:
    """Return the most that a number can be, in whole units; a time or anything else is in reach."""
    match node:
        case Constant(value=bool() | str()):
            return 0
        case Constant(value=int() | Decimal() as value):
            return int(abs(Decimal(value))) + 1
        case FactUse(type=kind):
            return _REACH.get(kind, 0)
        case Arithmetic(operator="*", left=left, right=right):
            return _reach(left) * _reach(right)
        case Arithmetic(left=left, right=right):
            return _reach(left) + _reach(right)
        case Call(values=values):
            return max(map(_reach, values), default=0)
    return 0
