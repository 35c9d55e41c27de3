"""The watched folders of an account: which they are, how far they were read, what has gone from them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from inboxcrm.base.settings import Account
from inboxcrm.base.work import Office
from inboxcrm.ingest.records import Folder
from inboxcrm.ingest.store import account_by_address, folder_by_name, lock_account, lock_folder, mark_gone
from inboxcrm.mail.folder_names import FolderName

ACTOR = "poller"


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """A folder of an account, by its name on the server and its row here."""

    folder_id: int
    name: str
    server_count: int


def watched_folders(office: Office, account: Account, found: Sequence[FolderName]) -> list[FolderPlace]:
    """Give INBOX, Sent and the configured folders, as far as the server has them; new ones get their row."""
    wanted = [
        folder
        for folder in found
        if folder.name.upper() == "INBOX" or folder.special_use == "sent" or folder.name in account.folders
    ]
    with office.reading() as session:
        row = account_by_address(session, account.address)
        if row is None:
            raise LookupError(account.address)
        known = {folder.name: folder_by_name(session, row.id, folder.name) for folder in wanted}
        places = [FolderPlace(f.id, f.name, f.server_count) for f in known.values() if f]
    if len(places) == len(wanted):
        return places
    with office.work("folder", actor=ACTOR) as work:
        account_id = lock_account(work.session, account.address).id
        for folder in wanted:
            if folder_by_name(work.session, account_id, folder.name) is None:
                row_values = {"uidvalidity": 0, "live_uid": 0, "server_count": 0}
                special_use = "inbox" if folder.name.upper() == "INBOX" else folder.special_use
                work.session.add(
                    Folder(account_id=account_id, name=folder.name, special_use=special_use, **row_values)
                )
    return watched_folders(office, account, found)


def open_folder(office: Office, place: FolderPlace, uidvalidity: int) -> int:
    """Give the cursor of a folder; another UIDVALIDITY means that all its old places are gone (RFC 9051)."""
    with office.reading() as session:
        folder = session.get_one(Folder, place.folder_id)
        if folder.uidvalidity == uidvalidity:
            return folder.live_uid
    with office.work("folder", actor=ACTOR) as work:
        folder = lock_folder(work.session, place.folder_id)
        mark_gone(work.session, folder, None)
        folder.uidvalidity, folder.live_uid, folder.server_count = uidvalidity, 0, 0
    return 0


def note_gone(office: Office, folder_id: int, uids: Collection[int]) -> None:
    """Mark places that the server no longer has; messages stay (I5)."""
    if uids:
        with office.work("folder", actor=ACTOR) as work:
            mark_gone(work.session, lock_folder(work.session, folder_id), uids)


def note_count(office: Office, folder_id: int, count: int) -> None:
    """Write down how many messages the server holds, and that the account was read."""
    with office.work("folder", actor=ACTOR) as work:
        lock_folder(work.session, folder_id).server_count = count


def relook_since(office: Office, account: Account) -> datetime | None:
    """Give since when left-out mail has to be judged again."""
    with office.reading() as session:
        row = account_by_address(session, account.address)
        return row.relook_from if row else None


def forget_relook(office: Office, account: Account, since: datetime) -> None:
    """Note that left-out mail was judged again, unless an even older moment has come up meanwhile."""
    with office.work("folder", actor=ACTOR) as work:
        row = lock_account(work.session, account.address)
        if row.relook_from == since:
            row.relook_from = None
