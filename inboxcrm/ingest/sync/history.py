"""Reads back what lay in a folder before it was watched: newest first, step by step, so that it can stop anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from inboxcrm.base.database import Session
from inboxcrm.base.work import Office
from inboxcrm.ingest.folders import ACTOR, FolderPlace
from inboxcrm.ingest.store import folder_by_id, lock_folder
from inboxcrm.ingest.sync.desk import Desk
from inboxcrm.ingest.sync.fetching import line_into, put_uids
from inboxcrm.ingest.sync.store import copy_folder, folders_read_back, places_between
from inboxcrm.mail.imap import Mailbox

STEP = 2000
SPAN = 2000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the history of a folder was read: mails, mails a second, and the time that is left at this pace."""

    address: str
    folder: str
    done: int
    total: int
    rate: float
    left: timedelta | None


def read_back(desk: Desk, place: FolderPlace) -> Iterator[int]:
    """Take in what was not read back yet, newest first, in steps of 2,000; give how many were taken in by each.

    While one step is written, the next is fetched. Whoever stops has lost nothing: all that was fetched is written.
    The folder must be examined. Raises what `Desk.before_batch` raises.
    """
    folder = copy_folder(desk.office, place.folder_id)
    high, low, told = folder.back_hi, folder.back_lo, 0
    with line_into(desk, place) as line:
        while high > 0:
            uids, reached = _newest_below(desk, high, low)
            high = reached - 1 if reached > low else 0
            put_uids(desk, place, line, uids, moves_cursor=False)
            line.then(partial(_note_step, desk.office, place, len(uids), high))
            yield line.taken - told
            told = line.taken
    yield line.taken - told


def _note_step(office: Office, place: FolderPlace, settled: int, high: int) -> None:
    with office.work("folder", actor=ACTOR) as work:
        folder = lock_folder(work.session, place.folder_id)
        folder.back_done += settled
        folder.back_hi = high
        if high == 0:
            folder.server_count = -1  # now the places can be compared


def _newest_below(desk: Desk, high: int, low: int) -> tuple[list[int], int]:
    """Give the highest UIDs from `high` down, one step of them, ascending, and the UID down to which they reach."""
    span = SPAN
    while True:
        bottom = max(high - span + 1, low)
        uids = desk.mailbox.uids_between(bottom, high)
        if len(uids) > STEP:
            return uids[-STEP:], uids[-STEP]
        if uids or bottom <= low:
            return uids, bottom
        high, span = bottom - 1, desk.mailbox.wider_span(span)


def count_to_come(office: Office, mailbox: Mailbox, folder_id: int) -> int:
    """Count the mails of the examined folder that are still to be read back: part of what the server holds (V2)."""
    high, span, to_come = copy_folder(office, folder_id).back_hi, SPAN, 0
    while high > 0:
        low = max(high - span + 1, 1)
        there = mailbox.uids_between(low, high)
        with office.reading() as session:
            here = places_between(session, folder_by_id(session, folder_id), low, high)
        to_come += sum(uid not in here for uid in there)
        high, span = low - 1, SPAN if there else mailbox.wider_span(span)
    return to_come


def show_progress(session: Session, now: datetime) -> list[Progress]:
    """Give the progress of all folders whose history is being read."""
    rows = []
    for address, folder in folders_read_back(session):
        passed_s = (now - folder.back_started_at).total_seconds() if folder.back_started_at else 0.0
        rate = folder.back_done / passed_s if passed_s > 0 else 0.0
        missing = max(folder.back_total - folder.back_done, 0)
        left = timedelta(seconds=round(missing / rate)) if rate > 0 else None
        rows.append(Progress(address, folder.name, folder.back_done, folder.back_total, rate, left))
    return rows
