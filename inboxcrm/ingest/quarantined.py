"""What could not be worked, for a person to look at: worked again, or made visible as it is (I6, P12).

A place stands in quarantine or among the locations, never in both (V2): a mail is taken in and leaves quarantine
in one transaction.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from inboxcrm.base.database import Session, ValuesRefused, lock_name
from inboxcrm.base.errors import Refused
from inboxcrm.base.settings import Account
from inboxcrm.base.store import blob_content, blob_sizes, insert_or_change
from inboxcrm.base.work import Office
from inboxcrm.ingest.batch import ask_about
from inboxcrm.ingest.describe import Described, Place, describe
from inboxcrm.ingest.intake import INTAKE_LOCK
from inboxcrm.ingest.readout import FAULTS, Reader, fault_told, read_mails
from inboxcrm.ingest.records import Folder, Location, MailAccount, Quarantine
from inboxcrm.ingest.steps import Intake, walk_steps
from inboxcrm.ingest.store import folder_by_id, live_from_of, lock_folder, quarantined
from inboxcrm.ingest.sync.store import FETCH_STAGE
from inboxcrm.ingest.weave import write_keys
from inboxcrm.mail.errors import UnparsableMail
from inboxcrm.mail.incoming import Attachment, Incoming
from inboxcrm.mail.parse import parse_headers, parse_mail
from inboxcrm.mail.pool import read_many

ACTOR = "owner"
STUB_TEXT = "(This mail could not be read; the original is attached.)"
STUB_FILE = "original.eml"
MOST_HEAD = 200_000
UNREADABLE_HEAD = b"Subject: (unreadable)\r\n\r\n"
TAKEN_IN, STILL_FAILS, ASKED_AGAIN, SETTLED = "taken in", "still fails", "asked for again", "settled already"


@dataclass(frozen=True, slots=True)
class Entry:
    """One mail in quarantine: its place, what went wrong and how often. Its size in bytes, 0 if we have no bytes."""

    code: str
    account: str
    folder: str
    folder_id: int
    uidvalidity: int
    uid: int
    received_at: datetime
    failed_at: datetime
    stage: str
    attempts: int
    error: str
    sha256: str
    size: int
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an entry: one of the words above, the number of its message, or why it still fails."""

    state: str
    message_id: int | None = None
    error: str = ""


class NotQuarantined(Refused):
    """No mail in quarantine has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"no mail in quarantine has the code {code!r}; `inboxcrm quarantine list` shows the codes"
        )


class NothingHere(Refused):
    """The server never handed this mail out, so there is nothing to show or to release."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"the server has not handed {code} out, so its text is not here;"
            f" `inboxcrm quarantine reprocess {code}` asks the server again"
        )


class StubRefused(Refused):
    """Even what is left of a mail cannot be filed."""

    def __init__(self, code: str, error: str) -> None:
        super().__init__(
            f"{code} cannot be filed even without its text: {error}; `quarantine show {code} --save FILE` saves it"
        )


def entries(session: Session) -> list[Entry]:
    """Give all of quarantine, oldest first; without what a server never handed out and no longer has."""
    rows = [
        (row, folder, account)
        for row, folder, account in quarantined(session)
        if row.raw_sha256 or not row.is_gone
    ]
    sizes = blob_sizes(session, {row.raw_sha256 for row, _, _ in rows})
    return [_entry(row, folder, account, sizes.get(row.raw_sha256, 0)) for row, folder, account in rows]


def _entry(row: Quarantine, folder: Folder, account: MailAccount, size: int) -> Entry:
    code = f"{folder.id}:{row.uid}"
    return Entry(
        code=code if row.uidvalidity == folder.uidvalidity else f"{code}:{row.uidvalidity}",
        account=account.address,
        folder=folder.name,
        folder_id=folder.id,
        uidvalidity=row.uidvalidity,
        uid=row.uid,
        received_at=row.received_at,
        failed_at=row.at,
        stage=row.stage,
        attempts=row.attempts,
        error=row.error,
        sha256=row.raw_sha256,
        size=size,
        is_gone=row.is_gone,
    )


def entry_by_code(session: Session, code: str) -> Entry:
    """Give the entry with a code such as 4:1234. Raises NotQuarantined."""
    found = next((one for one in entries(session) if one.code == code.strip()), None)
    if found is None:
        raise NotQuarantined(code)
    return found


def raw_of(session: Session, entry: Entry) -> bytes:
    """Give the mail as it came. Raises NothingHere."""
    if not entry.sha256:
        raise NothingHere(entry.code)
    return blob_content(session, entry.sha256)


def readable_head(raw: bytes) -> Incoming:
    """Give what the headers of a mail say, as far as anybody can tell; nothing if nobody can."""
    ends = [at for mark in (b"\r\n\r\n", b"\n\n", b"\r\r") if (at := raw.find(mark, 0, MOST_HEAD)) >= 0]
    [head] = read_many([raw[: min(ends, default=MOST_HEAD)]], parse_headers)
    return parse_headers(UNREADABLE_HEAD) if isinstance(head, UnparsableMail) else head


