"""The condition of a rule: Python's expressions over typed facts, for one record (`holds`) or for all (`where`).

    is_open and not is_on_hold and last_activity_at < now - days(7)

Null is treated as SQL treats it: a comparison with an empty fact is neither true nor false, `not` does not change
that, and a condition that is not true does not hold. `fact is None` and `fact is not None` ask for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import ColumnElement

from inboxcrm.rules.fault import Fault, Place
from inboxcrm.rules.language.checking import Checker
from inboxcrm.rules.language.compile_python import Holds, compile_python
from inboxcrm.rules.language.compile_sql import compile_sql, find_obstacle
from inboxcrm.rules.language.facts import FactTable
from inboxcrm.rules.language.reading import Source, read_condition
from inboxcrm.rules.language.tree import FactUse, Node, Now, walk_tree


class NotInDatabase(ValueError):
    """A condition was to be asked of the database and cannot be; loading a scheduled rule finds this first."""

    def __init__(self, source: str, obstacle: str) -> None:
        super().__init__(f"{source!r}: {obstacle}")


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition.

    `holds(values, now)` is the generated function itself: the facts by their names in the table, `now` aware; a fact
    that is declared as never empty must not be None. `obstacle` says why `where` cannot be had, or is empty.
    `facts` are the names of the facts that it reads.
    """

    source: str
    facts: frozenset[str]
    obstacle: str
    holds: Holds = field(compare=False, repr=False)
    tree: Node = field(compare=False, repr=False)

    def where(self, now: datetime) -> ColumnElement[bool]:
        """Return the condition over the facts' columns. Raises NotInDatabase."""
        if self.obstacle:
            raise NotInDatabase(self.source, self.obstacle)
        return compile_sql(self.tree, now)


def compile_condition(source: str, table: FactTable, place: Place) -> Condition | list[Fault]:
    """Compile a condition, or return all its faults; `place` is where its text begins."""
    text = Source(source, place)
    body = read_condition(text)
    if isinstance(body, Fault):
        return [body]
    checker = Checker(text, table)
    tree = checker.check_condition(body)
    if tree is None:
        return checker.faults
    holds = compile_python(tree)
    nodes = list(walk_tree(tree))
    is_fixed = not any(isinstance(each, FactUse | Now) for each in nodes)
    if is_fixed and not holds({}, datetime(1970, 1, 1, tzinfo=UTC)):
        return [Fault(text.place_at(0), "the condition can never hold", "the rule would never fire")]
    facts = frozenset(each.name for each in nodes if isinstance(each, FactUse))
    return Condition(source, facts, find_obstacle(tree), holds, tree)
