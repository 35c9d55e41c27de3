"""Questions to the tables of snippets and technical questions."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.crm.answers.records import Snippet, TechnicalQuestion

MOST_SNIPPETS = 2000  # of which the best are chosen


def title_key(title: str) -> str:
    """Give a title as it is compared: in one case, white space collapsed."""
    return " ".join(title.casefold().split())


def snippet_by_title(session: Session, title: str) -> Snippet | None:
    """Give the snippet of this title."""
    return session.scalar(select(Snippet).where(Snippet.title_key == title_key(title)))


def all_snippets(session: Session) -> list[Snippet]:
    """Give the snippets, the most used first."""
    query = select(Snippet).order_by(Snippet.used.desc(), Snippet.id).limit(MOST_SNIPPETS)
    return list(session.scalars(query))


def has_snippets(session: Session) -> bool:
    """Tell whether there is any."""
    return session.scalar(select(Snippet.id).limit(1)) is not None


def question_of_message(session: Session, message_id: int) -> TechnicalQuestion | None:
    """Give the technical question that a mail asks, for this transaction alone."""
    query = select(TechnicalQuestion).where(TechnicalQuestion.message_id == message_id)
    return session.scalar(query.with_for_update())


def question_by_id(session: Session, question_id: int) -> TechnicalQuestion | None:
    """Give a technical question."""
    return session.get(TechnicalQuestion, question_id)


def last_question_of_box(session: Session, box_id: int) -> TechnicalQuestion | None:
    """Give the technical question on a box that moved last."""
    query = select(TechnicalQuestion).where(TechnicalQuestion.box_id == box_id)
    return session.scalar(
        query.order_by(TechnicalQuestion.moved_at.desc(), TechnicalQuestion.id.desc()).limit(1)
    )


def last_answered_of_box(session: Session, box_id: int) -> TechnicalQuestion | None:
    """Give the technical question on a box that was answered last."""
    query = select(TechnicalQuestion).where(
        TechnicalQuestion.box_id == box_id, TechnicalQuestion.answered_at.is_not(None)
    )
    return session.scalar(query.order_by(TechnicalQuestion.answered_at.desc()).limit(1))
