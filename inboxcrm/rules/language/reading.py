"""Reads the text of a condition into Python's syntax tree, or says where it is no condition."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from inboxcrm.rules.fault import Fault, Place

MAX_LENGTH = 2000  # characters of one condition
MAX_DEPTH = 60  # of its tree; the compilers walk it by recursion

_FOREIGN_WORDS = {
    "&&": "write 'and'",
    "||": "write 'or'",
    "AND": "write 'and'",
    "OR": "write 'or'",
    "NOT": "write 'not'",
    "IS NULL": "write 'is None'",
    "<>": "write '!='",
    " like ": "write contains(name, 'part') or starts_with(name, 'part')",
    " LIKE ": "write contains(name, 'part') or starts_with(name, 'part')",
    " between ": "write such as 10 <= amount <= 20",
    " BETWEEN ": "write such as 10 <= amount <= 20",
}


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a condition and where it begins; line breaks inside it count as spaces."""

    text: str
    place: Place

    @property
    def flat(self) -> str:
        """Return the text on one line, as many characters as before."""
        return re.sub(r"\s", " ", self.text)

    @property
    def indent(self) -> int:
        """Return how many spaces stand before the first word."""
        return len(self.flat) - len(self.flat.lstrip())

    def place_at(self, offset: int) -> Place:
        """Return the place of a character, counted from the first word."""
        return self.place.at_offset(self.text, self.indent + offset)

    def place_of(self, node: ast.expr) -> Place:
        """Return the place where a node begins; Python counts its columns in UTF-8 bytes."""
        before = self.flat.lstrip().encode()[: node.col_offset]
        return self.place_at(len(before.decode()))

    def words_of(self, node: ast.expr) -> str:
        """Return the node as it is written."""
        return ast.get_source_segment(self.flat.lstrip(), node) or ""


def read_condition(source: Source) -> ast.expr | Fault:
    """Parse a condition; a fault if it is empty, too long, too deep, or no Python expression."""
    flat = source.flat.strip()
    if not flat:
        return Fault(source.place, "the condition is empty", "leave 'when' out if the rule always applies")
    if len(flat) > MAX_LENGTH:
        return Fault(source.place, f"the condition is longer than {MAX_LENGTH} characters", "split the rule")
    try:
        body = ast.parse(flat, mode="eval").body
    except SyntaxError as error:
        offset = min(max((error.offset or 1) - 1, 0), len(flat) - 1)
        return Fault(source.place_at(offset), f"this is no condition: {error.msg}", _suggest_word(flat))
    except (ValueError, RecursionError, MemoryError):
        return Fault(source.place, "this is no condition: it cannot be read")
    comment = flat.encode()[body.end_col_offset :].decode().find("#")
    if comment >= 0:
        return Fault(source.place_at(flat.rfind("#")), "a condition holds no comment", "use 'why' for it")
    if _measure_depth(body) > MAX_DEPTH:
        return Fault(source.place, "the condition is nested too deeply", "split the rule")
    return body


def _suggest_word(flat: str) -> str:
    """Return what to write for a word of another language that stands in the text."""
    found = (remedy for word, remedy in _FOREIGN_WORDS.items() if word in flat)
    return next(found, "write '==' to compare" if re.search(r"(?<![=!<>])=(?!=)", flat) else "")


def _measure_depth(body: ast.expr) -> int:
    """Return the depth of a tree, without recursion."""
    deepest = 0
    waiting: list[tuple[ast.AST, int]] = [(body, 1)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((each, depth + 1) for each in ast.iter_child_nodes(node))
    return deepest
