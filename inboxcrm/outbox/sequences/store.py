"""Questions for runs of sequences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.base.store import insert_or_ignore
from inboxcrm.outbox.records import Letter, LetterRecipient
from inboxcrm.outbox.sequences.records import SequenceRun

UNDER_WAY = ("waiting", "claimed", "uncertain")
LAID = "laid"
LOST = ("failed", "cancelled")
_GOING = SequenceRun.ended_at.is_(None)


def insert_run(session: Session, run: SequenceRun) -> bool:
    """Write a run unless its sequence has one over this record, or had one for this occasion; tell whether it did."""
    row = {column.name: getattr(run, column.name) for column in SequenceRun.__table__.columns}
    session.flush()
    insert_or_ignore(session, SequenceRun.__table__, [row])
    return session.scalar(select(SequenceRun.id).where(SequenceRun.id == run.id)) is not None


def run_by_id(session: Session, run_id: int) -> SequenceRun:
    """Give a run."""
    return session.get_one(SequenceRun, run_id)


def lock_run(session: Session, run_id: int) -> SequenceRun:
    """Give a run that nobody else can change before this transaction ends. It is locked before its letters."""
    return session.get_one(SequenceRun, run_id, with_for_update=True, populate_existing=True)


def take_run(session: Session, run_id: int) -> SequenceRun | None:
    """Give a run for this transaction alone; None if another one has it."""
    query = select(SequenceRun).where(SequenceRun.id == run_id, _GOING)
    return session.scalar(query.with_for_update(skip_locked=True).execution_options(populate_existing=True))


def due_run_ids(session: Session, now: datetime, limit: int = 1000) -> list[int]:
    """Give the runs whose next step is due, or whose pause is over, those first that have waited longest."""
    query = select(SequenceRun.id).where(_GOING, SequenceRun.due_at <= now)
    return list(session.scalars(query.order_by(SequenceRun.due_at, SequenceRun.id).limit(limit)))


def is_any_going(session: Session) -> bool:
    """Tell whether any run has not ended."""
    return session.scalar(select(SequenceRun.id).where(_GOING).limit(1)) is not None


def runs_going(
    session: Session, box_ids: Iterable[int], contact_ids: Iterable[int] = ()
) -> list[SequenceRun]:
    """Give the runs that have not ended on one of these boxes, or that write to one of these people."""
    is_touched = or_(
        among(session, SequenceRun.box_id, sorted(box_ids)),
        among(session, SequenceRun.contact_id, sorted(contact_ids)),
    )
    return list(session.scalars(select(SequenceRun).where(_GOING, is_touched).order_by(SequenceRun.id)))


def was_stopped_by_user(session: Session, rule: str, subject: tuple[str, int]) -> bool:
    """Tell whether one of us has ever stopped a sequence over a record."""
    found = exists().where(
        SequenceRun.rule == rule,
        SequenceRun.subject_kind == subject[0],
        SequenceRun.subject_id == subject[1],
        SequenceRun.ended_by.startswith("user:"),
    )
    return bool(session.scalar(select(found)))


def waiting_letters(session: Session, run_id: int) -> list[Letter]:
    """Give the letters and drafts of a run that have not left, locked for this transaction."""
    query = select(Letter).where(Letter.run_id == run_id, Letter.state == "waiting").order_by(Letter.id)
    return list(session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def has_letter_under_way(session: Session, run_id: int, *, or_draft: bool) -> bool:
    """Tell whether a letter of a run is still to leave, or a draft of it lies where nobody has sent it."""
    states = (*UNDER_WAY, LAID) if or_draft else UNDER_WAY
    query = select(Letter.id).where(Letter.run_id == run_id, Letter.state.in_(states))
    return session.scalar(query.limit(1)) is not None


def lost_letter(session: Session, run_id: int) -> Letter | None:
    """Give a letter of a run that did not leave and will not."""
    return session.scalar(select(Letter).where(Letter.run_id == run_id, Letter.state.in_(LOST)).limit(1))


def letters_of_runs(session: Session) -> list[Letter]:
    """Give the letters of all runs that have not left, locked for this transaction."""
    query = select(Letter).where(Letter.run_id.is_not(None), Letter.state == "waiting")
    return list(session.scalars(query.order_by(Letter.id).with_for_update()))


def last_sent_at(session: Session, run_id: int) -> datetime | None:
    """Give when the last letter of a run left."""
    return session.scalar(select(func.max(Letter.sent_at)).where(Letter.run_id == run_id))


def bounced_address(session: Session, run_id: int) -> str | None:
    """Give an address from which a letter of a run came back."""
    query = select(LetterRecipient.address).join(Letter, Letter.id == LetterRecipient.letter_id)
    return session.scalar(query.where(Letter.run_id == run_id, LetterRecipient.state == "bounced").limit(1))
