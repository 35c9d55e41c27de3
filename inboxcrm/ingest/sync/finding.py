"""Which folders there are now: new ones, renamed ones, those that are gone (I5)."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from inboxcrm.ingest import events
from inboxcrm.ingest.folders import ACTOR, FolderPlace, watched_folders
from inboxcrm.ingest.records import Folder
from inboxcrm.ingest.store import IMPORTED, lock_folder, mark_gone
from inboxcrm.ingest.sync.desk import Desk
from inboxcrm.ingest.sync.store import copy_folders, sample_ids
from inboxcrm.mail.errors import FolderMissing, MailboxRefused
from inboxcrm.mail.folder_names import FolderName
from inboxcrm.mail.header_text import message_id, readable

log = structlog.get_logger()
SAMPLE = 10
SAME_SHARE = 0.8
NOT_THERE = ("gone", IMPORTED)


def find_places(desk: Desk) -> list[FolderPlace]:
    """Ask the server for its folders; follow what was renamed, mark what is gone, give what is watched."""
    found = desk.mailbox.folders()
    names = {folder.name for folder in found}
    rows = copy_folders(desk.office, desk.account.address)
    for row in rows:
        if row.name not in names and row.state not in NOT_THERE and row.special_use != "inbox":
            _follow(desk, row, [f for f in found if f.name not in {known.name for known in rows}])
    has_labels = bool(desk.provider.label_extension) and desk.mailbox.offers(desk.provider.label_extension)
    return watched_folders(desk.office, desk.account, found, has_labels=has_labels)


def _follow(desk: Desk, row: Folder, candidates: Sequence[FolderName]) -> None:
    """Give a folder that is no longer listed its new name; without one it is gone, which can be taken back."""
    new = next((folder for folder in candidates if _is_same(desk, row, folder.name)), None)
    with desk.office.work("folder", actor=ACTOR) as work:
        folder = lock_folder(work.session, row.id)
        if new is None:
            mark_gone(work.session, folder, None)
            folder.state = "gone"
            if {row.name, row.wanted_as} & desk.account.wanted_folders:
                of = ("folder", folder.id)
                work.emit(events.FOLDER_MISSING, of, account=desk.account.address, folder=row.name)
        else:
            folder.name = new.name
    log.info(
        "folder_gone" if new is None else "folder_renamed", account=desk.account.address, folder=row.name
    )


def _is_same(desk: Desk, row: Folder, name: str) -> bool:
    """Tell whether a folder is the one of this row: by MAILBOXID, else by its numbering and some of its mails."""
    try:
        state = desk.mailbox.examine(name)
    except (FolderMissing, MailboxRefused):
        return False
    if row.remote_id and state.remote_id:
        return row.remote_id == state.remote_id
    if row.uidvalidity != state.uidvalidity or state.uidnext <= row.live_uid:
        return False
    with desk.office.reading() as session:
        wanted = sample_ids(session, row, SAMPLE)
    heads = desk.mailbox.fetch_headers(sorted(wanted), "MESSAGE-ID") if wanted else ()
    same = sum(_message_id(head.header) == wanted[head.uid] for head in heads)
    return bool(wanted) and same >= SAME_SHARE * len(wanted)


def _message_id(header: bytes) -> str | None:
    return message_id(readable(header.partition(b":")[2].decode("ascii", "surrogateescape").strip()))
