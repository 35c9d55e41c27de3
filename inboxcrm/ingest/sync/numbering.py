"""UIDVALIDITY: a folder seen for the first time, numbered anew, made anew, or numbered anew again and again (I3, I4).

RFC 9051 section 2.3.1.1: under another UIDVALIDITY no UID means what it did. Whether the mails are the same ones
is told by their Message-IDs and times of arrival; then only their places are written anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Any

import structlog

from inboxcrm.base.database import Session
from inboxcrm.base.settings import Settings
from inboxcrm.ingest import events
from inboxcrm.ingest.folders import ACTOR, FolderPlace, start_folder
from inboxcrm.ingest.records import Folder, MailAccount
from inboxcrm.ingest.store import account_by_address, folder_by_id, folders_of, lock_folder, mark_gone
from inboxcrm.ingest.sync.desk import Desk
from inboxcrm.ingest.sync.fetching import ask_around
from inboxcrm.ingest.sync.store import (
    copy_folder,
    forget_places_from,
    known_mails,
    place_messages,
    revive_places,
)
from inboxcrm.mail.fetched import FetchedHead, FolderState
from inboxcrm.mail.header_text import message_id, readable

log = structlog.get_logger()
SAMPLE = 100
SAME_AT_LEAST, SAME_SHARE = 20, 0.8
MOST_IN_A_ROW = 6
STEADY_AFTER = timedelta(days=1)
LIVE_SPAN = 2000
WINDOW = 500
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FolderMark:
    """How far a folder was read, as it stood when it was opened."""

    live_uid: int
    back_hi: int
    server_count: int
    counted_at: datetime | None


@dataclass(frozen=True, slots=True)
class PausedFolder:
    """A folder that is read no more, what is wrong with it, and when it is looked at again."""

    address: str
    name: str
    fault: str
    again_at: datetime


def paused_folders(session: Session, settings: Settings) -> list[PausedFolder]:
    """Give the paused folders of the configured accounts (I4)."""
    rows = [(one.address, account_by_address(session, one.address)) for one in settings.account]
    return [
        PausedFolder(
            address=address,
            name=folder.name,
            fault="keeps changing its UIDVALIDITY" if folder.uidvalidity else "gives it no UIDVALIDITY",
            again_at=folder.renumbered_at + STEADY_AFTER,
        )
        for address, row in rows
        for folder in (folders_of(session, row.id) if row else ())
        if folder.state == "paused" and folder.renumbered_at
    ]


def settle_folder(desk: Desk, place: FolderPlace, state: FolderState) -> FolderMark | None:
    """Bring a folder that was just examined and its row into step; None if it is paused."""
    folder = copy_folder(desk.office, place.folder_id)
    if folder.state == "paused" and not _may_try_again(desk, folder):
        return None
    if state.uidvalidity == 0:
        _pause(desk, place, "its server gives it no UIDVALIDITY")
        return None
    if folder.uidvalidity == 0:
        _start(desk, place, state)
    elif folder.uidvalidity != state.uidvalidity:
        if _note_change(desk, place) >= MOST_IN_A_ROW:
            return None
        _number_anew(desk, place, folder, state)
    elif state.uidnext <= folder.live_uid:
        _set_back(desk, place, state)
    folder = copy_folder(desk.office, place.folder_id)
    if folder.state == "paused":
        _resume(desk, place)
    return FolderMark(folder.live_uid, folder.back_hi, folder.server_count, folder.counted_at)


def _start(desk: Desk, place: FolderPlace, state: FolderState) -> None:
    """Begin a folder: what came since the account is live is new, the rest is history, read back later (IN-16)."""
    with desk.office.reading() as session:
        folder = folder_by_id(session, place.folder_id)
        live_from = session.get_one(MailAccount, folder.account_id).live_from
    low = max(state.uidnext - LIVE_SPAN, 1)
    # SEARCH SINCE knows days only, in the server's own time zone.
    new = desk.mailbox.uids_since((live_from - _DAY).date(), low)
    live_uid = (new[0] if new else state.uidnext) - 1
    history = state.exists - len(desk.mailbox.uids_between(live_uid + 1, state.uidnext - 1))
    start_folder(
        desk.office,
        place.folder_id,
        state.uidvalidity,
        live_uid=live_uid,
        history=max(history, 0),
        remote_id=state.remote_id,
    )


def _set_back(desk: Desk, place: FolderPlace, state: FolderState) -> None:
    """Follow a server that was restored from a backup and gives UIDs out a second time: they are new mails."""
    with desk.office.work("folder", actor=ACTOR) as work:
        folder = lock_folder(work.session, place.folder_id)
        forget_places_from(work.session, folder, state.uidnext)
        folder.live_uid, folder.server_count = state.uidnext - 1, -1
        folder.back_hi = min(folder.back_hi, folder.live_uid)
    log.warning("folder_set_back", account=desk.account.address, folder=place.name, uidnext=state.uidnext)


def _may_try_again(desk: Desk, folder: Folder) -> bool:
    return folder.renumbered_at is None or folder.renumbered_at < desk.office.clock.now() - STEADY_AFTER


def _note_change(desk: Desk, place: FolderPlace) -> int:
    """Count a change of UIDVALIDITY; from the sixth in a row on the folder is left alone for a day (I4)."""
    with desk.office.work("folder", actor=ACTOR) as work:
        folder = lock_folder(work.session, place.folder_id)
        last = folder.renumbered_at
        is_in_a_row = last is not None and work.now - last < STEADY_AFTER
        folder.renumbered = folder.renumbered + 1 if is_in_a_row else 1
        folder.renumbered_at = work.now
        count = folder.renumbered
    if count >= MOST_IN_A_ROW:
        _pause(desk, place, f"its server numbered it anew {count} times in a row")
    return count


def _pause(desk: Desk, place: FolderPlace, reason: str) -> None:
    with desk.office.work("folder", actor=ACTOR) as work:
        folder = lock_folder(work.session, place.folder_id)
        folder.renumbered_at = work.now
        if folder.state != "paused":
            folder.state = "paused"
            whose = desk.account.address
            of = ("folder", folder.id)
            work.emit(events.FOLDER_PAUSED, of, account=whose, folder=place.name, reason=reason)
    log.error("folder_paused", account=desk.account.address, folder=place.name, reason=reason)


def _resume(desk: Desk, place: FolderPlace) -> None:
    """Note that a folder is read again; should its numbers change again and again once more, that is told anew."""
    with desk.office.work("folder", actor=ACTOR) as work:
        folder = lock_folder(work.session, place.folder_id)
        folder.state, folder.renumbered = "open", 0
    log.info("folder_resumed", account=desk.account.address, folder=place.name)


def _number_anew(desk: Desk, place: FolderPlace, folder: Folder, state: FolderState) -> None:
    """Write the places of a renumbered folder anew; one whose mails are others starts anew, its old places are gone."""
    with desk.office.reading() as session:
        known = known_mails(session, folder)
    sample = list(_heads(desk, place, state, SAMPLE))
    same = [head for head in sample if _key(head) in known]
    is_same = len(same) >= SAME_AT_LEAST or len(same) >= SAME_SHARE * max(min(len(sample), len(known)), 1)
    if not is_same:
        _start(desk, place, state)
        return
    rows: list[dict[str, Any]] = [
        {
            "folder_id": place.folder_id,
            "uidvalidity": state.uidvalidity,
            "uid": head.uid,
            "message_id": known[key],
            "received_at": head.received_at,
            "is_gone": False,
        }
        for head in _heads(desk, place, state, None)
        if (key := _key(head)) in known
    ]
    uids = [one["uid"] for one in rows]
    with desk.office.work("folder", actor=ACTOR) as work:
        row = lock_folder(work.session, place.folder_id)
        mark_gone(work.session, row, None)
        place_messages(work.session, rows)
        row.uidvalidity, row.live_uid, row.remote_id = state.uidvalidity, state.uidnext - 1, state.remote_id
        revive_places(work.session, row, uids)
        # What is new is found by the comparison of places, or on the way back through an unread history.
        row.state, row.server_count, row.back_lo = "open", -1, 1
        row.back_hi = row.live_uid if row.back_hi else 0


def _heads(desk: Desk, place: FolderPlace, state: FolderState, most: int | None) -> Iterator[FetchedHead]:
    """Give the Message-IDs of the newest so many mails of the examined folder, or of all."""
    high, found = state.uidnext - 1, 0
    span = WINDOW
    while high > 0 and (most is None or found < most):
        low = max(high - span + 1, 1)
        uids = desk.mailbox.uids_between(low, high)
        span = span if uids else desk.mailbox.wider_span(span)
        newest: Sequence[int] = uids if most is None else uids[-(most - found) :]
        for chunk in _chunks(newest):
            yield from ask_around(
                desk, place, chunk, lambda some: list(desk.mailbox.fetch_headers(some, "MESSAGE-ID"))
            )
        found, high = found + len(newest), low - 1


def _chunks(uids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (uids[start : start + WINDOW] for start in range(0, len(uids), WINDOW))


def _key(head: FetchedHead) -> tuple[str, datetime]:
    """What a mail is known by when its number tells nothing; without a Message-ID by nothing."""
    value = message_from_bytes(head.header).get("message-id", "")
    return message_id(readable(str(value))) or "", head.received_at
