"""IN-15: files are read however they are written, and a broken row costs that row alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from inboxcrm.crm.importing.reading import FileUnreadable, look_at, places_of, read_rows

LINES = "Name;Town\nJosé;Zürich\n"


def written(folder: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    file = folder / "people.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return file


@pytest.mark.parametrize(
    ("encoding", "word"),
    [
        ("utf-8", "UTF-8, separated by ;"),
        ("utf-8-sig", "UTF-8, separated by ;"),
        ("utf-16", "UTF-16, separated by ;"),
        ("utf-16-le", "utf-16-le, separated by ;"),
        (
            "cp1252",
            "Windows-1252, separated by ; (it is no UTF-8; if accents look wrong, give encoding in the mapping)",
        ),
    ],
)
def test_encodings_are_found_and_told(tmp_path: Path, encoding: str, word: str) -> None:
    shape = look_at(written(tmp_path, LINES, encoding))

    assert shape.header == ("Name", "Town")
    assert [row.cells for row in read_rows(shape)] == [["José", "Zürich"]]
    assert shape.word == word


@pytest.mark.parametrize(
    ("head", "separator"),
    [
        ("a,b,c", ","),
        ("a;b;c", ";"),
        ("a\tb\tc", "\t"),
        ('"a, with, commas, in, it";b', ";"),
        ("sep=;\na;b", ";"),
        ("alone", ","),
    ],
)
def test_separators_are_found_in_the_header_outside_of_quotes(
    tmp_path: Path, head: str, separator: str
) -> None:
    shape = look_at(written(tmp_path, f"{head}\n"))

    assert shape.separator == separator
    assert "sep=" not in "".join(shape.header)


def test_text_may_hold_line_breaks_separators_and_quotes(tmp_path: Path) -> None:
    shape = look_at(written(tmp_path, 'Name,Note\r\nBob,"first, \r\n ""second"" line"\r\n\r\nEve,x\r\n'))

    assert [(row.number, row.line, row.cells) for row in read_rows(shape)] == [
        (2, 2, ["Bob", 'first, \r\n "second" line']),
        (4, 5, ["Eve", "x"]),
    ]


def test_a_row_with_too_few_or_too_many_cells_is_told_and_the_next_goes_on(tmp_path: Path) -> None:
    shape = look_at(written(tmp_path, "a,b\n1\n1,2,3\n1,2,,\n1,2\n"))

    assert [(row.number, row.fault) for row in read_rows(shape)] == [
        (2, "1 cells"), (3, "3 cells"), (4, ""), (5, "")
    ]  # fmt: skip


def test_a_quote_that_nothing_closes_costs_its_lines(tmp_path: Path) -> None:
    shape = look_at(written(tmp_path, 'a,b\n1,"x\n2,y\n3,"z"\n4,w\n'))

    rows = list(read_rows(shape))
    assert rows[0].fault.startswith("lines 2 to 4:")
    assert rows[-1].cells == ["4", "w"]


def test_a_missing_column_and_one_that_stands_twice_are_told(tmp_path: Path) -> None:
    shape = look_at(written(tmp_path, "Name,E-mail,Name\nBob,b@acme.example,Bob\n"))

    with pytest.raises(
        FileUnreadable, match="has no column 'Email', which is to be address; did you mean 'E-mail'"
    ):
        places_of(shape, {"Email": "address"})
    with pytest.raises(FileUnreadable, match="the columns 1 and 3 are both called 'Name'"):
        places_of(shape, {"Name": "name"})
    assert places_of(shape, {"e-MAIL": "address"}) == {"address": 1}


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_an_empty_file_is_told(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FileUnreadable, match="is empty"):
        look_at(written(tmp_path, content))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="cannot be read"):
        look_at(tmp_path / "nothing.csv")


def test_what_a_spreadsheet_was_kept_from_reading_as_a_formula_is_read_as_it_was(tmp_path: Path) -> None:
    shape = look_at(written(tmp_path, "a\n'+31201234567\n'tis\n"))

    assert [row.cells for row in read_rows(shape)] == [["+31201234567"], ["'tis"]]
