"""Turns Python's syntax tree into the typed tree of a condition: what is not on the list here is a fault.

All faults of a condition are found at once: a part that is wrong gives None, and what stands above it stays silent.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from inboxcrm.rules.fault import Fault, suggest_nearest
from inboxcrm.rules.language import typing_rules as typed
from inboxcrm.rules.language.calling import call_function
from inboxcrm.rules.language.facts import FactTable, FactType
from inboxcrm.rules.language.functions import FUNCTIONS
from inboxcrm.rules.language.reading import Source
from inboxcrm.rules.language.tree import (
    Among,
    Call,
    Comparator,
    Constant,
    FactUse,
    IsEmpty,
    Junction,
    Node,
    Not,
    Now,
    Operator,
    Test,
    Value,
)

_OPERATORS: dict[type[ast.operator], Operator] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
_COMPARATORS: dict[type[ast.cmpop], Comparator] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_OTHER_WORDS = {"true": "True", "false": "False", "null": "None", "none": "None", "NULL": "None"}
_SIGNS: dict[type[ast.cmpop], str] = {
    **_COMPARATORS,
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
}


class Checker:
    """Checks one condition against one table of facts; `faults` grows as it goes.

    `spoken` keeps the words of each test by the id of its node, so that the parts of a condition can be shown.
    """

    def __init__(self, source: Source, table: FactTable) -> None:
        self.source = source
        self.table = table
        self.faults: list[Fault] = []
        self.spoken: dict[int, tuple[str, ast.expr]] = {}

    def check_condition(self, node: ast.expr) -> Node | None:
        """Return the typed tree of a yes or no, or None with at least one fault noted."""
        found = self._check(node)
        if found is not None and found.type is not FactType.BOOL:
            return self._refuse(node, f"{found.type.value} is no condition", "compare it with something")
        if found is not None:
            self.spoken.setdefault(id(found), (self.source.words_of(node), node))
        return found

    def _check(self, node: ast.expr) -> Node | None:
        checks: dict[type[ast.expr], Callable[..., Node | None]] = {
            ast.BoolOp: self._check_junction,
            ast.UnaryOp: self._check_unary,
            ast.BinOp: self._check_arithmetic,
            ast.Compare: self._check_comparison,
            ast.Call: self._check_call,
            ast.Constant: self._check_constant,
            ast.Name: self._check_name,
            ast.Attribute: self._check_name,
        }
        check = checks.get(type(node))
        if check is None:
            return self._refuse(node, f"'{self.source.words_of(node)}' cannot stand in a condition")
        return check(node)

    def _check_value(self, node: ast.expr) -> Value | None:
        found = self._check(node)
        if isinstance(found, Test):
            return self._refuse(
                node, "a comparison cannot be compared again", "join comparisons by and, or, not"
            )
        return found

    def _check_junction(self, node: ast.BoolOp) -> Node | None:
        items = [self.check_condition(each) for each in node.values]
        right = tuple(item for item in items if item is not None)
        return Junction(isinstance(node.op, ast.And), right) if len(right) == len(items) else None

    def _check_unary(self, node: ast.UnaryOp) -> Node | None:
        if isinstance(node.op, ast.Not):
            item = self.check_condition(node.operand)
            return None if item is None else Not(item)
        if not isinstance(node.op, ast.USub):
            return self._refuse(node, f"'{self.source.words_of(node)}' cannot stand in a condition")
        value = self._check_value(node.operand)
        if value is None:
            return None
        if isinstance(value, Constant) and isinstance(value.value, timedelta):
            return Constant(value.type, -value.value)
        return self._settle(node, typed.join_arithmetic("*", Constant(FactType.NUMBER, -1), value))

    def _check_arithmetic(self, node: ast.BinOp) -> Node | None:
        operator = _OPERATORS.get(type(node.op))
        if operator is None:
            return self._refuse(node, "only + - * can be reckoned with", "and, or, not join conditions")
        left, right = self._check_value(node.left), self._check_value(node.right)
        if left is None or right is None:
            return None
        return self._settle(node, typed.join_arithmetic(operator, left, right))

    def _check_comparison(self, node: ast.Compare) -> Node | None:
        sides = [node.left, *node.comparators]
        links = [
            self._say_link(each, op, other)
            for each, op, other in zip(sides, node.ops, sides[1:], strict=False)
        ]
        right = tuple(link for link in links if link is not None)
        if len(right) != len(links):
            return None
        return right[0] if len(right) == 1 else Junction(True, right)

    def _say_link(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Node | None:
        link = self._check_link(left, op, right)
        if link is not None:
            words = f"{self.source.words_of(left)} {_SIGNS[type(op)]} {self.source.words_of(right)}"
            self.spoken[id(link)] = (words, left)
        return link

    def _check_link(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Node | None:
        if isinstance(op, ast.In | ast.NotIn):
            return self._check_among(left, isinstance(op, ast.NotIn), right)
        is_none = isinstance(right, ast.Constant) and right.value is None
        if isinstance(op, ast.Is | ast.IsNot):
            if not is_none:
                return self._refuse(right, "'is' goes with None only", "compare with ==")
            return self._check_empty(left, isinstance(op, ast.IsNot))
        if is_none:
            return self._refuse(right, "nothing is equal to None", "write 'is None' or 'is not None'")
        first, second = self._check_value(left), self._check_value(right)
        if first is None or second is None:
            return None
        return self._settle(right, typed.compare_values(_COMPARATORS[type(op)], first, second))

    def _check_empty(self, node: ast.expr, is_negated: bool) -> Node | None:
        use = self._check(node)
        if use is None:
            return None
        if not isinstance(use, FactUse):
            return self._refuse(node, "only a fact can be None")
        if not use.fact.is_nullable:
            return self._refuse(node, f"'{use.name}' always has a value, it is never None")
        return IsEmpty(use, is_negated)

    def _check_among(self, left: ast.expr, is_negated: bool, right: ast.expr) -> Node | None:
        item = self._check_value(left)
        if isinstance(right, ast.Name | ast.Attribute):
            return self._check_member(left, item, is_negated, right)
        if not isinstance(right, ast.Tuple | ast.List):
            return self._refuse(right, "'in' wants a list of written-out values", "write ('a', 'b')")
        if not right.elts:
            return self._refuse(right, "the list is empty, so nothing is in it")
        choices: list[Constant] = []
        for each in right.elts:
            choice = self._check(each)
            if choice is None:
                continue
            if not isinstance(choice, Constant):
                self._refuse(each, "'in' wants written-out values")
            elif item is not None and isinstance(
                answer := typed.compare_values("==", item, choice), typed.Objection
            ):
                self._settle(each, answer)
            else:
                choices.append(choice)
        return Among(item, tuple(choices), is_negated) if item and len(choices) == len(right.elts) else None

    def _check_member(
        self, left: ast.expr, item: Value | None, is_negated: bool, right: ast.Name | ast.Attribute
    ) -> Node | None:
        """Check `'word' in a_set`."""
        texts = self._check_name(right)
        if texts is None or item is None:
            return None
        if not isinstance(texts, FactUse) or texts.type is not FactType.TEXTS:
            return self._refuse(right, "'in' wants a list of written-out values", "write ('a', 'b')")
        if not isinstance(item, Constant) or item.type is not FactType.TEXT:
            return self._refuse(left, "of a set only a written-out text can be asked", "write 'word' in it")
        if objection := typed.check_choice(texts, item):
            return self._settle(left, objection)
        test = Call("any_of", (texts, item), FactType.BOOL)
        return Not(test) if is_negated else test

    def _check_call(self, node: ast.Call) -> Node | None:
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS:
            word = self.source.words_of(node.func)
            return self._refuse(node.func, f"there is no function '{word}'", suggest_nearest(word, FUNCTIONS))
        if node.keywords or any(isinstance(each, ast.Starred) for each in node.args):
            return self._refuse(node, f"'{node.func.id}' takes plain values only")
        values = [self._check_value(each) for each in node.args]
        right = [value for value in values if value is not None]
        if len(right) != len(values):
            return None
        made = call_function(node.func.id, right, self.table)
        if isinstance(made, tuple):
            number, objection = made
            return self._settle(node.args[number] if number < len(node.args) else node.func, objection)
        return made

    def _check_constant(self, node: ast.Constant) -> Node | None:
        match node.value:
            case bool():
                return Constant(FactType.BOOL, node.value)
            case str() if not node.value.isprintable():
                return self._refuse(node, "a text of a condition holds no control characters")
            case str():
                return Constant(FactType.TEXT, node.value)
            case int():
                return self._settle(node, typed.make_number(node.value))
            case float():
                words = self.source.words_of(node)
                if "e" in words.lower():
                    return self._refuse(node, "a number is written with digits and a point only")
                return self._settle(node, typed.make_number(Decimal(words)))
            case None:
                return self._refuse(node, "None stands only after 'is' or 'is not'")
        return self._refuse(node, f"'{self.source.words_of(node)}' cannot stand in a condition")

    def _check_name(self, node: ast.Name | ast.Attribute) -> Node | None:
        word = self.source.words_of(node)
        if word in ("now", "today"):
            return Now(FactType.TIME if word == "now" else FactType.DATE)
        name = self.table.find_name(word)
        if name is not None:
            return self._use(name)
        if word in FUNCTIONS:
            return self._refuse(node, f"'{word}' is a function", f"write {word}(...)")
        if word in _OTHER_WORDS:
            return self._refuse(node, f"there is no fact '{word}'", f"did you mean '{_OTHER_WORDS[word]}'?")
        remedy = suggest_nearest(word, [*self.table.facts, "now", "today"])
        return self._refuse(node, f"'{self.table.kind}' has no fact '{word}'", remedy)

    def _use(self, name: str) -> FactUse:
        fact = self.table.facts[name]
        currency = self.table.facts.get(fact.currency) if fact.currency else None
        return FactUse(name, fact, FactUse(fact.currency, currency) if currency else None)

    def _settle(self, node: ast.expr, answer: Node | typed.Objection) -> Node | None:
        """Return the node, or note the objection at this place."""
        if isinstance(answer, typed.Objection):
            return self._refuse(node, answer.what, answer.remedy)
        return answer

    def _refuse(self, node: ast.expr, what: str, remedy: str = "") -> Value | None:
        """Note a fault at a node; there is no value then."""
        self.faults.append(Fault(self.source.place_of(node), what, remedy))
        return None
