"""Takes the mails of a source in as history of an account: contacts, threads and texts, and nothing is done (IN-16).

They lie in a folder of their own that no server knows, `import:<name>`. The import can end at any moment; the next
one takes in what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from inboxcrm.base.errors import Refused
from inboxcrm.base.settings import Account
from inboxcrm.base.work import Office
from inboxcrm.ingest.ahead import Line
from inboxcrm.ingest.capture import covered_uids
from inboxcrm.ingest.importing.arrival import arrival_of
from inboxcrm.ingest.importing.sources import Source, Stored
from inboxcrm.ingest.importing.store import places_here
from inboxcrm.ingest.intake import leave_out
from inboxcrm.ingest.lease import start_accounts
from inboxcrm.ingest.policy import reads_heads_first
from inboxcrm.ingest.records import Folder
from inboxcrm.ingest.store import (
    IMPORTED,
    account_by_address,
    count_held,
    folder_by_id,
    folder_by_name,
    lock_folder,
)
from inboxcrm.mail.fetched import BATCH_BYTES, Fetched, FetchedHead
from inboxcrm.mail.partial import MARK

ACTOR = "owner"
PREFIX = "import:"
UIDVALIDITY = 1
BATCH_MAILS = 250
PLAIN_MARK = b"X-Imported: 1\r\n"


@dataclass(slots=True)
class Progress:
    """How far an import is, in mails: how many there are, known already, taken in now, left out by the policy, twice
    in the source, and how many of those taken in could not be read.
    """

    count: int
    known: int = 0
    taken: int = 0
    left_out: int = 0
    doubled: int = 0
    quarantined: int = 0

    @property
    def done(self) -> int:
        """How many of the source's mails are settled."""
        return self.known + self.taken + self.left_out + self.doubled


@dataclass(slots=True)
class _Import:
    office: Office
    account: Account
    folder_id: int
    is_judged: bool
    progress: Progress
    tell: Callable[[Progress], None]
    seen: set[int] = field(default_factory=set)
    added: int = 0  # places that the folder did not have


class NameTaken(Refused):
    """A folder on the server has the name under which mail was to be imported."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the mail server has a folder {name!r} already; choose another --folder")


def import_mails(
    office: Office, account: Account, source: Source, name: str, tell: Callable[[Progress], None]
) -> Progress:
    """Take in what of a source is not here yet; `tell` is called after each batch. Raises NameTaken."""
    folder_id = _open(office, account, name)
    before = _held(office, folder_id)
    with office.reading() as session:
        is_judged = reads_heads_first(session, office.settings, account)
    run = _Import(office, account, folder_id, is_judged, Progress(source.count), tell)
    _note(office, folder_id, max(sum(before), source.count), is_running=True)
    with Line(office, account, folder_id, lambda mails: _note_taken(run, len(mails))) as line:
        for batch in _batches(source.read()):
            for mails in _wanted(run, batch):
                line.put(mails, 0)
    run.progress.quarantined = _held(office, folder_id)[1] - before[1]
    _note(office, folder_id, sum(before) + run.added, is_running=False)
    return run.progress


def _held(office: Office, folder_id: int) -> tuple[int, int]:
    with office.reading() as session:
        return count_held(session, folder_by_id(session, folder_id))


def _open(office: Office, account: Account, name: str) -> int:
    with office.work("import", actor=ACTOR) as work:
        row = account_by_address(work.session, account.address)
        if row is None:
            start_accounts(work)
            row = account_by_address(work.session, account.address)
        if row is None:
            raise LookupError(account.address)
        full = (PREFIX + name)[:500]
        folder = folder_by_name(work.session, row.id, full)
        if folder is None:
            folder = Folder(account_id=row.id, name=full, state=IMPORTED, uidvalidity=UIDVALIDITY)
            work.session.add(folder)
            work.session.flush()
        elif folder.state != IMPORTED:
            raise NameTaken(full)
        return folder.id


def _note(office: Office, folder_id: int, count: int, *, is_running: bool) -> None:
    """Write down how many places the folder is to have; while the import runs, the rest of them is still to come."""
    with office.work("import", actor=ACTOR) as work:
        folder = lock_folder(work.session, folder_id)
        was_running = folder.back_hi > 0
        folder.server_count = max(count, folder.server_count) if is_running and was_running else count
        folder.counted_at, folder.back_hi = work.now, 1 if is_running else 0


def _note_taken(run: _Import, count: int) -> None:
    run.progress.taken += count
    run.tell(run.progress)


def _batches(mails: Iterator[Stored]) -> Iterator[list[Stored]]:
    batch: list[Stored] = []
    size = 0
    for mail in mails:
        if batch and (len(batch) >= BATCH_MAILS or size + len(mail.raw) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(mail)
        size += len(mail.raw)
    if batch:
        yield batch


def _wanted(run: _Import, batch: Sequence[Stored]) -> Iterator[list[Fetched]]:
    """Give those of a batch that are not here yet and that the capture policy lets in (V11)."""
    fresh = {mail.uid: mail for mail in batch if mail.uid not in run.seen}
    run.progress.doubled += len(batch) - len(fresh)
    run.seen.update(fresh)
    with run.office.reading() as session:
        places = places_here(session, folder_by_id(session, run.folder_id), list(fresh))
    known = {uid for uid, is_taken in places.items() if is_taken}  # the others are judged again
    run.progress.known += len(known)
    run.added += len(fresh) - len(places)
    now = run.office.clock.now()
    mails = [(mail, _as_fetched(mail, now)) for uid, mail in fresh.items() if uid not in known]
    if run.is_judged and mails:
        mails = _judge(run, mails)
    if mails:
        yield [fetched for _, fetched in mails]
    else:
        run.tell(run.progress)


def _as_fetched(mail: Stored, now: datetime) -> Fetched:
    """Give a mail as if a server had sent it; no file may begin as a mail of ours that lacks its big parts."""
    raw = PLAIN_MARK + mail.raw if mail.raw.startswith(MARK) else mail.raw
    return Fetched(mail.uid, arrival_of(mail.head, mail.postmark, mail.file_time, now), len(raw), raw)


def _judge(run: _Import, mails: list[tuple[Stored, Fetched]]) -> list[tuple[Stored, Fetched]]:
    """Leave out what the policy does not cover: of it nothing but the place is kept."""
    heads = [FetchedHead(one.uid, one.received_at, one.size, mail.head, ()) for mail, one in mails]
    covered = covered_uids(run.office, run.account, heads)
    left_out = [(one.uid, one.received_at) for _, one in mails if one.uid not in covered]
    leave_out(run.office, run.folder_id, left_out)
    run.progress.left_out += len(left_out)
    return [(mail, one) for mail, one in mails if one.uid in covered]
