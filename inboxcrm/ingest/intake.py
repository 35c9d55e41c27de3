"""Takes mail in: a batch of one folder in one transaction, with the folder's cursor (V1).

Mails are read before the transaction (`readout`); inside it the batch asks once for all that is known of them.
Plain mail (`plain`) is written together, every other walks through the steps (`steps`), in the order of UIDs.
Writers of intake take turns (a named lock on PostgreSQL), so that a parent and its reply that arrive in two
mailboxes at once still find each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inboxcrm.base.database import Session, ValuesRefused, lock_name
from inboxcrm.base.remembered import hold_rows
from inboxcrm.base.settings import Account
from inboxcrm.base.store import insert_or_change, insert_or_ignore, keep_hashed
from inboxcrm.base.work import Office, Work
from inboxcrm.ingest import events
from inboxcrm.ingest.batch import ask_about
from inboxcrm.ingest.describe import Described, Place
from inboxcrm.ingest.effects.noise import act_on_noise
from inboxcrm.ingest.effects.table import EFFECTS
from inboxcrm.ingest.erased.keeping_out import without_erased
from inboxcrm.ingest.plain import PlainMail
from inboxcrm.ingest.readout import FAULTS, Reader, Readout, fault_told, read_mails
from inboxcrm.ingest.records import Folder, Location, Quarantine
from inboxcrm.ingest.steps import Intake, walk_steps
from inboxcrm.ingest.store import folder_by_id, forget_gone, live_from_of, lock_folder
from inboxcrm.ingest.weave import write_keys
from inboxcrm.mail.fetched import Fetched
from inboxcrm.mail.parse import parse_mail

INTAKE_LOCK = 1
ACTOR = "intake"


@dataclass(frozen=True, slots=True)
class Manner:
    """How the mails of a folder are read: as what its owner sent, and since when they are no history (IN-16)."""

    is_sent: bool
    live_from: datetime


@dataclass(slots=True)
class Mail:
    """A fetched mail with what reading made of it."""

    fetched: Fetched
    readout: Readout


def take_in(office: Office, account: Account, folder_id: int, mails: Sequence[Fetched], cursor: int) -> None:
    """Take a batch of a folder in and move its cursor, in one transaction.

    A mail on which a step fails is set aside in quarantine and the others go on (I6).
    """
    write_in(office, folder_id, read_out(office, account, folder_id, mails), cursor)


def manner_of(session: Session, folder: Folder) -> Manner:
    """Give how the mails of a folder are to be read."""
    return Manner(folder.special_use == "sent", live_from_of(session, folder))


def read_out(
    office: Office, account: Account, folder_id: int, mails: Sequence[Fetched], manner: Manner | None = None
) -> list[Mail]:
    """Read the mails of a folder; nothing is written. Whoever knows its manner already saves two questions."""
    if manner is None:
        with office.reading() as session:
            manner = manner_of(session, folder_by_id(session, folder_id))
    groups: dict[tuple[bool, bool], list[Fetched]] = {}  # nearly always one
    for fetched in mails:
        is_sent = manner.is_sent or "\\sent" in fetched.labels
        groups.setdefault((is_sent, fetched.received_at < manner.live_from), []).append(fetched)
    read = {
        fetched.uid: Mail(fetched, readout)
        for (is_sent, is_archived), group in groups.items()
        for fetched, readout in zip(
            group,
            read_mails(
                Reader(office.settings, office.key, Place(account, is_sent), is_archived),
                [fetched.raw for fetched in group],
            ),
            strict=True,
        )
    }
    return [read[fetched.uid] for fetched in mails]


def write_in(office: Office, folder_id: int, mails: Sequence[Mail], cursor: int) -> None:
    """Write a batch that was read, and the folder's cursor."""
    try:
        _write_together(office, folder_id, mails, cursor)
    except (*FAULTS, *ValuesRefused) as error:
        if len(mails) == 1:
            refused = Readout(mails[0].readout.sha256, None, error=fault_told(error))
            _write_together(office, folder_id, [Mail(mails[0].fetched, refused)], cursor)
            return
        for one in mails:
            write_in(office, folder_id, [one], one.fetched.uid if cursor else 0)
        write_in(office, folder_id, [], cursor)


