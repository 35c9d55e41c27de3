"""The watched folders of an account: which they are, how far they were read, what has gone from them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from inboxcrm.base.settings import Account
from inboxcrm.base.work import Office
from inboxcrm.ingest.records import Folder
from inboxcrm.ingest.store import (
    account_by_address,
    folder_by_id,
    folders_of,
    lock_account,
    lock_folder,
    mark_gone,
)
from inboxcrm.mail.folder_names import FolderName

ACTOR = "poller"
UNREAD = ("gone", "aside")  # aside: Junk, of which only headers are looked at
LIVE_USES = frozenset({"inbox", "sent", "all"})


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """A folder of an account, by its name on the server and its row here."""

    folder_id: int
    name: str
    special_use: str | None = None

    @property
    def is_live(self) -> bool:
        """Tell whether the live lane reads it: INBOX and Sent, or what stands for both where mail has labels."""
        return self.special_use in LIVE_USES


def watched_folders(
    office: Office, account: Account, found: Sequence[FolderName], *, has_labels: bool = False
) -> list[FolderPlace]:
    """Give INBOX, Sent and the configured folders, as far as the server has them; new ones get their row.

    Where mail has labels, All Mail stands for INBOX and Sent (I11). A folder that was renamed stays watched.
    """
    with office.reading() as session:
        row = account_by_address(session, account.address)
        if row is None:
            raise LookupError(account.address)
        known = {folder.name: folder for folder in folders_of(session, row.id)}
        session.expunge_all()
    wanted = _wanted(account, found, known, has_labels)
    if all(folder.name in known and known[folder.name].state not in UNREAD for folder in wanted):
        return [_place(known[folder.name]) for folder in wanted]
    with office.work("folder", actor=ACTOR) as work:
        account_id = lock_account(work.session, account.address).id
        rows = {folder.name: folder for folder in folders_of(work.session, account_id)}
        for folder in wanted:
            if folder.name in rows:
                reopened = lock_folder(work.session, rows[folder.name].id)
                reopened.state = "open" if reopened.state in UNREAD else reopened.state
                reopened.server_count = -1
                continue
            use = "inbox" if folder.name.upper() == "INBOX" else folder.special_use
            work.session.add(
                Folder(account_id=account_id, name=folder.name, special_use=use, wanted_as=folder.name)
            )
    return watched_folders(office, account, found, has_labels=has_labels)


def _wanted(
    account: Account, found: Sequence[FolderName], known: dict[str, Folder], has_labels: bool
) -> list[FolderName]:
    has_all = has_labels and any(folder.special_use == "all" for folder in found)
    uses = {"all"} if has_all else {"inbox", "sent"}
    wanted = []
    for folder in found:
        use = "inbox" if folder.name.upper() == "INBOX" else folder.special_use
        row = known.get(folder.name)
        names = {folder.name, row.wanted_as if row else None}
        if use in uses or names & account.wanted_folders:
            wanted.append(folder)
    return wanted


def _place(folder: Folder) -> FolderPlace:
    return FolderPlace(folder.id, folder.name, folder.special_use)


def open_folder(office: Office, place: FolderPlace, uidvalidity: int) -> int:
    """Give the cursor of a folder; under another UIDVALIDITY its old places are gone and it starts anew (RFC 9051)."""
    with office.reading() as session:
        folder = folder_by_id(session, place.folder_id)
        if folder.uidvalidity == uidvalidity:
            return folder.live_uid
    start_folder(office, place.folder_id, uidvalidity)
    return 0


def start_folder(
    office: Office,
    folder_id: int,
    uidvalidity: int,
    *,
    live_uid: int = 0,
    history: int = 0,
    remote_id: str | None = None,
) -> None:
    """Let reading of a folder begin: what is above `live_uid` is new, the `history` mails below it are read back."""
    with office.work("folder", actor=ACTOR) as work:
        folder = lock_folder(work.session, folder_id)
        mark_gone(work.session, folder, None)
        folder.uidvalidity, folder.live_uid, folder.remote_id = uidvalidity, live_uid, remote_id
        folder.back_lo, folder.back_hi = 1, live_uid if history else 0
        folder.back_total, folder.back_done, folder.back_started_at = history, 0, work.now
        folder.server_count = -1


def note_gone(office: Office, folder_id: int, uids: Collection[int]) -> None:
    """Mark places that the server no longer has; messages stay (I5)."""
    if uids:
        with office.work("folder", actor=ACTOR) as work:
            mark_gone(work.session, lock_folder(work.session, folder_id), uids)


def note_count(office: Office, folder_id: int, count: int) -> None:
    """Write down how many messages the server holds, as compared with our places just now."""
    with office.work("folder", actor=ACTOR) as work:
        folder = lock_folder(work.session, folder_id)
        folder.server_count, folder.counted_at = count, work.now


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
