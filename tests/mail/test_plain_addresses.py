"""Plain fields of addresses are read here as mail-parser reads them; all others are left to it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from inboxcrm.mail import parse
from inboxcrm.mail.incoming import Address
from inboxcrm.mail.plain_addresses import plain_addresses
from inboxcrm.mail.split import split_mail

OWN = Path(__file__).parents[1] / "mails"


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("bob@acme.example", [("", "bob@acme.example")]),
        ("<Bob@ACME.example>", [("", "bob@acme.example")]),
        ("Bob Brouwer <bob@acme.example>", [("Bob Brouwer", "bob@acme.example")]),
        ('"Brouwer, Bob"\r\n <bob@acme.example>', [("Brouwer, Bob", "bob@acme.example")]),
        ("=?utf-8?q?B=C3=B8b?= Brouwer <bob@acme.example>", [("Bøb Brouwer", "bob@acme.example")]),
        ('"bob@acme.example" <bob@acme.example>', [("", "bob@acme.example")]),
        ("a@x.test,\r\n\tJan  P. Bos <b@y.test>", [("", "a@x.test"), ("Jan P. Bos", "b@y.test")]),
    ],
)
def test_the_usual_shapes_are_read_as_the_library_reads_them(
    field: str, expected: list[tuple[str, str]]
) -> None:
    assert plain_addresses(field) == tuple(Address(name, address) for name, address in expected)
    assert library(field) == plain_addresses(field)


@pytest.mark.parametrize(
    "field",
    [
        '"=?utf-8?q?B=C3=B8b?=" <bob@acme.example>',
        "Bøb <bob@acme.example>",
        "bob@acme.example (Bob)",
        "Sales: bob@acme.example;",
        '"Bob \\"B\\" Brouwer" <bob@acme.example>',
        '"ceo@bank.example" <bob@acme.example>',
        "Bob <bob@acme.example> <eve@evil.example>",
        "bob@acme.example eve@evil.example",
        "undisclosed-recipients:;",
        "Bob <bob@[192.0.2.1]>",
    ],
)
def test_whatever_is_odd_is_left_to_the_library(field: str) -> None:
    assert plain_addresses(field) is None


def test_every_plain_field_of_the_corpus_is_read_as_the_library_reads_it() -> None:
    """With INBOXCRM_CORPUS all its fields, else those of tests/mails."""
    files = sorted(Path(os.environ.get("INBOXCRM_CORPUS") or OWN).rglob("*.eml"))
    fields = {
        value
        for file in files
        for name, value in split_mail(file.read_bytes()).fields
        if name in parse.ADDRESS_HEADERS and value
    }
    plain = {field: found for field in fields if (found := plain_addresses(field)) is not None}

    assert len(plain) > len(fields) / 2
    assert [field for field, found in plain.items() if library(field) != found] == []


def library(field: str) -> tuple[Address, ...]:
    """What mail-parser makes of a field, and that it finds nothing odd in it."""
    read = parse._by_library(parse.known_charsets(field))
    assert read.defects == frozenset()
    return read.addresses
