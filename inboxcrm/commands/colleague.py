"""A colleague is asked a customer's question, and what she answers comes back as a draft (EM-9).

Her words never reach the customer by themselves: they lie in the Drafts of the rep, who sends them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.crm.answers.ladder import answer_question
from inboxcrm.crm.answers.store import question_by_id
from inboxcrm.crm.store import box_by_id
from inboxcrm.ingest.notices.reply_draft import lay_reply
from inboxcrm.ingest.store import message_by_id
from inboxcrm.ingest.telling import Notice, tell_user
from inboxcrm.mail.forward import bare_subject
from inboxcrm.outbox.store import letter_by_id

if TYPE_CHECKING:
    from inboxcrm.base.settings import User
    from inboxcrm.base.work import Work
    from inboxcrm.crm.answers.records import TechnicalQuestion
    from inboxcrm.crm.records import Box
    from inboxcrm.ingest.records import Message

OCCASION = "ladder"
ROW = "EM-9"
ASKED = "A question that we have no ready answer to goes to who knows it."
LONGEST_SHOWN = 2000
LONGEST_TITLE = 60


def ask_colleague(
    work: Work,
    user: User,
    colleague: User,
    box: Box,
    message: Message,
    question: TechnicalQuestion,
    occasion: str,
) -> None:
    """Mail a question with the customer's whole mail to a colleague; one command asks once."""
    why = f": {question.why}" if question.why else ""
    text = f"{user.name} asks you what to answer{why}"
    kept = f"Answer in your own words: {user.name} gets them as a draft to the customer, who never sees this mail."
    notice = Notice(
        f"{OCCASION}:{question.id}:{occasion}", f"{user.name} asks you", text, ASKED, ROW, (), kept
    )
    tell_user(work, colleague, box, message, notice)


def hear_colleague(work: Work, message: Message, user: User, words: str) -> str:
    """Take a colleague's free words for the answer that she was asked for; "" if she was asked nothing by that mail."""
    letter = letter_by_id(work.session, message.answers_letter_id) if message.answers_letter_id else None
    if letter is None or letter.user != user.key or not letter.dedupe.startswith(f"{OCCASION}:"):
        return ""
    number = letter.dedupe.split(":")[1]
    question = question_by_id(work.session, int(number)) if number.isdecimal() else None
    if question is None or question.colleague != user.key:
        return ""
    answer_question(work, question, words)
    return _pass_on(work, message, user, question)


def _pass_on(work: Work, message: Message, user: User, question: TechnicalQuestion) -> str:
    asker = work.settings.user_by_key(question.user) or work.settings.manager
    box, asked = box_by_id(work.session, question.box_id), message_by_id(work.session, question.message_id)
    occasion = f"{OCCASION}-answer:{question.id}:{message.id}"
    is_laid = lay_reply(work, asker, box, asked, occasion=occasion, words=question.answer)
    where = "; it lies in your Drafts, to send" if is_laid else ""
    text = f"{user.name} answered{where}: {question.answer[:LONGEST_SHOWN]}"
    title = bare_subject(asked.subject).removeprefix("Re:").strip()[:LONGEST_TITLE] or "Answer"
    notice = Notice(occasion, f"{user.name} has answered", text, ASKED, ROW, [f"snippet: {title}"])
    tell_user(work, asker, box, asked, notice)
    return f"Your answer is with {asker.name}{', as a draft to the customer' if is_laid else ''}."
