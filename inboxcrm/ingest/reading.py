"""Reads one account: new mail of each folder by UID, what the policy allows, and what has gone (V1, V2, V11)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from inboxcrm.base.settings import Account
from inboxcrm.base.work import Office
from inboxcrm.ingest.capture import covered_uids
from inboxcrm.ingest.folders import (
    FolderPlace,
    forget_relook,
    note_count,
    note_gone,
    open_folder,
    relook_since,
    watched_folders,
)
from inboxcrm.ingest.intake import leave_out, take_in
from inboxcrm.ingest.store import count_held, folder_by_id, held_uids, left_out_uids
from inboxcrm.mail.fetched import Fetched
from inboxcrm.mail.imap import Mailbox
from inboxcrm.mail.parse import parse_headers

BATCH_MAILS = 100
BATCH_BYTES = 8_000_000
HEADERS = 200


def read_account(office: Office, account: Account, mailbox: Mailbox) -> int:
    """Take in all that is new in an account's folders; give the number of messages taken in."""
    places = watched_folders(office, account, mailbox.folders())
    taken = sum(_read_folder(office, account, mailbox, place) for place in places)
    if account.policy == "known" and (since := relook_since(office, account)):
        for place in places:
            mailbox.examine(place.name)
            with office.reading() as session:
                uids = left_out_uids(session, folder_by_id(session, place.folder_id), since)
            taken += _take_in_known(office, account, mailbox, place, uids)
        forget_relook(office, account, since)
    return taken


def _read_folder(office: Office, account: Account, mailbox: Mailbox, place: FolderPlace) -> int:
    state = mailbox.examine(place.name)
    cursor = open_folder(office, place, state.uidvalidity)
    taken = 0
    while uids := mailbox.uids_from(cursor + 1):  # a window of at most 2,000 at a time
        taken += _take_in_some(office, account, mailbox, place, uids)
        cursor = uids[-1]
    if taken or state.exists != place.server_count:
        taken += _reconcile(office, account, mailbox, place)
    return taken


def _take_in_some(
    office: Office, account: Account, mailbox: Mailbox, place: FolderPlace, uids: Sequence[int]
) -> int:
    if account.policy == "known":
        return _take_in_known(office, account, mailbox, place, uids)
    taken = 0
    for batch in _batches(mailbox.fetch_raw(uids)):
        office.reach("poller.fetched")
        take_in(office, account, place.folder_id, batch, batch[-1].uid)
        taken += len(batch)
    return taken


def _take_in_known(
    office: Office, account: Account, mailbox: Mailbox, place: FolderPlace, uids: Sequence[int]
) -> int:
    """Look at a few headers, in memory; fetch what the policy covers; of the rest only the place is kept (V11)."""
    taken = 0
    for start in range(0, len(uids), HEADERS):
        chunk = uids[start : start + HEADERS]
        heads = {head.uid: head for head in mailbox.fetch_headers(chunk)}
        with office.reading() as session:
            parsed = {uid: parse_headers(head.header) for uid, head in heads.items()}
            covered = covered_uids(session, office.settings, parsed)
        leave_out(
            office,
            place.folder_id,
            [(uid, head.received_at) for uid, head in heads.items() if uid not in covered],
        )
        for batch in _batches(mailbox.fetch_raw(sorted(covered))):
            office.reach("poller.fetched")
            # The cursor stays until the whole chunk is settled.
            take_in(office, account, place.folder_id, batch, 0)
            taken += len(batch)
        take_in(office, account, place.folder_id, [], max(chunk))
    return taken


def _reconcile(office: Office, account: Account, mailbox: Mailbox, place: FolderPlace) -> int:
    """Compare counts with the server; look for what has gone and what was missed only if they differ (P10)."""
    exists = mailbox.examine(place.name).exists
    with office.reading() as session:
        folder = folder_by_id(session, place.folder_id)
        is_even = sum(count_held(session, folder)) == exists
        held = set() if is_even else held_uids(session, folder)
        cursor = folder.live_uid
    taken = 0
    if not is_even:
        there = set(mailbox.all_uids())
        note_gone(office, place.folder_id, held - there)
        missed = sorted(uid for uid in there - held if uid <= cursor)
        taken = _take_in_some(office, account, mailbox, place, missed)
    note_count(office, place.folder_id, exists)
    return taken


def _batches(mails: Iterator[Fetched]) -> Iterator[list[Fetched]]:
    batch: list[Fetched] = []
    size = 0
    for mail in mails:
        batch.append(mail)
        size += len(mail.raw)
        if len(batch) >= BATCH_MAILS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
