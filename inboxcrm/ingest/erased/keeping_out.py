"""Keeps the earlier mail of erased people out: its place is noted, and nothing of it (V2 still adds up)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from inboxcrm.base.store import insert_or_ignore
from inboxcrm.base.work import Work
from inboxcrm.ingest.erased.store import erased_among, erased_at, has_erased, hash_of
from inboxcrm.ingest.records import Location
from inboxcrm.ingest.store import messages_by_ident

if TYPE_CHECKING:
    from inboxcrm.ingest.intake import Mail
    from inboxcrm.ingest.records import Folder


def without_erased(work: Work, folder: Folder, mails: Sequence[Mail]) -> list[Mail]:
    """Give the mails of a batch that may be taken in.

    Of the others an erased person is the author or an addressee, and they came before he was erased. What we keep
    of other people's mails to him keeps its place.
    """
    if not has_erased(work.session):
        return list(mails)
    hashes = {one.fetched.uid: {hash_of(work.key, address) for address in _people(one)} for one in mails}
    erased = erased_at(work.session, set().union(*hashes.values()))
    out = [
        one
        for one in mails
        if any(one.fetched.received_at < erased[each] for each in hashes[one.fetched.uid] & erased.keys())
    ]
    if out:
        known = messages_by_ident(
            work.session, {one.readout.described.ident for one in out if one.readout.described}
        )
        insert_or_ignore(work.session, Location.__table__, [_place(folder, one, known) for one in out])
    left_out = {one.fetched.uid for one in out}
    return [one for one in mails if one.fetched.uid not in left_out]


def erased_of(work: Work, addresses: set[str]) -> set[str]:
    """Give those of the addresses whose owners were erased: what an import asks, once a batch (IN-15)."""
    return erased_among(work.session, work.key, addresses)


def _people(one: Mail) -> set[str]:
    if one.readout.described is None:
        return set()
    values = one.readout.described.values
    return {*values["outside"], *([values["sender"]] if values["sender"] else [])}


def _place(folder: Folder, one: Mail, known: dict[str, int]) -> dict[str, Any]:
    ident = one.readout.described.ident if one.readout.described else ""
    return {
        "folder_id": folder.id,
        "uidvalidity": folder.uidvalidity,
        "uid": one.fetched.uid,
        "message_id": known.get(ident),
        "received_at": one.fetched.received_at,
        "is_gone": False,
    }
