"""Notices to one user about a box: what a rule tells, a question, a warning, what somebody else has done (EM-1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inboxcrm.base.settings import User
from inboxcrm.base.work import Work
from inboxcrm.crm.absence import stand_in
from inboxcrm.ingest.notices.files import MB, carry_files
from inboxcrm.ingest.notices.reply_draft import lay_reply
from inboxcrm.ingest.notices.suggested import suggested_snippets
from inboxcrm.ingest.quoting import notice_facts, notice_subject
from inboxcrm.ingest.store import last_asking_message
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, write_letter
from inboxcrm.outbox.store import letter_by_dedupe

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Task
    from inboxcrm.ingest.records import Message


@dataclass(frozen=True, slots=True)
class Notice:
    """What a user is told; `occasion` makes it one notice, however often its cause is handled.

    Without `commands` (None) those are offered that make sense when it is written. `kept` says what becomes of free
    words in the answer, where they do not become a note.
    """

    occasion: str
    headline: str
    text: str
    why: str
    row: str
    commands: Sequence[str] | None = ()
    kept: str = ""


def tell_user(
    work: Work, user: User, box: Box, message: Message | None, notice: Notice, task: Task | None = None
) -> None:
    """Write a notice with a mail, or with the newest of the box; a `yes` in the answer is about the task, if any."""
    dedupe = f"{notice.occasion}:{user.key}"
    if letter_by_dedupe(work.session, dedupe):
        return
    facts = told_facts(work, user, box, message, notice)
    told = message or last_asking_message(work.session, box.id)
    carried = carry_files(told, _room(work)) if told and facts["mail"] else None
    write_letter(
        work,
        Plan(
            kind="notice",
            dedupe=dedupe,
            account=work.settings.house_account.address,
            to=[Address(user.name, user.address)],
            user=user.key,
            subject=notice_subject(notice.headline, box.name),
            facts=facts,
            attachments=carried.attachments if carried else (),
            box_id=box.id,
            task_ids=[task.id] if task else [],
        ),
    )


def told_facts(
    work: Work,
    user: User,
    box: Box,
    message: Message | None,
    notice: Notice,
    room_bytes: int | None = None,
) -> dict[str, object]:
    """Give what a notice says, and lay the answer into the user's Drafts if that is wanted."""
    facts = notice_facts(
        work,
        user,
        box.id,
        notice.text,
        notice.commands,
        why=notice.why,
        rule=notice.row,
        message=message,
        room_bytes=room_bytes,
    )
    facts["kept"] = notice.kept
    if message is not None and facts["mail"]:
        facts["snippets"] = suggested_snippets(work, message)
        if work.settings.notices.reply_drafts:
            facts["has_draft"] = lay_reply(work, user, box, message, occasion=f"{message.id}:{user.key}")
    return facts


def _room(work: Work) -> int:
    return work.settings.notices.attach_mb * MB


def owner_of(work: Work, box: Box) -> User:
    """Give the user who has a box, or who stands in for him; a box of nobody is the manager's."""
    users = work.settings
    owner = users.user_by_key(box.owner or "") or users.manager
    return stand_in(work.session, users, owner, work.now)
