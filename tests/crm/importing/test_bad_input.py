"""IN-15: whatever is wrong with a file, its own rows are told with what would be right, and the others come in."""

from __future__ import annotations

import pytest

from inboxcrm.crm.importing.reading import FileUnreadable, look_at, read_rows
from tests.build import on_both_databases
from tests.crm.importing.building import OldCrm

HEAD = "ID,Name,Mail,Phone,Job,Company\n"
GOOD = "good,Eve,eve@acme.example,,,\n"
LONG = "x" * 10_000_000
# What is wrong: the rows above a good one, what becomes of each row, a word of what would be right.
ROWS = {
    "a NUL inside of a name": ("a,Bo\0b,bob@acme.example,,,\n", ["created", "created"], ""),
    "a cell of 10 MB": (f"a,{LONG},bob@acme.example,,,\n", ["skipped", "created"], 'every " that opens'),
    "a quoted cell of 10 MB": (
        f'a,"{LONG}",bob@acme.example,,,\n',
        ["skipped", "created"],
        'every " that opens',
    ),
    "a quote inside of a cell": (
        'a,"Bo"b",bob@acme.example,,,\n',
        ["skipped", "created"],
        'every " that opens',
    ),
    "too few cells": ("a,Bob\n", ["skipped", "created"], "6, as in the header"),
    "too many cells": ("a,Bob,b@acme.example,,,,more\n", ["skipped", "created"], "6, as in the header"),
    "only separators": (",,,,,\n", ["created"], ""),
    "a key that is too long": (f"{'k' * 300},Bob,,,,\n", ["skipped", "created"], "at most 200 characters"),
    "bytes that were no text": ("a,Bob \ufffd,bob@acme.example,,,\n", ["skipped", "created"], "encoding"),
}
WHOLE = {
    "nothing": (b"", "is empty"),
    "only a mark": (b"\xef\xbb\xbf", "is empty"),
    "a header that ends nowhere": (b'ID,"Name,Mail\n1,2,3\n', "the first line cannot be read"),
    "a header of 10 MB": (b"ID," + b"x" * 10_000_000 + b"\n", "the first line cannot be read"),
}


@on_both_databases
@pytest.mark.parametrize("what", ROWS)
def test_a_bad_row_costs_that_row_alone(old: OldCrm, what: str) -> None:
    rows, results, right = ROWS[what]
    file = old.folder / "people.csv"
    file.write_text(HEAD + rows + GOOD, encoding="utf-8", newline="")
    old.take(file)

    assert old.results() == results, old.report()
    assert right in old.report()[0]["what would be right"]
    assert old.ask("select count(*) from contact where name = 'Eve'") == [(1,)]


@pytest.mark.parametrize("what", WHOLE)
def test_a_file_of_which_not_even_the_header_can_be_read_is_told(old: OldCrm, what: str) -> None:
    content, told = WHOLE[what]
    file = old.folder / "people.csv"
    file.write_bytes(content)

    with pytest.raises(FileUnreadable, match=told):
        look_at(file)


def test_an_encoding_that_the_mapping_says_wrongly_is_told_by_its_rows(old: OldCrm) -> None:
    """Letters that are none in this encoding are no reason to take in half a name."""
    file = old.folder / "people.csv"
    file.write_bytes((HEAD + "a,Zoë,zoe@acme.example,,,\n" + GOOD).encode("cp1252"))
    old.mapping = old.mapping.replace('name = "people*.csv"', 'name = "people*.csv"\nencoding = "utf-8"')
    old.take(file)

    assert old.results() == ["skipped", "created"]
    assert "encoding" in old.report()[0]["what would be right"]


def test_a_mark_at_the_start_is_no_part_of_the_first_column(old: OldCrm) -> None:
    file = old.folder / "people.csv"
    file.write_bytes(b"\xef\xbb\xbf" + (HEAD + GOOD).replace(",", ";").encode())
    old.take(file)

    assert old.results() == ["created"]
    assert old.report()[0]["key"] == "good"


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_other_separators_are_read_as_well(old: OldCrm, separator: str) -> None:
    file = old.folder / "people.csv"
    file.write_text((HEAD + GOOD).replace(",", separator), encoding="utf-8")

    assert [row.cells[0] for row in read_rows(look_at(file))] == ["good"]
