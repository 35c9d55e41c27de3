"""The ledger: messages on the server = locations + quarantine + history still to be read, by folder (IN-1, V2)."""

from __future__ import annotations

from typing import Any

from inboxcrm.base.work import Office
from inboxcrm.ingest.store import account_by_address, count_held, count_left_out, folders_of
from inboxcrm.ingest.sync.history import count_to_come
from inboxcrm.mail.access import open_account


def count_ledger(office: Office) -> list[dict[str, Any]]:
    """Ask every server how many messages each watched folder holds, and compare. Raises MailboxError."""
    rows = []
    for account in office.settings.account:
        with office.reading() as session:
            state = account_by_address(session, account.address)
            folders = folders_of(session, state.id) if state else []
            counts = {
                f.name: (f.id, *count_held(session, f), count_left_out(session, f))
                for f in folders
                if f.state != "gone"
            }
        with open_account(office, account) as mailbox:
            for name, (folder_id, locations, quarantine, left_out) in counts.items():
                server = mailbox.examine(name).exists
                to_come = count_to_come(office, mailbox, folder_id)
                rows.append(
                    {
                        "account": account.address,
                        "folder": name,
                        "server": server,
                        "locations": locations,
                        "left_out": left_out,
                        "quarantine": quarantine,
                        "to_come": to_come,
                        "difference": server - locations - quarantine - to_come,
                    }
                )
    return rows