def _write_together(office: Office, folder_id: int, mails: Sequence[Mail], cursor: int) -> None:
    with office.work("intake", actor=ACTOR) as work:
        lock_name(work.session, INTAKE_LOCK)
        folder = lock_folder(work.session, folder_id)
        live_from = live_from_of(work.session, folder)
        mails = without_erased(work, folder, mails)
        keep_hashed(work.session, {one.readout.sha256: one.fetched.raw for one in mails})
        hold_rows(work.session)
        mails_said = [said for one in mails if (said := one.readout.described)]
        acting = [said for one in mails if (said := one.readout.described) and _acts(one, said, live_from)]
        batch = ask_about(work.session, mails_said, acting)
        plain = PlainMail(work, batch)
        for one in mails:
            described = one.readout.described
            if described is None:
                _set_aside(work, folder, one)
                continue
            is_archived = one.fetched.received_at < live_from
            message_id = _take_in_one(plain, one, described, is_archived=is_archived)
            batch.new_places.append(_location(folder, one.fetched, message_id))
        plain.write()
        write_keys(work, batch.keys)
        insert_or_change(work.session, Location.__table__, batch.new_places, "message_id")
        folder.live_uid = max(folder.live_uid, cursor)


def _acts(one: Mail, described: Described, live_from: datetime) -> bool:
    """Tell whether a mail may do more than leave records."""
    is_archived = one.fetched.received_at < live_from
    return not is_archived and EFFECTS[described.values["kind"]] is not act_on_noise


def _take_in_one(plain: PlainMail, one: Mail, described: Described, *, is_archived: bool) -> int:
    sha256, received_at = one.readout.sha256, one.fetched.received_at
    message_id = plain.take(described, sha256, received_at, is_archived=is_archived)
    if message_id is not None:
        return message_id
    plain.write()  # the steps ask the database
    incoming = one.readout.incoming or parse_mail(one.fetched.raw)
    return walk_steps(Intake(plain.work, incoming, described, sha256, received_at, is_archived, plain.batch))


def _set_aside(work: Work, folder: Folder, one: Mail) -> None:
    error = one.readout.error
    row = {
        **_place(folder, one.fetched.uid),
        "raw_sha256": one.readout.sha256,
        "stage": "parse",
        "error": error[:2000],
        "at": work.now,
        "received_at": one.fetched.received_at,
        "is_gone": False,
    }
    forget_gone(work.session, folder, one.readout.sha256)
    insert_or_ignore(work.session, Quarantine.__table__, [row])
    subject = ("folder", folder.id)
    work.emit(events.MESSAGE_QUARANTINED, subject, is_quiet=True, uid=one.fetched.uid, error=error)


def _place(folder: Folder, uid: int) -> dict[str, int]:
    return {"folder_id": folder.id, "uidvalidity": folder.uidvalidity, "uid": uid}


def _location(folder: Folder, fetched: Fetched, message_id: int) -> dict[str, Any]:
    place = _place(folder, fetched.uid)
    return {
        **place,
        "remote_id": fetched.remote_id,
        "labels": list(fetched.labels) or None,
        "message_id": message_id,
        "received_at": fetched.received_at,
        "is_gone": False,
    }


def leave_out(office: Office, folder_id: int, heads: Sequence[tuple[int, datetime]]) -> None:
    """Note the places of mails that the capture policy leaves out: no content at all (V11)."""
    if not heads:
        return
    with office.work("intake.leave_out", actor=ACTOR) as work:
        folder = folder_by_id(work.session, folder_id)
        rows = [
            {**_place(folder, uid), "message_id": None, "received_at": received_at, "is_gone": False}
            for uid, received_at in heads
        ]
        insert_or_ignore(work.session, Location.__table__, rows)
