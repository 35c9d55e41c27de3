"""Who outside wrote what lies on a box, and where else there is mail of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import select

from inboxcrm.base.among import among
from inboxcrm.ingest.records import Folder, Location, MailAccount, Message

if TYPE_CHECKING:
    from inboxcrm.base.database import Session
    from inboxcrm.base.settings import Settings


def outsiders_of_box(session: Session, settings: Settings, box_id: int) -> list[str]:
    """Give the addresses outside that are on the mails of a box."""
    rows = session.execute(select(Message.sender, Message.outside).where(Message.box_id == box_id))
    named = {one for sender, outside in rows for one in (sender, *outside)}
    return sorted(one for one in named if one and not settings.is_inside(one))


def mails_of_outsiders(session: Session, people: Iterable[str]) -> list[Message]:
    """Give the mails that some people have written."""
    return list(session.scalars(select(Message).where(among(session, Message.sender, people))))


def strange_places(session: Session, people: Iterable[str], account: str) -> bool:
    """Tell whether a mail of some people lies in another mailbox than that one."""
    query = (
        select(Location.uid)
        .join(Message, Message.id == Location.message_id)
        .join(Folder, Folder.id == Location.folder_id)
        .join(MailAccount, MailAccount.id == Folder.account_id)
        .where(among(session, Message.sender, people), MailAccount.address != account)
    )
    return session.scalar(query.limit(1)) is not None
