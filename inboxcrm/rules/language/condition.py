"""The condition of a rule: Python's expressions over typed facts, for one record (`holds`) or for all (`where`).

    is_open and not is_on_hold and last_activity_at < now - days(7)

Null is treated as SQL treats it: a comparison with an empty fact is neither true nor false, `not` does not change
that, and a condition that is not true does not hold. `fact is None` and `fact is not None` ask for it.

Of a scheduled rule the database is asked `where`, which holds all conjuncts that it can answer exactly; if there are
others, each record found is kept only if `rest` (or `holds`) is true of it. `pushed` and `judged` are their words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, true

from inboxcrm.rules.fault import Fault, Place
from inboxcrm.rules.language.checking import Checker
from inboxcrm.rules.language.compile_python import Holds, compile_python
from inboxcrm.rules.language.compile_sql import compile_sql
from inboxcrm.rules.language.contradiction import find_contradiction
from inboxcrm.rules.language.facts import FactTable
from inboxcrm.rules.language.reading import Source, read_condition
from inboxcrm.rules.language.splitting import Part, split_condition
from inboxcrm.rules.language.tree import Junction, Node, Now, facts_of_tree, has_facts, walk_tree
from inboxcrm.rules.language.working_time import PLAIN, Calendars


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition.

    `holds(values, now, calendars)` is the generated function itself: the facts by their names in the table, `now`
    aware, the calendars of the company (rules/calendars.py); a fact that is declared as never empty must not be None.
    `rest` is the same for the conjuncts that the database cannot answer, and None if it answers all. `facts` are the
    names of the facts that it reads. Two conditions are equal if they say the same in the same order.
    """

    source: str = field(compare=False)
    facts: frozenset[str] = field(compare=False)
    holds: Holds = field(compare=False, repr=False)
    rest: Holds | None = field(compare=False, repr=False)
    parts: tuple[Part, ...] = field(compare=False, repr=False)
    tree: Node = field(repr=False)

    @property
    def pushed(self) -> tuple[str, ...]:
        """Return the words of the conjuncts that the database is asked."""
        return tuple(part.words for part in self.parts if not part.obstacle)

    @property
    def judged(self) -> tuple[str, ...]:
        """Return the words of the conjuncts that are judged in Python on the records found."""
        return tuple(part.words for part in self.parts if part.obstacle)

    @property
    def obstacle(self) -> str:
        """Return why the database cannot be asked the whole condition, or an empty text."""
        return next(iter(self.obstacles), "")

    @property
    def obstacles(self) -> tuple[str, ...]:
        """Return why each of the `judged` cannot be asked of the database."""
        return tuple(part.obstacle for part in self.parts if part.obstacle)

    def where(self, now: datetime, calendars: Calendars = PLAIN) -> ColumnElement[bool]:
        """Return the part that the database can be asked, over the facts' columns; true if there is none."""
        asked = [compile_sql(part.node, now, calendars) for part in self.parts if not part.obstacle]
        return and_(*asked) if asked else true()


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
    is_fixed = not has_facts(tree) and not any(isinstance(each, Now) for each in walk_tree(tree))
    if is_fixed and not holds({}, datetime(1970, 1, 1, tzinfo=UTC)):
        return [Fault(text.place_at(0), "the condition can never hold", "the rule would never fire")]
    if found := find_contradiction(tree, checker.spoken):
        words, node = found
        return [Fault(text.place_of(node), words, "the rule would never fire")]
    parts = split_condition(tree, checker.spoken)
    judged = tuple(part.node for part in parts if part.obstacle)
    rest = compile_python(judged[0] if len(judged) == 1 else Junction(True, judged)) if judged else None
    facts = frozenset(use.name for use in facts_of_tree(tree))
    return Condition(source, facts, holds, rest, parts, tree)
