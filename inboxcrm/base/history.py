"""Every change of a record's facts is in the history: who, when, why, and what was before (MG-8).

Verbs write events of their own. What such an event does not tell is told by a quiet `fact.changed`, made at the end of
the transaction from what the ORM has written. Folders say with `keep_history` which of their tables are meant.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from inboxcrm.base.journal import changed_columns, learn_unknown, plain_value

if TYPE_CHECKING:
    from inboxcrm.base.work import Work

FACT_CHANGED = "fact.changed"
HISTORY = "history"
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Kept:
    """A table whose facts have a history: columns that are no facts, and those that events of their own tell."""

    no_facts: frozenset[str]
    told_by: Mapping[str, Collection[str]]  # by column: the kinds of event about the row or its box
    whole: frozenset[str]  # of these the kinds that need not name what was before
    box: str | None  # the column that names its box


@dataclass(frozen=True, slots=True)
class _Change:
    row: Any
    table: str
    column: str
    old: Any
    actor: str
    why: str


@dataclass(slots=True)
class Changes:
    """What a transaction has changed so far, each column once with its first value."""

    work: Work
    found: dict[tuple[int, str], _Change] = field(default_factory=dict)


_KEPT: dict[str, Kept] = {}


def keep_history(
    table: str,
    *,
    no_facts: Collection[str] = (),
    told_by: Mapping[str, Collection[str]] | None = None,
    whole: Collection[str] = (),
    box: str | None = None,
) -> None:
    """Let every change of a table's columns be told, apart from those that are no facts.

    An event of its own tells a column if it names what was before, if nothing was, or if its kind is `whole`.
    """
    _KEPT[table] = Kept(frozenset(no_facts), told_by or {}, frozenset(whole), box)


def history_of(table: str) -> Kept | None:
    """Give how the history of a table is kept; None if it has none."""
    return _KEPT.get(table)


def watch_changes(work: Work) -> None:
    """Gather from now on what this transaction changes."""
    work.session.info[HISTORY] = Changes(work)


def tell_nothing(work: Work) -> None:
    """Gather no more in this transaction: what is erased is told nowhere."""
    work.session.info.pop(HISTORY, None)


def _learn(session: Session, _context: object, _objects: object) -> None:
    if session.info.get(HISTORY) is not None:
        for row in session.dirty:
            if row.__table__.name in _KEPT:
                learn_unknown(session, row)


def _gather(session: Session, _context: object) -> None:
    changes: Changes | None = session.info.get(HISTORY)
    if changes is None:
        return
    for row in session.dirty:
        table = row.__table__.name
        kept = _KEPT.get(table)
        if kept is None:
            continue
        for name, (old, _new) in changed_columns(row).items():
            if name not in kept.no_facts:
                work = changes.work
                change = _Change(row, table, name, old, work.actor, work.why)
                changes.found.setdefault((id(row), name), change)


def tell_changes(work: Work) -> None:
    """Write the events of what was changed and no event of its own tells; what is held is written before."""
    work.session.flush()
    changes: Changes | None = work.session.info.get(HISTORY)
    if changes is None or not changes.found:
        return
    gathered, changes.found = list(changes.found.values()), {}
    for one in gathered:
        state = inspect(one.row)
        new = getattr(one.row, one.column) if state.persistent else one.old
        if new != one.old:
            _tell(work, one, state.identity[0], new)
    work.session.flush()


def _tell(work: Work, one: _Change, number: Any, new: Any) -> None:
    kept = _KEPT[one.table]
    box_id = getattr(one.row, kept.box) if kept.box else None
    if _is_told(work, kept, one, number, box_id):
        return
    actor, work.actor = work.actor, one.actor
    work.emit(
        FACT_CHANGED,
        (one.table, number),
        box_id=box_id,
        is_quiet=True,
        field=one.column,
        old=_cut(one.old),
        new=_cut(new),
        why=one.why,
    )
    work.actor = actor


def _is_told(work: Work, kept: Kept, one: _Change, number: Any, box_id: int | None) -> bool:
    """Tell whether an event of its own in this transaction tells a change."""
    for kind in kept.told_by.get(one.column, ()):
        payload = work.told.get((kind, one.table, number)) or work.told.get((kind, "box", box_id))
        if payload is not None and (kind in kept.whole or "old" in payload or not one.old):
            return True
    return False


def _cut(value: Any) -> Any:
    plain = plain_value(value)
    return plain[:LONGEST] if isinstance(plain, str) else plain


event.listen(Session, "before_flush", _learn)
event.listen(Session, "after_flush", _gather)
