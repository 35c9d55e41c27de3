"""Mails to users about commands and answers: questions, warnings, receipts. Each goes to one user alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxcrm.base.settings import User
from inboxcrm.base.work import Work
from inboxcrm.crm.store import box_by_id
from inboxcrm.crm.task import add_task
from inboxcrm.ingest.answering import answer_to
from inboxcrm.ingest.quoting import reply_subject
from inboxcrm.ingest.telling import Notice, owner_of, tell_user
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, write_letter

if TYPE_CHECKING:
    from inboxcrm.ingest.records import Message

ASKED = "An acceptance that is not sure is asked, never assumed."
NOBODY = "Nobody acts in another's name."
ROW = "who may act, row IN-12"


def ask_rep(work: Work, message: Message, quote_id: int, number: str, doubt: str) -> None:
    """Ask the owner with a yes-or-no question whether a mail accepts a quote; one mail, one question."""
    box = box_by_id(work.session, message.box_id or 0)
    owner = owner_of(work, box)
    task = add_task(
        work,
        box,
        "question",
        f"Does {message.sender} accept {number}? {doubt}",
        owner=owner.key,
        due_at=work.now,
        why=f"{ASKED} (IN-12)",
        question={"act": "accept", "quote": quote_id, "message": message.id},
        occasion=f"accept:{quote_id}:{message.id}",
    )
    text = f"does this mail accept {number}? I ask because {doubt}"
    occasion, headline = f"answer:{message.id}", f"Is {number} accepted?"
    tell_user(work, owner, box, message, Notice(occasion, headline, text, ASKED, ROW, ["yes", "no"]), task)


def warn_rep(work: Work, message: Message, number: str, lacking: str) -> None:
    """Show the owner a mail that looks like an acceptance and proves nothing; nothing was done."""
    box = box_by_id(work.session, message.box_id or 0)
    text = f"this looks like an acceptance of {number}, but {lacking}; nothing was done"
    headline = f"Doubtful yes to {number}, nothing was done"
    tell_user(
        work, owner_of(work, box), box, message, Notice(f"answer:{message.id}", headline, text, NOBODY, ROW)
    )


def write_receipt(work: Work, message: Message, user: User, lines: list[dict[str, Any]], note: str) -> None:
    """Answer a command mail to its sender alone: what changed, what did not and what would be right (EM-4)."""
    write_letter(
        work,
        Plan(
            kind="receipt",
            dedupe=f"receipt:{message.id}",
            account=work.settings.house_account.address,
            to=[Address(user.name, user.address)],
            user=user.key,
            subject=reply_subject(message.subject or "your command"),
            facts={"name": user.name, "lines": lines, "note": note},
            thread=answer_to(work.session, message),
            box_id=message.box_id,
        ),
    )


def tell_supposed_author(work: Work, message: Message, user: User) -> None:
    """Tell a user, in a new mail to the registered address, that a mail in his name was not carried out."""
    write_letter(
        work,
        Plan(
            kind="unproven",
            dedupe=f"unproven:{message.id}",
            account=work.settings.house_account.address,
            to=[Address(user.name, user.address)],
            user=user.key,
            subject="A mail in your name was not carried out",
            facts={"name": user.name, "words": message.new_words[:500], "subject": message.subject},
        ),
    )
