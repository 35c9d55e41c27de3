"""V13: everything can be taken out, in forms that others read, and taken in again elsewhere."""

from __future__ import annotations

import csv
import hashlib
import json
import mailbox
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from inboxcrm.app.export.folder import export_all
from inboxcrm.app.export.writing import FolderInTheWay
from inboxcrm.app.migrate import migrate_database
from inboxcrm.base.database import open_database
from inboxcrm.base.work import Office
from inboxcrm.crm.box import add_note
from inboxcrm.crm.importing.mapping import load_mapping
from inboxcrm.crm.importing.report import open_report
from inboxcrm.crm.importing.taking import import_rows, open_sources
from inboxcrm.crm.people import find_or_make_contact, make_organization
from inboxcrm.crm.winning import win_opportunity
from inboxcrm.ingest.erased.keeping_out import erased_of
from inboxcrm.ingest.importing.sources import open_source
from tests.build import (
    KEY,
    CountedIds,
    Mail,
    a_quote,
    an_opportunity,
    deliver,
    give_address,
    on_both_databases,
)


def written(office: Office, folder: Path) -> dict[str, dict[str, Any]]:
    return export_all(office, folder, lambda name: None)


def sheet(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def fill(office: Office) -> None:
    """Two companies, three people, an open and a won deal, a note, a mail that tries to be two."""
    with office.work("test", actor="user:anna") as work:
        deal = an_opportunity(work)
        deal.amount_minor, deal.close_on = 98_000, None
        give_address(work, deal.box)
        add_note(work, deal.box, "=HYPERLINK(1)")
        deal.box.contact.phone = "+31201234567"
        won = an_opportunity(work, "eve@globex.example", "Globex pilot")
        won.amount_minor = 5_000
        win_opportunity(work, won)
        find_or_make_contact(work, "joe@gmail.com", "Joe, the “free” one")
        make_organization(work, "Nobody's B.V.")
        a_quote(work, deal)
    deliver(office, Mail("Hello\n\nFrom here on 12:30 it is another mail\nSubject: no\n"))


@on_both_databases
def test_every_table_stands_in_it_but_what_is_secret(office: Office, tmp_path: Path) -> None:
    fill(office)
    folder = tmp_path / "out"
    files = written(office, folder)

    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["files"] == files
    for name, told in files.items():
        raw = (folder / name).read_bytes()
        assert (len(raw), hashlib.sha256(raw).hexdigest()) == (told["bytes"], told["sha256"])
    assert {"records/opportunity.jsonl", "records/event.jsonl", "records/letter.jsonl"} <= files.keys()
    assert not {"records/sealed_secret.jsonl", "records/sign_in.jsonl", "records/blob.jsonl"} & files.keys()
    assert {"sealed_secret", "sign_in"} <= manifest["left_out"].keys()
    deals = [json.loads(line) for line in (folder / "records/opportunity.jsonl").read_text().splitlines()]
    assert [one["amount_minor"] for one in deals] == [98_000, 5_000]
    assert (folder.stat().st_mode & 0o777) == 0o700


def test_cells_that_a_spreadsheet_would_run_are_defused(office: Office, tmp_path: Path) -> None:
    fill(office)
    written(office, tmp_path / "out")

    assert [row["Text"] for row in sheet(tmp_path / "out" / "notes.csv")] == ["'=HYPERLINK(1)"]
    assert "'+31201234567" in [row["Phone"] for row in sheet(tmp_path / "out" / "contacts.csv")]


def test_mails_are_their_own_bytes_by_box(office: Office, tmp_path: Path) -> None:
    """Our own `import` and Python's reader find one mail, whole."""
    mail = Mail("Hello\n\nFrom here on 12:30 it is another mail\nSubject: no\n")
    message = deliver(office, mail)
    written(office, tmp_path / "out")
    [file] = (tmp_path / "out" / "mails").iterdir()

    assert file.name == f"box-{message.box_id}-Licences-for-Acme.mbox"
    [stored] = open_source(file).read()
    assert stored.raw == mail.raw(office.clock.now(), 1)
    assert len(mailbox.mbox(file)) == 1


def second_office(office: Office, folder: Path) -> Office:
    folder.mkdir()
    engine = open_database(f"sqlite:///{folder / 'second.db'}")
    migrate_database(engine)
    return Office(engine, office.clock, CountedIds(), office.settings, KEY, lambda topics: None)


def test_an_export_taken_in_elsewhere_gives_the_same_people_companies_and_deals(
    office: Office, engine: Engine, tmp_path: Path
) -> None:
    """The second system's own export says the same, but for its numbers."""
    fill(office)
    written(office, tmp_path / "out")
    second = second_office(office, tmp_path / "second")
    mapping = load_mapping(tmp_path / "out" / "mapping.toml", second.settings)
    names = ("companies.csv", "contacts.csv", "deals.csv", "notes.csv")
    sources = open_sources(second, mapping, [tmp_path / "out" / name for name in names])
    with open_report(tmp_path / "report.csv") as report:
        told = import_rows(second, mapping.source, sources, report, lambda progress: None, erased=erased_of)

    assert told.counts.keys() == {"created"}
    written(second, tmp_path / "again")
    for name in names[:3]:
        assert plain_rows(tmp_path / "out" / name) == plain_rows(tmp_path / "again" / name)
    second.engine.dispose()


def plain_rows(file: Path) -> list[dict[str, str]]:
    """The rows of a sheet without the numbers that each system gives anew; names stand for keys."""
    folder = file.parent
    names = {
        "Contact key": {row["Key"]: row["Name"] for row in sheet(folder / "contacts.csv")},
        "Company key": {row["Key"]: row["Name"] for row in sheet(folder / "companies.csv")},
    }
    rows = [
        {
            column: names[column].get(cell, cell) if column in names else cell
            for column, cell in row.items()
            if column != "Key"
        }
        for row in sheet(file)
    ]
    return sorted(rows, key=lambda row: row["Name"])


def test_a_folder_with_something_in_it_is_left_alone(office: Office, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("mine")

    with pytest.raises(FolderInTheWay, match="is not empty"):
        written(office, tmp_path / "full")
    assert (tmp_path / "full" / "x").read_text() == "mine"
