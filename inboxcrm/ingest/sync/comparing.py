"""Compares our places of a folder with the server's, window by window from the newest on (V2, P10)."""

from __future__ import annotations

from datetime import timedelta

from inboxcrm.ingest.folders import ACTOR, FolderPlace, note_count, note_gone
from inboxcrm.ingest.store import count_held, folder_by_id, lock_folder
from inboxcrm.ingest.sync.desk import Desk
from inboxcrm.ingest.sync.fetching import take_uids
from inboxcrm.ingest.sync.numbering import FolderMark
from inboxcrm.ingest.sync.store import places_between, revive_places
from inboxcrm.mail.fetched import FolderState

COUNT_AGAIN_AFTER = timedelta(hours=1)
WINDOW = 2000
FEW = 200


def keep_even(desk: Desk, place: FolderPlace, state: FolderState, mark: FolderMark, settled: int) -> int:
    """See that the server holds what we know of: `settled` mails were new. Give the number of mails found missing.

    Counting costs a look at the whole folder here, so it is done only if the sum does not come out, and hourly.
    """
    if mark.back_hi > 0:
        # History is still being read: the sum comes out at its end.
        if state.exists != mark.server_count:
            note_count(desk.office, place.folder_id, state.exists)
        return 0
    now = desk.office.clock.now()
    is_fresh = mark.counted_at is not None and now - mark.counted_at < COUNT_AGAIN_AFTER
    if mark.server_count + settled == state.exists and is_fresh:
        if settled:
            _move_count(desk, place, state.exists)
        return 0
    with desk.office.reading() as session:
        held = sum(count_held(session, folder_by_id(session, place.folder_id)))
    taken = _compare(desk, place, state, held) if held != state.exists else 0
    note_count(desk.office, place.folder_id, state.exists)
    return taken


def _move_count(desk: Desk, place: FolderPlace, count: int) -> None:
    with desk.office.work("folder", actor=ACTOR) as work:
        lock_folder(work.session, place.folder_id).server_count = count


def _compare(desk: Desk, place: FolderPlace, state: FolderState, held: int) -> int:
    """Walk down the windows until the numbers agree: what changes is mostly at the top."""
    high, span, taken = state.uidnext - 1, WINDOW, 0
    while high > 0 and held != state.exists:
        low = max(high - span + 1, 1)
        there = set(desk.mailbox.uids_between(low, high))
        with desk.office.reading() as session:
            places = places_between(session, folder_by_id(session, place.folder_id), low, high)
        here = {uid for uid, is_gone in places.items() if not is_gone}
        note_gone(desk.office, place.folder_id, here - there)
        back = (there - here) & places.keys()
        if back:
            with desk.office.work("folder", actor=ACTOR) as work:
                revive_places(work.session, lock_folder(work.session, place.folder_id), back)
        missed = sorted(there - places.keys())
        taken += take_uids(desk, place, missed)
        held += len(there) - len(here)
        span = WINDOW if len(there | here) > FEW else desk.mailbox.wider_span(span)
        high = low - 1
    return taken