def work_again(office: Office, entry: Entry) -> Outcome:
    """Parse a mail again and take it in with all its effects; what fails again stays. Twice is as once.

    Of a mail that the server did not hand out the strikes are forgotten, so that the poller asks again.
    """
    if entry.stage == FETCH_STAGE:
        return _ask_again(office, entry)
    with office.reading() as session:
        raw = raw_of(session, entry)
        folder = folder_by_id(session, entry.folder_id)
        is_archived, is_sent = entry.received_at < live_from_of(session, folder), folder.special_use == "sent"
    reader = Reader(office.settings, office.key, Place(_account(office, entry), is_sent), is_archived)
    [readout] = read_mails(reader, [raw])
    if readout.described is None:
        return _note_failure(office, entry, readout.error)
    try:
        return _take_in(office, entry, readout.described, readout.incoming or parse_mail(raw))
    except (*FAULTS, *ValuesRefused) as error:
        return _note_failure(office, entry, fault_told(error))


def release(office: Office, entry: Entry) -> Outcome:
    """Take a mail in that cannot be parsed as what is readable of its headers, with the original attached (P12).

    It goes on like any mail, so that a person sees it. Raises NothingHere, StubRefused.
    """
    with office.reading() as session:
        raw = raw_of(session, entry)
        folder = folder_by_id(session, entry.folder_id)
        is_archived, is_sent = entry.received_at < live_from_of(session, folder), folder.special_use == "sent"
    stub = _stub(raw, entry.sha256)
    place = Place(_account(office, entry), is_sent)
    try:
        described = describe(office.settings, office.key, place, stub, is_archived=is_archived)
        return _take_in(office, entry, described, stub)
    except (*FAULTS, *ValuesRefused) as error:
        raise StubRefused(entry.code, fault_told(error)) from error


def _stub(raw: bytes, sha256: str) -> Incoming:
    """Make what stands for an unreadable mail; the same bytes elsewhere are the same mail."""
    return replace(
        readable_head(raw),
        ident=hashlib.sha256(b"unreadable:" + sha256.encode("ascii")).hexdigest(),
        text=STUB_TEXT,
        content_type="text/plain",
        attachments=(Attachment(STUB_FILE, "message/rfc822", len(raw), sha256),),
        defects=("Unreadable",),
    )


def _account(office: Office, entry: Entry) -> Account:
    """Give the settings of an entry's account. Raises Refused if it is no longer configured."""
    account = next((one for one in office.settings.account if one.address == entry.account), None)
    if account is None:
        raise Refused(f"{entry.code}: the account {entry.account} is no longer in the configuration")
    return account


def _take_in(office: Office, entry: Entry, described: Described, incoming: Incoming) -> Outcome:
    with office.work("quarantine", actor=ACTOR) as work:
        lock_name(work.session, INTAKE_LOCK)
        folder = lock_folder(work.session, entry.folder_id)
        row = _lock_row(work.session, entry)
        if row is None:
            return Outcome(SETTLED)
        is_archived = row.received_at < live_from_of(work.session, folder)
        batch = ask_about(work.session, [described])
        sha256, received_at = row.raw_sha256, row.received_at
        intake = Intake(work, incoming, described, sha256, received_at, is_archived, batch)
        message_id = walk_steps(intake)
        write_keys(work, batch.keys)
        location = {
            "folder_id": row.folder_id,
            "uidvalidity": row.uidvalidity,
            "uid": row.uid,
            "message_id": message_id,
            "received_at": received_at,
            "is_gone": row.is_gone,
        }
        work.session.delete(row)
        insert_or_change(work.session, Location.__table__, [location], "message_id")
        return Outcome(TAKEN_IN, message_id)


def _lock_row(session: Session, entry: Entry) -> Quarantine | None:
    key = (entry.folder_id, entry.uidvalidity, entry.uid)
    return session.get(Quarantine, key, with_for_update=True, populate_existing=True)


def _note_failure(office: Office, entry: Entry, error: str) -> Outcome:
    with office.work("quarantine", actor=ACTOR) as work:
        row = _lock_row(work.session, entry)
        if row is None:
            return Outcome(SETTLED)
        row.attempts, row.error, row.at = row.attempts + 1, error[:2000], work.now
        return Outcome(STILL_FAILS, error=error)


def _ask_again(office: Office, entry: Entry) -> Outcome:
    with office.work("quarantine", actor=ACTOR) as work:
        row = _lock_row(work.session, entry)
        if row is None or row.stage != FETCH_STAGE:
            return Outcome(SETTLED)
        row.attempts = 0
        return Outcome(ASKED_AGAIN)
