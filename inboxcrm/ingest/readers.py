"""Who got a mail in his own mailbox."""

from __future__ import annotations

from inboxcrm.base.database import Session
from inboxcrm.base.settings import Settings
from inboxcrm.ingest.store import locations_of


def keys_of_readers(session: Session, settings: Settings, message_id: int) -> set[str]:
    """Give the keys of the users in whose personal INBOX a message lies."""
    owners = {account.address: account.user for account in settings.account if account.kind == "personal"}
    return {
        key
        for address, folder, _ in locations_of(session, message_id)
        if folder.upper() == "INBOX" and (key := owners.get(address))
    }
