"""Keeps the labels at the places of Gmail's mails as they are there, and takes in what is labelled later (I11, P23).

A change of labels brings no new UID. Where the server counts changes (CONDSTORE, RFC 7162) one number tells whether
there were any, and only what has changed is asked for; else the mails of two weeks are, within bounds. Of a mail that
was left out nothing is kept, its labels neither (V11).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from inboxcrm.ingest.folders import ACTOR, FolderPlace
from inboxcrm.ingest.store import folder_by_id, lock_folder
from inboxcrm.ingest.sync.desk import Desk
from inboxcrm.ingest.sync.fetching import take_left_out
from inboxcrm.ingest.sync.store import copy_folder, labels_of_places, set_labels
from inboxcrm.mail.errors import FolderMissing
from inboxcrm.mail.label_search import Labels

RECENT = timedelta(days=14)
MOST_RECENT = 2000


def follow_labels(desk: Desk, places: Sequence[FolderPlace]) -> bool:
    """Bring the labels of these folders' mails up to date; tell whether the server has labels at all."""
    extension = desk.provider.label_extension
    if not extension or not desk.mailbox.offers(extension):
        return False
    for place in places:
        _follow(desk, place)
    return True


def _follow(desk: Desk, place: FolderPlace) -> None:
    folder = copy_folder(desk.office, place.folder_id)
    highest = desk.mailbox.highest_modseq(place.name)
    if highest is not None and highest == folder.modseq:
        return
    try:
        state = desk.mailbox.examine(place.name)
    except FolderMissing:
        return  # the next look at the list of folders says what became of it
    desk.states.pop(place.folder_id, None)
    if state.uidvalidity != folder.uidvalidity:
        return
    if highest is None or folder.modseq is None or folder.modseq > highest:
        changed = _recent(desk)
    else:
        changed = desk.mailbox.labels_since(folder.modseq)
    for labels in changed:
        _take_labelled(desk, place, labels)
        _write_down(desk, place, labels)
    if highest is not None:
        # It was asked for before the labels were: what has changed meanwhile is seen again.
        with desk.office.work("folder", actor=ACTOR) as work:
            lock_folder(work.session, place.folder_id).modseq = highest


def _recent(desk: Desk) -> Iterable[Labels]:
    since_on = (desk.office.clock.now() - RECENT).date()
    return desk.mailbox.labels_at(desk.mailbox.uids_since(since_on, 1)[-MOST_RECENT:])


def _write_down(desk: Desk, place: FolderPlace, labels: Labels) -> None:
    with desk.office.reading() as session:
        held = labels_of_places(session, folder_by_id(session, place.folder_id), labels, is_left_out=False)
    changed = {uid: labels[uid] for uid, old in held.items() if sorted(old) != sorted(labels[uid])}
    if changed:
        with desk.office.work("folder", actor=ACTOR) as work:
            set_labels(work.session, lock_folder(work.session, place.folder_id), changed)


def _take_labelled(desk: Desk, place: FolderPlace, labels: Labels) -> None:
    """Judge those again that were left out and now bear the label of the account."""
    label = desk.account.label.lower()
    wanted = [uid for uid, theirs in labels.items() if label and label in theirs]
    if not wanted:
        return
    with desk.office.reading() as session:
        folder = folder_by_id(session, place.folder_id)
        left_out = labels_of_places(session, folder, wanted, is_left_out=True)
    if left_out:
        take_left_out(desk, place, sorted(left_out))
