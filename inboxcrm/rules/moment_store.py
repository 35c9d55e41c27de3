"""Questions about the moments at which rules with `at` were asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, exists, func, null, select
from sqlalchemy import false as no
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.base.store import insert_or_ignore
from inboxcrm.rules.facts import SOURCES
from inboxcrm.rules.finding import select_ids
from inboxcrm.rules.records import RuleMoment
from inboxcrm.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class Asked:
    """A date of a record whose moment has come, whether the rule's condition holds, and whose record it is."""

    record_id: int
    anchor: str
    is_wanted: bool
    owner: str | None


def is_unasked(rule: Rule, anchor: ColumnElement[str]) -> ColumnElement[bool]:
    """Say that a rule was not asked yet at this date of the record."""
    asked = exists().where(
        RuleMoment.rule == rule.id,
        RuleMoment.anchor == anchor,
        RuleMoment.subject_id == SOURCES[rule.kind].id,
    )
    return ~asked


def moments_in(
    session: Session,
    rule: Rule,
    anchor: ColumnElement[str],
    window: ColumnElement[bool],
    wanted: ColumnElement[bool],
    ids: Iterable[int] | None = None,
) -> list[Asked]:
    """Give the dates in a window that were not asked yet, of all records or of these, each with its answer."""
    where = [window] if ids is None else [window, among(session, SOURCES[rule.kind].id, ids)]
    owner = SOURCES[rule.kind].columns.get("owner", null())
    query = select_ids(rule.kind, *where, columns=(anchor, func.coalesce(wanted, no()), owner))
    return [Asked(one, text, bool(answer), owner) for one, text, answer, owner in session.execute(query)]


def note_moments(session: Session, rule: str, asked: Iterable[Asked]) -> None:
    """Note that a rule was asked at these dates."""
    rows = [{"rule": rule, "anchor": one.anchor, "subject_id": one.record_id} for one in asked]
    insert_or_ignore(session, RuleMoment.__table__, rows)


def has_moments(session: Session, rule: str, until: str) -> bool:
    """Tell whether dates up to one are noted."""
    query = select(RuleMoment.rule).where(RuleMoment.rule == rule, RuleMoment.anchor <= until)
    return session.scalar(query.limit(1)) is not None


def forget_moments(session: Session, rule: str, until: str) -> None:
    """Let go of dates up to one; dates of one kind are ordered as their texts are."""
    query = delete(RuleMoment).where(RuleMoment.rule == rule, RuleMoment.anchor <= until)
    session.execute(query, execution_options={"synchronize_session": False})
