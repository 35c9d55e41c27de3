"""The ledger: mails in a folder = those with a fate here + quarantine + history still to be read (IN-1, V2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from inboxcrm.base.settings import Account
from inboxcrm.base.work import Office
from inboxcrm.ingest.folders import UNREAD
from inboxcrm.ingest.store import (
    FATES,
    IMPORTED,
    account_by_address,
    count_fates,
    count_held,
    folders_of,
)
from inboxcrm.ingest.sync.history import count_to_come
from inboxcrm.mail.access import open_account
from inboxcrm.mail.errors import FolderMissing
from inboxcrm.mail.imap import Mailbox


@dataclass(frozen=True, slots=True)
class _Counted:
    """What is here of one folder, and for an import what its file held."""

    folder_id: int
    name: str
    is_import: bool
    is_running: bool
    noted: int
    fates: dict[str, int]
    quarantine: int

    @property
    def held(self) -> int:
        return sum(self.fates.values()) + self.quarantine


def count_ledger(office: Office) -> list[dict[str, Any]]:
    """Ask every server how many messages each watched folder holds, and compare. Raises MailboxError.

    A folder of imported mail is compared with what was counted in its file.
    """
    rows = []
    for account in office.settings.account:
        counted = _count_here(office, account)
        with open_account(office, account) as mailbox:
            for one in counted:
                if one.is_import:
                    # While it runs, or after it was stopped, what is not here yet is still to come.
                    server = max(one.noted, one.held) if one.is_running else one.noted
                    to_come = server - one.held if one.is_running else 0
                else:
                    server, to_come = _count_there(office, mailbox, one)
                rows.append(_row(account, one, server, to_come))
    return rows


def _count_there(office: Office, mailbox: Mailbox, one: _Counted) -> tuple[int, int]:
    """Count what the server holds of a folder, and what of that is still to be read; of one that is gone, nothing."""
    try:
        return mailbox.examine(one.name).exists, count_to_come(office, mailbox, one.folder_id)
    except FolderMissing:
        return 0, 0


def _count_here(office: Office, account: Account) -> list[_Counted]:
    with office.reading() as session:
        state = account_by_address(session, account.address)
        return [
            _Counted(
                folder_id=folder.id,
                name=folder.name,
                is_import=folder.state == IMPORTED,
                is_running=folder.back_hi > 0,
                noted=folder.server_count,
                fates=count_fates(session, folder),
                quarantine=count_held(session, folder)[1],
            )
            for folder in (folders_of(session, state.id) if state else [])
            if folder.state not in UNREAD
        ]


def _row(account: Account, one: _Counted, server: int, to_come: int) -> dict[str, Any]:
    return {
        "account": account.address,
        "folder": one.name,
        "server": server,
        "locations": sum(one.fates.values()),
        **{name: one.fates[name] for name in FATES},
        "quarantine": one.quarantine,
        "to_come": to_come,
        "difference": server - one.held - to_come,
    }
