"""Who got a mail in his own mailbox, and who may still get it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.database import Session
from inboxcrm.base.settings import Settings, User
from inboxcrm.ingest.notices.store import places_with_labels
from inboxcrm.ingest.store import same_message_id

if TYPE_CHECKING:
    from inboxcrm.ingest.records import Message

INBOX_LABELS = frozenset(("\\inbox", "inbox"))  # Gmail's, whose mails all lie in one folder


def keys_of_readers(session: Session, settings: Settings, message: Message) -> set[str]:
    """Give the keys of the users in whose personal INBOX a mail lies or lay, also as a copy altered on its way."""
    owners = {account.address: account.user for account in settings.account if account.kind == "personal"}
    if not owners:
        return set()
    copies = [one.id for one in same_message_id(session, message) if one.sender == message.sender]
    return {
        key
        for address, folder, labels in places_with_labels(session, [message.id, *copies])
        if (key := owners.get(address)) and (folder.upper() == "INBOX" or _is_labelled(labels))
    }


def may_still_come(settings: Settings, user: User, message: Message) -> bool:
    """Tell whether a mail may be on its way into a user's own INBOX: it names him, or an address for several of us."""
    account = settings.account_of_user(user.key)
    if account is None:
        return False
    own = {user.address, account.address}
    return any(one in own or _is_for_several(settings, one) for one in message.recipients)


def _is_labelled(labels: list[str]) -> bool:
    return any(one.lower() in INBOX_LABELS for one in labels)


def _is_for_several(settings: Settings, address: str) -> bool:
    """Tell whether an address of ours is no person's and no watched mailbox: one like team@ may reach anybody."""
    if not settings.is_inside(address) or settings.is_account_address(address):
        return False
    return settings.user_by_address(address) is None and all(
        one.address != address for one in settings.account
    )
