"""IN-15: the files of an old CRM are taken in row by row, whole or not at all, once."""

from __future__ import annotations

import pytest

from inboxcrm.app.erasure.erase import erase_person
from inboxcrm.crm.importing import taking
from inboxcrm.crm.people import find_or_make_contact
from tests.build import on_both_databases
from tests.crm.importing.building import OldCrm

COMPANIES = (("c1", "Acme B.V.", "https://www.acme.example/nl", "Netherlands"), ("c2", "Globex", "", ""))
PEOPLE = (
    ("p1", "Bob Jansen", "Bob@Acme.example", "020 123 4567", "Buyer", "c1"),
    ("p2", "Eve Smit", "eve@gmail.com", "", "", "c2"),
)
DEALS = (
    ("d1", "Acme licences", "p1", "c1", "Jane Doe", "Proposal sent", "1,250.00", "2027-01-15"),
    ("d2", "Globex pilot", "p2", "", "", "Gewonnen", "900"),
)


def all_files(old: OldCrm) -> list:
    return [old.file("deals", *DEALS), old.file("people", *PEOPLE), old.file("companies", *COMPANIES)]


@on_both_databases
def test_people_companies_and_deals_come_in_with_what_links_them(old: OldCrm) -> None:
    """The order in which the files are named does not matter."""
    told = old.take(*all_files(old))

    assert told.counts == {"created": 6}
    assert old.ask("select name, domain, country from organization order by id") == [
        ("Acme B.V.", "acme.example", "NL"),
        ("Globex", None, None),
    ]
    assert old.ask(
        "select c.name, a.address, c.phone, c.title, o.name from contact c join contact_address a on"
        " a.contact_id = c.id join organization o on o.id = c.organization_id order by c.id"
    ) == [
        ("Bob Jansen", "bob@acme.example", "+31201234567", "Buyer", "Acme B.V."),
        ("Eve Smit", "eve@gmail.com", None, None, "Globex"),
    ]
    assert old.ask(
        "select d.name, c.name, d.owner, d.stage, d.state, d.amount_minor, d.currency from dormant_deal d"
        " join contact c on c.id = d.contact_id order by d.id"
    ) == [
        ("Acme licences", "Bob Jansen", "anna", "Quote", "pending", 125000, "EUR"),
        ("Globex pilot", "Eve Smit", "maria", "Qualification", "won", 90000, "EUR"),
    ]


@on_both_databases
def test_running_it_twice_changes_nothing(old: OldCrm) -> None:
    files = all_files(old)
    old.take(*files)
    tables = ("organization", "contact", "contact_address", "dormant_deal", "imported")
    before = [old.ask(f"select * from {table}") for table in tables]

    assert old.take(*files).counts == {"known": 6}
    assert [old.ask(f"select * from {table}") for table in tables] == before


@on_both_databases
def test_a_dry_run_tells_the_same_and_writes_nothing(old: OldCrm) -> None:
    files = [*all_files(old), old.file("notes", ("n1", "Liked the demo", "2026-01-02", "Jane", "d1"))]
    old.take(*files, is_dry=True)
    dry = old.report()

    assert old.ask("select count(*) from contact") == [(0,)]
    assert old.ask("select count(*) from event") == [(0,)]
    old.take(*files)
    numberless = [row | {"record": ""} for row in old.report()]
    assert [row | {"record": ""} for row in dry] == numberless
    assert {row["record"] for row in dry} == {"new organization", "new contact", "new deal", "new note"}


