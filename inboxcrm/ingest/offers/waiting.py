"""Conversations that waited for our answer when a mailbox went live: listed once, leads by one word (IN-16)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from inboxcrm.base.database import Session
from inboxcrm.base.settings import Account, Settings
from inboxcrm.base.spelled import spell_moment
from inboxcrm.base.work import Office
from inboxcrm.ingest.intents import read_intents
from inboxcrm.ingest.offers.letter import About, Line, write_to_owner
from inboxcrm.ingest.offers.store import is_history_read, waiting_messages
from inboxcrm.ingest.store import account_by_address, lock_account
from inboxcrm.mail.reply import split_reply, words_in

if TYPE_CHECKING:
    from inboxcrm.ingest.records import Message

ACTOR = "poller"
SPAN = timedelta(days=30)
MOST = 50
LOOKED_AT = 200
WHY = "What waited for an answer when we began is not forgotten; nothing was made of it by itself."


def waiting_conversations(session: Session, account: Account) -> list[Message]:
    """Give the last mails of the conversations of a mailbox that wait for our answer, newest first, 50 at most."""
    row = account_by_address(session, account.address)
    if row is None:
        return []
    found = waiting_messages(session, row, row.live_from - SPAN, LOOKED_AT)
    return [one for one in found if not _is_courtesy(one)][:MOST]


def _is_courtesy(message: Message) -> bool:
    """Tell whether a mail only thanks; old mail is not read for its words before somebody asks."""
    words = words_in(message.text, split_reply(message.text))
    return any(intent.name == "courtesy" for intent in read_intents(words))


def is_list_due(session: Session, settings: Settings, account: Account) -> bool:
    """Tell whether the list of a mailbox is to be made: all histories are read, as an answer may lie in another's."""
    row = account_by_address(session, account.address)
    is_told = row is None or row.waiting_told_at is not None
    return not is_told and is_history_read(session, [one.address for one in settings.account])


def tell_waiting(office: Office, account: Account) -> None:
    """Send the owner of a mailbox the list, once; an empty one is not sent."""
    with office.work("waiting", actor=ACTOR) as work:
        row = lock_account(work.session, account.address)
        if not is_list_due(work.session, work.settings, account):
            return
        row.waiting_told_at = work.now
        found = waiting_conversations(work.session, account)
        if not found:
            return
        zone = work.settings.company.zone
        lines = [
            Line(
                "message",
                one.id,
                f"{one.sender_name} <{one.sender}>" if one.sender_name else one.sender,
                one.subject,
                spell_moment(one.received_at, zone),
            )
            for one in found
        ]
        count = "1 conversation waits" if len(found) == 1 else f"{len(found)} conversations wait"
        about = About(
            occasion=f"waiting:{account.address}",
            subject=f"{count} for an answer in {account.address}",
            text=f"{count} for our answer in {account.address}, the newest first. Which are to become leads?",
            why=WHY,
            row="IN-16",
            commands=[
                ("lead 1", "this one becomes a lead, with the history of its thread"),
                ("lead 1 3 5-7", "several at once"),
            ],
        )
        write_to_owner(work, account, about, lines)
