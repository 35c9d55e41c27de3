"""The ladder of a technical question: snippet, colleague, call, on site; it climbs, and never comes down (EM-9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.store import draw_id
from inboxcrm.crm import events
from inboxcrm.crm.answers.records import TechnicalQuestion
from inboxcrm.crm.answers.store import question_of_message

if TYPE_CHECKING:
    from inboxcrm.base.work import Work

SNIPPET, COLLEAGUE, CALL, ON_SITE = "snippet", "colleague", "call", "on site"
RUNGS = (SNIPPET, COLLEAGUE, CALL, ON_SITE)
LONGEST_WHY, LONGEST_ANSWER = 500, 20_000


class NoWayDown(Refused):
    """A rung below the one on which a question stands; names those above."""

    def __init__(self, at: str, wanted: str) -> None:
        above = RUNGS[RUNGS.index(at) + 1 :]
        left = f"; left are: {', '.join(above)}" if above else "; there is no further rung"
        super().__init__(f"the question stands on {at!r}, so {wanted!r} is behind it{left}")


def climb(
    work: Work, message_id: int, box_id: int, rung: str, *, user: str, colleague: str = "", why: str = ""
) -> TechnicalQuestion:
    """Put the question of a mail on a rung; another colleague can be asked on the same. Raises NoWayDown."""
    question = question_of_message(work.session, message_id)
    old = question.rung if question else ""
    if question is None:
        question = TechnicalQuestion(
            id=draw_id(work.session, TechnicalQuestion.__table__),
            message_id=message_id,
            box_id=box_id,
            answer="",
        )
        work.session.add(question)
    elif RUNGS.index(rung) < RUNGS.index(old):
        raise NoWayDown(old, rung)
    question.rung, question.user, question.why, question.moved_at = rung, user, why[:LONGEST_WHY], work.now
    question.colleague = colleague or question.colleague
    work.session.flush()
    work.emit(
        events.QUESTION_CLIMBED,
        ("question", question.id),
        box_id=box_id,
        old=old,
        new=rung,
        colleague=colleague,
        why=question.why,
    )
    return question


def answer_question(work: Work, question: TechnicalQuestion, words: str) -> None:
    """Keep what a colleague has answered; a later answer takes the place of the first, and both stay in the history."""
    old, question.answer, question.answered_at = question.answer, words.strip()[:LONGEST_ANSWER], work.now
    work.emit(
        events.QUESTION_ANSWERED,
        ("question", question.id),
        box_id=question.box_id,
        old=old,
        new=question.answer,
        colleague=question.colleague,
    )
