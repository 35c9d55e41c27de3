"""IN-15: `--guess` knows the exports of the usual systems and writes a mapping that can be used at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from inboxcrm.base.settings import Settings
from inboxcrm.crm.importing.fields import FIELDS, KINDS
from inboxcrm.crm.importing.guessing import guess_file, guess_mapping, usual_columns
from inboxcrm.crm.importing.mapping import load_mapping
from inboxcrm.crm.importing.reading import FileUnreadable
from tests.crm.importing.building import OldCrm

HEADERS = {
    (
        "hubspot",
        "contact",
    ): "Record ID,First Name,Last Name,Email,Phone Number,Job Title,Associated Company IDs",
    ("hubspot", "company"): "Record ID,Company name,Company Domain Name,City,Postal Code,Country/Region",
    ("hubspot", "deal"): "Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,Associated Contact IDs",
    (
        "pipedrive",
        "contact",
    ): "Person - ID,Person - Name,Person - Email - Work,Person - Phone - Work,Organization - ID",
    (
        "pipedrive",
        "deal",
    ): "Deal - ID,Deal - Title,Deal - Stage,Deal - Status,Deal - Value,Deal - Owner,Person - ID",
    ("salesforce", "contact"): "Id,FirstName,LastName,Email,Phone,MobilePhone,Title,AccountId",
    ("salesforce", "deal"): "Id,Name,StageName,Amount,CloseDate,AccountId,OwnerId,NextStep",
    ("zoho", "contact"): "Record Id,First Name,Last Name,Email,Secondary Email,Mobile,Account Name.id",
    ("zoho", "deal"): "Record Id,Deal Name,Stage,Closing Date,Amount,Deal Owner,Contact Name.id",
    ("streak", "deal"): "Box Key,Name,Stage,Assigned To,Deal Size,Date Created,Notes",
    ("crm", "contact"): "ID,Name,E-mail,Telephone,Company",
}


@pytest.mark.parametrize(("system", "kind"), HEADERS)
def test_the_exports_of_the_usual_systems_are_known(
    tmp_path: Path, settings: Settings, system: str, kind: str
) -> None:
    file = tmp_path / "export.csv"
    file.write_text(f"{HEADERS[system, kind]}\n", encoding="utf-8")
    guess = guess_file(file, settings)

    assert (guess.system, guess.kind) == (system, kind)
    assert "key" in guess.columns.values()


def test_every_column_of_the_table_is_a_field() -> None:
    for system, kinds in usual_columns().items():
        for kind, columns in kinds.items():
            assert kind in KINDS, system
            assert set(columns.values()) <= set(FIELDS[kind]), (system, kind)


def test_a_guessed_mapping_can_be_used_as_it_is(old: OldCrm, settings: Settings) -> None:
    """Owners and stages that stand in the files are named in it, dates and amounts as they are written."""
    people, deals = old.folder / "contacts.csv", old.folder / "deals.csv"
    people.write_text(
        "Record ID;First Name;Last Name;Email;Lead Status\n11;Bob;Jansen;bob@acme.example;NEW\n",
        encoding="cp1252",
    )
    deals.write_text(
        "Record ID;Deal Name;Deal Stage;Close Date;Deal owner;Amount;Associated Contact IDs\n"
        "21;Acme;Contract Sent;31.12.2026;Anna;1.250,00;11\n22;Globex;Closed Won;05.01.2026;Jane Doe;10;\n",
        encoding="utf-16",
    )
    text, _ = guess_mapping([people, deals], settings)
    file = old.folder / "guessed.toml"
    file.write_text(text, encoding="utf-8")
    mapping = load_mapping(file, settings)

    assert (mapping.source, mapping.date, mapping.decimal) == ("hubspot", ("%d.%m.%Y",), ",")
    assert mapping.owners == {"Anna": "anna", "Jane Doe": ""}
    assert mapping.stages == {"Contract Sent": "Closure", "Closed Won": "won"}
    assert '# "Lead Status" = ' in text
    old.mapping = text
    assert old.take(people, deals).counts == {"created": 3}
    assert old.ask("select owner, amount_minor, state from dormant_deal order by id") == [
        ("anna", 125000, "pending"),
        ("maria", 1000, "won"),
    ]


def test_dates_that_can_be_read_in_two_ways_are_told(old: OldCrm, settings: Settings) -> None:
    file = old.folder / "deals.csv"
    file.write_text("Record ID,Deal Name,Deal Stage,Close Date\n1,A,Quote,01/02/2026\n", encoding="utf-8")
    text, _ = guess_mapping([file], settings)

    assert "# Day and month could not be told apart for sure: '%d/%m/%Y' or '%m/%d/%Y'?" in text


def test_a_file_like_none_is_told(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "x.csv"
    file.write_text("alpha,beta\n", encoding="utf-8")

    with pytest.raises(FileUnreadable, match="no columns that are known"):
        guess_file(file, settings)
