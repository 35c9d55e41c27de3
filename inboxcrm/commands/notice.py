"""Mails to users about commands and answers: questions, warnings, receipts. Each goes to one user alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxcrm.base.settings import User
from inboxcrm.base.work import Work
from inboxcrm.crm.store import box_by_id
from inboxcrm.crm.task import add_task
from inboxcrm.ingest.quoting import notice_facts, notice_subject, reply_subject
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, Thread, write_letter

if TYPE_CHECKING:
    from inboxcrm.crm.records import Task
    from inboxcrm.ingest.records import Message

ASKED = "An acceptance that is not sure is asked, never assumed."
NOBODY = "Nobody acts in another's name."


def ask_rep(work: Work, message: Message, quote_id: int, number: str, doubt: str) -> None:
    """Ask the owner with a yes-or-no question whether a mail accepts a quote; one mail, one question."""
    box = box_by_id(work.session, message.box_id or 0)
    owner = _owner(work, box.owner)
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
    _tell(work, message, owner, f"Is {number} accepted?", text, ["yes", "no"], ASKED, task)


def warn_rep(work: Work, message: Message, number: str, lacking: str) -> None:
    """Show the owner a mail that looks like an acceptance and proves nothing; nothing was done."""
    owner = _owner(work, box_by_id(work.session, message.box_id or 0).owner)
    text = f"this looks like an acceptance of {number}, but {lacking}; nothing was done"
    _tell(work, message, owner, f"Doubtful yes to {number}, nothing was done", text, [], NOBODY, None)


def _owner(work: Work, key: str | None) -> User:
    return work.settings.user_by_key(key or "") or work.settings.user[0]


def _tell(
    work: Work,
    message: Message,
    user: User,
    headline: str,
    text: str,
    commands: list[str],
    why: str,
    task: Task | None,
) -> None:
    box = box_by_id(work.session, message.box_id or 0)
    write_letter(
        work,
        Plan(
            kind="notice",
            dedupe=f"answer:{message.id}:{user.key}",
            account=work.settings.house_account.address,
            to=[Address(user.name, user.address)],
            user=user.key,
            subject=notice_subject(headline, box.name),
            facts=notice_facts(work, user, box.id, text, commands, why=why, rule="who may act, row IN-12"),
            box_id=box.id,
            task_ids=[task.id] if task else [],
        ),
    )


def write_receipt(work: Work, message: Message, user: User, lines: list[dict[str, Any]], note: str) -> None:
    """Answer a command mail to its sender alone: what changed, what did not and what would be right (EM-4)."""
    own_id = (message.message_id,) if message.message_id else ()
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
            thread=Thread(message.message_id, (*message.reference_ids, *own_id)),
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
