"""Questions to the table of command mails."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.store import insert_or_ignore
from inboxcrm.commands.records import CommandMail


def lock_command_mail(session: Session, message_id: int, wait_until: datetime) -> CommandMail:
    """Give the row of a command mail for this transaction alone; make it if it is new."""
    row = {
        "message_id": message_id,
        "state": "waiting",
        "evidence": "",
        "wait_until": wait_until,
        "outcome": "",
    }
    insert_or_ignore(session, CommandMail.__table__, [row])
    return session.get_one(CommandMail, message_id, with_for_update=True, populate_existing=True)


def expired_command_mails(session: Session, now: datetime) -> list[int]:
    """Give the mails that have waited for proof for long enough."""
    query = select(CommandMail.message_id).where(
        CommandMail.state == "waiting", CommandMail.wait_until <= now
    )
    return list(session.scalars(query))
