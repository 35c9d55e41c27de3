"""Questions of the digests (MG-1, MG-2): each is asked once for all readers, and gives rows, no records."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.base.work import Event
from inboxcrm.crm.answers.records import TechnicalQuestion
from inboxcrm.crm.first_contacts.records import FirstContact
from inboxcrm.crm.owed.records import OwedAnswer
from inboxcrm.crm.records import Box, Contact, Lead, Opportunity, Task

_PLACE = (
    Box.id.label("box_id"),
    Box.name.label("box"),
    Box.kind.label("box_kind"),
    Box.owner.label("box_owner"),
    Contact.name.label("contact"),
    Lead.state.label("lead_state"),
    Opportunity.id.label("deal_id"),
    Opportunity.state.label("deal_state"),
    Opportunity.stage.label("stage"),
    Opportunity.amount_minor.label("minor"),
    Opportunity.currency.label("currency"),
    Opportunity.probability.label("probability"),
)
_IS_THERE = (Box.is_open, ~Box.is_asleep, Box.merged_into.is_(None))


def _placed(query: Any) -> Any:
    """Add what is told of the box of each row: its contact, lead and deal."""
    query = query.outerjoin(Contact, Contact.id == Box.contact_id)
    query = query.outerjoin(Lead, Lead.box_id == Box.id)
    return query.outerjoin(Opportunity, Opportunity.box_id == Box.id)


def tasks_for_briefing(session: Session, until: datetime, owners: Iterable[str]) -> list[Any]:
    """Give the open tasks of these people that are due by a moment, and whatever is to be filed, the earliest first."""
    query = select(
        Task.id, Task.owner, Task.kind, Task.text, Task.why, Task.rule, Task.rule_version, Task.due_at,
        Task.question, Task.state, *_PLACE,
    ).join(Box, Box.id == Task.box_id)  # fmt: skip
    is_wanted = or_(Task.due_at <= until, Task.kind == "filing")
    query = query.where(Task.state == "open", among(session, Task.owner, owners), is_wanted)
    return list(session.execute(_placed(query).order_by(Task.due_at, Task.id)))


def owed_answers(session: Session) -> list[Any]:
    """Give the open boxes whose customer wrote last and waits, who waits longest first, with by when (EM-6).

    `due_at` is nothing where no clock was begun, as the mail came before there was one.
    """
    is_owed = and_(
        Box.last_inbound_at.is_not(None),
        or_(Box.last_outbound_at.is_(None), Box.last_outbound_at < Box.last_inbound_at),
    )
    is_running = or_(Box.last_outbound_at.is_(None), Box.last_outbound_at < OwedAnswer.asked_at)
    query = select(
        *_PLACE,
        func.coalesce(OwedAnswer.asked_at, Box.last_inbound_at).label("asked_at"),
        OwedAnswer.due_at.label("due_at"),
        Lead.answered_at.label("answered_at"),
    )
    query = _placed(query.select_from(Box))
    query = query.outerjoin(OwedAnswer, and_(OwedAnswer.box_id == Box.id, is_running))
    query = query.where(is_owed, *_IS_THERE, Opportunity.wake_on.is_(None))
    query = query.where(or_(Lead.id.is_(None), Lead.state.not_in(("Dead", "Recycled"))))
    query = query.where(Opportunity.closed_at.is_(None))  # who has just accepted waits for the goods
    return list(session.execute(query.order_by(Box.last_inbound_at, Box.id)))


def late_first_contacts(session: Session, now: datetime) -> list[Any]:
    """Give the leads that nobody has answered in time, with the step up to which that was told (LD-6)."""
    query = select(*_PLACE, FirstContact.due_at.label("due_at"), FirstContact.step.label("step"))
    query = _placed(query.select_from(Box)).join(FirstContact, FirstContact.lead_id == Lead.id)
    waits = (Lead.answered_at.is_(None), Lead.state.in_(("New", "Assigned")), FirstContact.due_at <= now)
    return list(session.execute(query.where(*waits, *_IS_THERE).order_by(FirstContact.due_at, Box.id)))


def stagnant_deals(session: Session, now: datetime, quiet_since: datetime) -> list[Any]:
    """Give the open deals, none on hold, without activity since a moment or too long in their stage (OP-9, OP-10)."""
    query = select(
        *_PLACE, Box.last_activity_at.label("active_at"), Opportunity.stage_overdue_at.label("overdue_at")
    )
    query = _placed(query.select_from(Box))
    is_quiet = or_(Box.last_activity_at < quiet_since, Opportunity.stage_overdue_at < now)
    query = query.where(Opportunity.closed_at.is_(None), Opportunity.wake_on.is_(None), is_quiet, *_IS_THERE)
    return list(session.execute(query.order_by(Box.last_activity_at, Box.id)))


def climbing_questions(session: Session) -> list[Any]:
    """Give the technical questions that were passed on and are not answered (EM-9)."""
    query = select(
        *_PLACE,
        TechnicalQuestion.rung.label("rung"),
        TechnicalQuestion.colleague.label("colleague"),
        TechnicalQuestion.moved_at.label("moved_at"),
    )
    query = _placed(query.select_from(Box)).join(TechnicalQuestion, TechnicalQuestion.box_id == Box.id)
    climbs = (TechnicalQuestion.answered_at.is_(None), TechnicalQuestion.rung != "snippet")
    return list(session.execute(query.where(*climbs, *_IS_THERE).order_by(TechnicalQuestion.moved_at)))


def events_between(session: Session, kinds: Collection[str], since: datetime, until: datetime) -> list[Any]:
    """Give what happened between two moments, of these kinds, on boxes; the earliest first."""
    query = select(Event.kind, Event.payload, Event.at, Event.actor, *_PLACE)
    query = _placed(query.select_from(Event).join(Box, Box.id == Event.box_id))
    query = query.where(Event.kind.in_(sorted(kinds)), Event.at >= since, Event.at < until)
    return list(session.execute(query.order_by(Event.id)))


def places_of(session: Session, boxes: Iterable[int]) -> dict[int, Any]:
    """Give what is told of each of these boxes."""
    query = _placed(select(*_PLACE).select_from(Box)).where(among(session, Box.id, boxes))
    return {row.box_id: row for row in session.execute(query)}


def task_states(session: Session, tasks: Iterable[int]) -> dict[int, Any]:
    """Give owner, state, box, and who closed it and when, of each of these tasks."""
    query = select(Task.id, Task.owner, Task.state, Task.box_id, Task.closed_by, Task.closed_at)
    return {row.id: row for row in session.execute(query.where(among(session, Task.id, tasks)))}


def count_open_work(session: Session, owner: str) -> tuple[int, int]:
    """Count somebody's open tasks, and his open leads and deals."""
    tasks = select(func.count()).select_from(Task).where(Task.owner == owner, Task.state == "open")
    boxes = select(func.count()).select_from(Box).where(Box.owner == owner, *_IS_THERE)
    return session.scalar(tasks) or 0, session.scalar(boxes) or 0
