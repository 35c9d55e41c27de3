"""Notices to one user about a box: what a rule tells, a question, a warning, what somebody else has done (EM-1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inboxcrm.base.settings import User
from inboxcrm.base.work import Work
from inboxcrm.crm.absence import stand_in
from inboxcrm.ingest.quoting import notice_facts, notice_subject
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, write_letter

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Task
    from inboxcrm.ingest.records import Message


@dataclass(frozen=True, slots=True)
class Notice:
    """What a user is told; `occasion` makes it one notice, however often its cause is handled."""

    occasion: str
    headline: str
    text: str
    why: str
    row: str
    commands: Sequence[str] = ()


def tell_user(
    work: Work, user: User, box: Box, message: Message | None, notice: Notice, task: Task | None = None
) -> None:
    """Write a notice with a mail, or with the newest of the box; a `yes` in the answer is about the task, if any."""
    facts = notice_facts(
        work,
        user,
        box.id,
        notice.text,
        list(notice.commands),
        why=notice.why,
        rule=notice.row,
        message=message,
    )
    write_letter(
        work,
        Plan(
            kind="notice",
            dedupe=f"{notice.occasion}:{user.key}",
            account=work.settings.house_account.address,
            to=[Address(user.name, user.address)],
            user=user.key,
            subject=notice_subject(notice.headline, box.name),
            facts=facts,
            box_id=box.id,
            task_ids=[task.id] if task else [],
        ),
    )


def owner_of(work: Work, box: Box) -> User:
    """Give the user who has a box, or who stands in for him; a box of nobody is the manager's."""
    users = work.settings
    owner = users.user_by_key(box.owner or "") or users.manager
    return stand_in(work.session, users, owner, work.now)