def test_an_import_that_was_cut_off_goes_on_where_it_was(
    old: OldCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """V5: what was committed stays, whole; the next run takes in the rest."""
    monkeypatch.setattr(taking, "BATCH_ROWS", 2)
    people = [(f"p{n}", f"Person {n}", f"p{n}@shop{n}.example") for n in range(7)]
    file = old.file("people", *people)
    write, calls = taking.WRITERS["contact"], []

    def cut_off(batch: object) -> None:
        calls.append(batch)
        write(batch)
        if len(calls) == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setitem(taking.WRITERS, "contact", cut_off)
        with pytest.raises(KeyboardInterrupt):
            old.take(file)
    assert old.ask("select count(*) from contact") == [(4,)]
    assert old.ask("select count(*) from imported") == [(4,)]

    assert old.take(file).counts == {"known": 4, "created": 3}
    assert old.ask("select count(*) from contact_address") == [(7,)]


def test_each_row_that_is_left_out_names_its_value_and_what_would_be_right(old: OldCrm) -> None:
    old.take(
        old.file(
            "people",
            ("p1", "Bob", "bob at acme"),
            ("p2", "Eve", "eve@acme.example", "12"),
            ("p3", "Anna", "anna@kestrel.example"),
            ("p4", "Joe", "joe@acme.example", "", "", "c9"),
            ("p5",),
            ("p6", "Good One", "good@acme.example"),
            ("p6", "Same key", "same@acme.example"),
        )
    )

    told = [
        (row["row"], row["result"], row["column"], row["value"], row["what would be right"])
        for row in old.report()
    ]
    assert told == [
        ("2", "skipped", "Mail", "bob at acme", "a mail address such as anna@example.com"),
        ("3", "skipped", "Phone", "12", "a telephone number that exists, such as +31 20 123 4567"),
        ("4", "skipped", "Mail", "anna@kestrel.example", "somebody outside: this is one of your own"),
        (
            "5",
            "skipped",
            "company_key",
            "c9",
            "the key of a company of old that was taken in and is still here; take in the file of those first",
        ),
        ("6", "skipped", "Mail", "", "a name, a mail address or a telephone number"),
        ("7", "created", "", "", ""),
        ("8", "skipped", "key", "p6", "a key of its own: row 7 has the same one"),
    ]
    assert old.ask("select name from contact") == [("Good One",)]


def test_deals_name_owners_stages_dates_and_amounts_that_are_wrong(old: OldCrm) -> None:
    old.take(
        old.file(
            "deals",
            ("d1", "A", "", "", "Nobody Known", "Quote"),
            ("d2", "B", "", "", "", "Sent it"),
            ("d3", "C", "", "", "", "Quote", "1.250,00"),
            ("d4", "D", "", "", "", "Quote", "-5"),
            ("d5", "E", "", "", "", "Quote", "5", "31/12/2026"),
            ("d6", "", "", "", "", "Quote", "5"),
        )
    )

    assert [(row["column"], row["value"]) for row in old.report()] == [
        ("Owner", "Nobody Known"),
        ("Stage", "Sent it"),
        ("Value", "1.250,00"),
        ("Value", "'-5"),
        ("Close", "31/12/2026"),
        ("Name", ""),
    ]
    rights = [row["what would be right"] for row in old.report()]
    assert rights[0] == "one of anna, carl, maria, fred, olga; name him in [owners]"
    assert rights[1].startswith("one of Identification, Qualification")
    assert rights[4] == "a date written as iso or %d-%m-%Y, such as 2026-01-31"


@on_both_databases
def test_who_is_here_already_is_filled_in_and_not_made_again(old: OldCrm) -> None:
    """LD-3: by address, by domain, by a company's name however it is written; what stands there stays."""
    with old.office.work("test", actor="user:anna") as work:
        bob = find_or_make_contact(work, "bob@acme.example", "bob")
        bob.title = "Chief buyer"
    told = old.take(
        old.file("companies", ("c1", "Acme B.V.", "acme.example", "NL"), ("c2", "ACME Ltd.", "")),
        old.file("people", *PEOPLE[:1]),
    )

    assert told.counts == {"merged": 3}
    assert [row["record"] for row in old.report()] == ["organization 1", "organization 1", "contact 1"]
    assert old.ask("select name, country from organization") == [("Acme B.V.", "NL")]
    assert old.ask("select name, title, phone from contact") == [
        ("Bob Jansen", "Chief buyer", "+31201234567")
    ]
    told = old.ask(
        "select subject_kind, payload from event where kind in ('contact.changed', 'organization.changed') order by id"
    )
    assert ("contact", '{"field":"phone","new":"+31201234567","old":null}') in told


def test_a_switchboard_makes_nobody_of_two_people(old: OldCrm) -> None:
    """LD-3: a telephone number alone is proof only under the same name."""
    old.take(
        old.file(
            "people",
            ("p1", "Bob Jansen", "", "020 123 4567"),
            ("p2", "Eve Smit", "", "020 123 4567"),
            ("p3", "Jansen, Bob", "bob@gmail.com", "020 765 4321"),
            ("p4", "Bob Jansen", "", "020 765 4321"),
        )
    )

    assert old.results() == ["created", "created", "created", "merged"]
    assert old.ask("select count(*) from contact") == [(3,)]


def test_a_row_whose_addresses_are_two_people_is_left_to_a_person(old: OldCrm) -> None:
    old.mapping = old.mapping.replace('"Job" = "title"', '"Job" = "address_2"')
    old.take(
        old.file("people", ("p1", "Bob", "bob@acme.example"), ("p2", "Eve", "eve@acme.example")),
    )
    old.take(old.file("people", ("p3", "Bob", "bob@acme.example", "", "eve@acme.example")))

    [row] = old.report()
    assert row["result"] == "skipped"
    assert "contact 1 has bob@acme.example and contact 2 has eve@acme.example" in row["what would be right"]


def test_several_addresses_may_stand_in_one_cell(old: OldCrm) -> None:
    old.take(old.file("people", ("p1", "Bob", "bob@acme.example; b.jansen@acme.example")))

    assert old.ask("select address, is_first from contact_address order by address") == [
        ("b.jansen@acme.example", 0),
        ("bob@acme.example", 1),
    ]


def test_rows_without_a_key_column_are_known_again_by_what_they_say(old: OldCrm) -> None:
    old.mapping = old.mapping.replace('"ID" = "key"\n', "")
    file = old.file("people", ("", "Bob", "bob@acme.example"), ("", "Eve", "eve@acme.example"))

    assert old.take(file).counts == {"created": 2}
    assert old.take(file).counts == {"known": 2}


def test_whoever_was_erased_does_not_come_back_by_his_key(old: OldCrm) -> None:
    """His row is left out, with the reason; so is a deal that names him, and the others come in."""
    people = old.file("people", ("p1", "Bob Jansen", "bob@acme.example"))
    old.take(people)
    erase_person(old.office, "bob@acme.example")

    assert old.take(people).counts == {"skipped": 1}
    [row] = old.report()
    assert (row["column"], row["value"]) == ("address", "bob@acme.example")
    assert "was erased" in row["what would be right"]
    deals = old.file("deals", ("d1", "His", "p1"), ("d2", "Nobody's"))
    assert old.take(deals).counts == {"skipped": 1, "created": 1}
    assert old.ask("select count(*) from contact") == [(0,)]


def test_what_was_taken_in_is_told_as_one_fact_for_each_file(old: OldCrm) -> None:
    old.take(*all_files(old))

    assert old.ask("select kind, actor, state from event") == [("import.ended", "import:old", "done")] * 3
    assert '"created":2' in old.ask("select payload from event order by id")[0][0]


def test_cells_of_the_report_are_no_formulas(old: OldCrm) -> None:
    """V13."""
    old.take(old.file("people", ("p1", "Bob", "=cmd|' /C calc'!A0")))

    assert "'=cmd|" in (old.folder / "report.csv").read_text(encoding="utf-8-sig")
