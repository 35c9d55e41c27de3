"""IN-15, OP-14: own fields and roles come in with the rows, and nobody who was erased comes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event

from inboxcrm.app.erasure.erase import erase_person
from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_people import CustomField
from inboxcrm.base.work import Office
from inboxcrm.crm.importing.guessing import guess_mapping
from inboxcrm.crm.importing.mapping import MappingFaulty, load_mapping
from inboxcrm.crm.people import find_or_make_contact
from tests.build import on_both_databases, the_settings
from tests.crm.importing.building import OldCrm

FIELDS = (
    CustomField(name="size", record="organization", type="number", label="Employees"),
    CustomField(name="branch", record="organization", type="choice", choices=("Retail", "Care")),
    CustomField(name="birthday", record="contact", type="date"),
    CustomField(name="fee", record="contact", type="amount"),
)
MAPPING = """
source = "old"
date = "%d-%m-%Y"
decimal = ","
[roles]
"CFO" = "billing"
"Intern" = ""
[[file]]
name = "firms.csv"
kind = "company"
[file.columns]
"ID" = "key"
"Name" = "name"
"Employees" = "field.size"
"Branch" = "field.branch"
[[file]]
name = "folk.csv"
kind = "contact"
[file.columns]
"ID" = "key"
"Mail" = "address"
"Function" = "role"
"Born" = "field.birthday"
"Fee" = "field.fee"
"""
FIRMS = "ID,Name,Employees,Branch\n"
FOLK = "ID,Mail,Function,Born,Fee\n"


@pytest.fixture
def own(make_office: Callable[[Settings], Office], tmp_path: Path) -> OldCrm:
    return OldCrm(tmp_path, make_office(the_settings(tmp_path, field=FIELDS)), MAPPING)


def firms(own: OldCrm, *rows: str) -> Path:
    return _file(own.folder / "firms.csv", FIRMS, rows)


def folk(own: OldCrm, *rows: str) -> Path:
    return _file(own.folder / "folk.csv", FOLK, rows)


def _file(path: Path, header: str, rows: tuple[str, ...]) -> Path:
    path.write_text(header + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def faults(own: OldCrm) -> list[tuple[str, str, str]]:
    return [(row["row"], row["column"], row["value"]) for row in own.report() if row["result"] == "skipped"]


VALUES = "select record, name, text, number_e4, day from field_value order by record, name"


@on_both_databases
def test_own_fields_and_roles_of_new_records_come_in(own: OldCrm) -> None:
    told = own.take(
        firms(own, '1,Acme,"1.200",retail'),
        folk(own, 'p1,bob@acme.example,"CFO; Signatory",31-01-1980,"12,50"'),
    )

    assert told.counts == {"created": 2}
    assert [tuple(map(str, row)) for row in own.ask(VALUES)] == [
        ("contact", "birthday", "None", "None", "1980-01-31"),
        ("contact", "fee", "None", "125000", "None"),
        ("organization", "branch", "Retail", "None", "None"),
        ("organization", "size", "None", "12000000", "None"),
    ]
    assert own.ask("select role, box_id from contact_role order by role") == [
        ("billing", 0),
        ("signatory", 0),
    ]


@on_both_databases
def test_what_stands_there_stays_and_what_is_filled_is_told(own: OldCrm) -> None:
    """A second file says another size: the first counts; the birthday that was missing is a fact with old and new."""
    own.take(firms(own, "1,Acme,200,"), folk(own, "p1,bob@acme.example,,,"))
    own.take(firms(own, "2,Acme,300,Care"), folk(own, "p2,bob@acme.example,CFO,31-01-1980,"))

    assert own.ask("select number_e4 from field_value where name = 'size'") == [(2_000_000,)]
    facts = own.ask(
        "select kind, payload from event where kind in ('field.changed', 'contact.changed') order by id"
    )
    told = " ".join(str(one) for one in facts)
    assert len(facts) == 3
    assert all(word in told for word in ("branch", "Care", "birthday", "1980-01-31", "billing"))
    own.take(firms(own, "3,Acme,,Care"), folk(own, "p3,bob@acme.example,CFO,31-01-1980,"))
    assert own.ask("select count(*) from contact_role") == [(1,)]


def test_each_wrong_value_names_its_row_its_column_and_what_is_right(own: OldCrm) -> None:
    own.take(firms(own, "1,Acme,many,", "2,Globex,,Mining", "3,Initech,7,"))
    assert faults(own) == [("2", "Employees", "many"), ("3", "Branch", "Mining")]
    assert {row["what would be right"] for row in own.report()} >= {"one of Retail, Care"}

    own.take(
        folk(own, "a,a@acme.example,Wizard,,", "b,b@acme.example,,1980-01-31,", "c,c@acme.example,Intern,,"
             "1e5", "d,d@gmail.com,CFO,,", "e,e@acme.example,Intern,,")
    )  # fmt: skip
    assert faults(own) == [
        ("2", "Function", "Wizard"),
        ("3", "Born", "1980-01-31"),
        ("4", "Fee", "1e5"),
        ("5", "role", "billing"),
    ]
    assert own.ask("select count(*) from contact") == [(1,)]


def test_a_dry_run_tells_the_same_of_them(own: OldCrm) -> None:
    files = (firms(own, "1,Acme,many,", "2,Globex,9,Care"), folk(own, "a,a@globex.example,CFO,,"))
    dry = own.take(*files, is_dry=True).counts, faults(own)
    assert own.ask("select count(*) from field_value") == [(0,)]

    assert (own.take(*files).counts, faults(own)) == dry


def test_a_mapping_names_own_fields_and_roles_that_there_are(own: OldCrm) -> None:
    file = own.folder / "mapping.toml"
    file.write_text(MAPPING.replace("field.size", "field.sise").replace('= "billing"', '= "king"'), "utf-8")

    with pytest.raises(MappingFaulty) as told:
        load_mapping(file, own.office.settings)
    assert "did you mean field.size?" in str(told.value)
    assert "'king' is none of decision maker, signatory, billing, technical" in str(told.value)


def test_guess_proposes_them_by_their_names(own: OldCrm) -> None:
    people = _file(
        own.folder / "people.csv", "ID,Name,E-mail,Function,Birthday\n", ("1,Bob,b@acme.example,Billing,",)
    )
    companies = _file(own.folder / "companies.csv", "ID,Name,Website,Employees\n", ("1,Acme,acme.example,7",))
    text, _ = guess_mapping([companies, people], own.office.settings)

    assert '"Function" = "role"' in text
    assert '"Birthday" = "field.birthday"' in text
    assert '"Employees" = "field.size"' in text
    assert '[roles]\n"Billing" = "billing"' in text
    (own.folder / "mapping.toml").write_text(text, encoding="utf-8")
    load_mapping(own.folder / "mapping.toml", own.office.settings)


@on_both_databases
def test_whoever_was_erased_stays_out_whatever_key_his_row_has(own: OldCrm) -> None:
    """One question tells for the whole batch; the row, and that alone, is left out, and says why."""
    with own.office.work("test", actor="test") as work:
        find_or_make_contact(work, "bob@acme.example", "Bob")
    erase_person(own.office, "bob@acme.example")
    rows = [f"n{number},p{number}@acme.example,,," for number in range(400)]
    file = folk(own, "x,Bob@Acme.example,,,", "y,eve@acme.example; bob@acme.example,,,", *rows)

    dry = own.take(file, is_dry=True)
    assert dry.counts == {"skipped": 2, "created": 400}
    asked = list[str]()
    event.listen(own.office.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    told = own.take(file)

    assert told.counts == {"skipped": 2, "created": 400}
    assert faults(own) == [("2", "address", "bob@acme.example"), ("3", "address", "bob@acme.example")]
    assert {row["what would be right"] for row in own.report() if row["result"] == "skipped"} == {
        "nothing: the person with this address was erased, and does not come back by an import"
    }
    assert sum("erased_address" in one for one in asked) == 1
