"""IN-15: faults of a mapping are told all at once, with their lines and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from inboxcrm.base.errors import ConfigError
from inboxcrm.base.settings import Settings
from inboxcrm.crm.importing.mapping import load_mapping
from tests.crm.importing.building import MAPPING


def faults(folder: Path, settings: Settings, text: str) -> list[str]:
    file = folder / "m.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_mapping(file, settings)
    return [line.removeprefix(f"{file}:") for line in str(raised.value).splitlines()]


def test_the_mapping_of_these_tests_has_no_fault(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "m.toml"
    file.write_text(MAPPING, encoding="utf-8")

    assert load_mapping(file, settings).file_of(Path("x/persons.csv")) is None
    assert load_mapping(file, settings).file_of(Path("x/people-2.csv")).kind == "contact"


def test_every_fault_is_told_with_its_line(tmp_path: Path, settings: Settings) -> None:
    text = (
        'source = "old"\ndate = "day"\nowner = "nobody"\n[owners]\n"Jane" = "jan"\n[stages]\n"Sent" = "Sent"\n'
        '[[file]]\nname = "a.csv"\nkind = "contact"\n[file.columns]\n"Mail" = "email"\n'
        '"Tel" = "phone"\n"Mob" = "phone"\n'
    )

    assert faults(tmp_path, settings, text) == [
        "3: owner: 'nobody' is no user; users are anna, carl, maria, fred, olga",
        "5: owners.Jane: 'jan' is no user; users are anna, carl, maria, fred, olga",
        "7: stages.Sent: 'Sent' is none of Identification, Qualification, Needs Analysis, Presentation, Quote, "
        "Negotiation, Closure, won, lost, open",
        "2: date: 'day' should be \"iso\" or a form such as %d/%m/%Y",
        "12: file.1.columns.Mail: 'email' is no field of a contact; they are key, name, first_name, last_name, "
        "address, address_2, address_3, phone, phone_2, title, role, company, company_key",
        "11: file.1.columns: phone is given twice; each field has one column or constant",
    ]


def test_unknown_keys_missing_ones_and_broken_text_are_told(tmp_path: Path, settings: Settings) -> None:
    assert faults(tmp_path, settings, 'source = "old"\nfiles = 1\n') == [
        "1: file: is missing",
        "2: files: is not a known key",
    ]
    assert faults(tmp_path, settings, 'source = "old"\nx = \n')[0].startswith("2: TOML: ")
    with pytest.raises(ConfigError, match="--guess writes a first one"):
        load_mapping(tmp_path / "none.toml", settings)


def test_an_owner_without_a_user_needs_one_for_all_such(tmp_path: Path, settings: Settings) -> None:
    text = MAPPING.replace('owner = "maria"', "").replace('"Jane Doe" = "anna"', '"Jane Doe" = ""')

    assert "names nobody: say which user" in faults(tmp_path, settings, text)[0]
