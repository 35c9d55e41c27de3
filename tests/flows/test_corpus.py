"""Every mail of a corpus is taken in: each ends in one location or in quarantine, with no error (IN-1, I6, I17).

INBOXCRM_CORPUS names a folder of .eml files, searched with all folders below it. Without it the odd mails of
tests/mails are taken in instead. Nine thousand mails take long, as each is parsed, so two workers share them.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from inboxcrm.base.work import Office
from inboxcrm.ingest.folders import watched_folders
from inboxcrm.ingest.intake import take_in
from inboxcrm.ingest.records import Folder, MailAccount
from inboxcrm.mail.fetched import Fetched
from inboxcrm.mail.folder_names import FolderName
from tests import build

OWN = Path(__file__).parents[1] / "mails"
BATCH = 100
PARTS = 2


@pytest.mark.parametrize("part", range(PARTS))
def test_every_mail_of_the_corpus_is_taken_in(
    part: int, office: Office, engine: Engine, record_property: Callable[[str, object], None]
) -> None:
    """In batches, as a poller does; the counts of the ledger add up (V2)."""
    named = os.environ.get("INBOXCRM_CORPUS")
    files = sorted(Path(named or OWN).rglob("*.eml"))[part::PARTS]
    began = time.monotonic()
    place = open_folder(office)

    for start in range(0, len(files), BATCH):
        batch = [
            Fetched(uid, office.clock.now(), file.stat().st_size, file.read_bytes())
            for uid, file in enumerate(files[start : start + BATCH], start + 1)
        ]
        take_in(office, office.settings.house_account, place, batch, batch[-1].uid)

    located = {uid for (uid,) in rows(engine, "select uid from location where message_id is not null")}
    quarantined = dict(rows(engine, "select uid, error from quarantine"))
    kinds = Counter(kind for (kind,) in rows(engine, "select kind from message"))
    took = f"{len(files)} mails of {named or 'tests/mails'} in {time.monotonic() - began:.0f} s"
    record_property(
        "corpus",
        f"part {part + 1}: {took}: {told(kinds)}; {len(located)} located, {len(quarantined)} in quarantine",
    )
    for uid, error in quarantined.items():
        record_property("corpus", f"part {part + 1}: in quarantine: {files[uid - 1].name}: {error[:150]}")
    if not named and part == 0:
        record_property("corpus", "left out: a corpus of real mails, as INBOXCRM_CORPUS names no folder")
    assert len(files) >= 7
    assert located | set(quarantined) == set(range(1, len(files) + 1))
    assert located & set(quarantined) == set()
    assert rows(engine, "select live_uid from folder") == [(len(files),)]
    assert rows(engine, "select count(*) from message where id not in (select message_id from location)") == [
        (0,)
    ]


def test_only_a_mail_without_anything_in_it_goes_to_quarantine(office: Office, engine: Engine) -> None:
    """Of the odd mails only the empty one has nothing that could be read; of the others each is its own message."""
    place = open_folder(office)
    files = sorted(OWN.glob("*.eml"))

    mails = [Fetched(uid, office.clock.now(), 0, file.read_bytes()) for uid, file in enumerate(files, 1)]
    take_in(office, office.settings.house_account, place, mails, len(mails))

    [(uid,)] = rows(engine, "select uid from quarantine")
    assert files[uid - 1].name == "empty.eml"
    assert rows(engine, "select count(*) from message") == [(len(files) - 1,)]
    assert rows(
        engine, "select count(*) from message where subject like '%\u202e%' or text like '%\u202e%'"
    ) == [(0,)]


def open_folder(office: Office) -> int:
    """The INBOX of the shared account, live from before all mail."""
    account = office.settings.house_account
    with office.work("test", actor="test") as work:
        work.session.add(MailAccount(address=account.address, live_from=build.START, lease_fence=0))
    place = watched_folders(office, account, [FolderName("INBOX", None)])[0].folder_id
    with office.work("test", actor="test") as work:
        work.session.get_one(Folder, place).uidvalidity = 7
    return place


def rows(engine: Engine, query: str) -> list[tuple]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def told(kinds: Counter[str]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
