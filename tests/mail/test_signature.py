"""What a signature says of its writer is found with its place, and what is not sure is left out (IN-9)."""

from __future__ import annotations

import json
import os
from pathlib import Path
from time import monotonic

import pytest

from inboxcrm.mail.contact_numbers import find_phones, find_vat_number, read_phone, read_vat_number
from inboxcrm.mail.signature import Signature, read_signature

NAMES = ("name", "title", "company", "phones", "vat_number", "address", "website")
DUTCH = """Hello,

we need 20 licences by 2026-03-01, our order 2026 1234567.

Met vriendelijke groet,

Bob Brouwer
Inkoper

Brouwer Bouw B.V.
Havenweg 3
3011 AA Rotterdam
T: 010 123 4567 | M: +31 (0)6 1234 5678 | F: 010 123 4568
www.brouwer.example
BTW NL004495445B01 | KvK 24123456 | IBAN NL91 ABNA 0417 1643 00"""
ENGLISH = """Please quote.
--\x20
Jane Smith | Purchasing Manager | Acme Services, Ltd
Tel +44 20 7946 0958
10 Downing Street, London SW1A 2AA
VAT GB 980 7806 84
https://www.linkedin.com/in/jane https://acme.example/"""
GERMAN = """Mit freundlichen Grüßen
Hans Müller
Geschäftsführer
Müller GmbH
Hauptstr. 12
10115 Berlin
Tel.: 030 901820
USt-IdNr.: DE136695976"""
NORWEGIAN = """Vennlig hilsen
Kari Nordmann
Daglig leder
Nordmann AS
Storgata 1, 0155 Oslo
Tlf 22 12 34 56
Org.nr. NO 995 525 828 MVA"""
FRENCH = """Cordialement,
Marie Dupont
Responsable achats
Dupont SARL
12 rue de la Paix
75002 Paris
01 42 68 53 00
TVA FR 40 303 265 045"""


def values(text: str, name: str, region: str, domain: str = "") -> dict[str, object]:
    found = read_signature(text, name, region, domain)
    plain = {field: getattr(found, field) for field in NAMES}
    plain["phones"] = [one.value for one in found.phones]
    return {
        field: value if isinstance(value, list) else value and value.value for field, value in plain.items()
    }


@pytest.mark.parametrize(
    ("text", "name", "region", "wanted"),
    [
        (
            DUTCH,
            "Bob Brouwer",
            "NL",
            ["Bob Brouwer", "Inkoper", "Brouwer Bouw B.V.", ["+31101234567", "+31612345678"], "NL004495445B01",
             "Havenweg 3, 3011 AA Rotterdam", "www.brouwer.example"],
        ),
        (
            ENGLISH,
            "Jane Smith",
            "GB",
            ["Jane Smith", "Purchasing Manager", "Acme Services, Ltd", ["+442079460958"], "GB980780684",
             "10 Downing Street, London SW1A 2AA", "https://acme.example"],
        ),
        (
            GERMAN,
            "Hans Müller",
            "DE",
            ["Hans Müller", "Geschäftsführer", "Müller GmbH", ["+4930901820"], "DE136695976",
             "Hauptstr. 12, 10115 Berlin", None],
        ),
        (
            NORWEGIAN,
            "Kari Nordmann",
            "NO",
            ["Kari Nordmann", "Daglig leder", "Nordmann AS", ["+4722123456"], "NO995525828MVA",
             "Storgata 1, 0155 Oslo", None],
        ),
        (
            FRENCH,
            "Marie Dupont",
            "FR",
            ["Marie Dupont", "Responsable achats", "Dupont SARL", ["+33142685300"], "FR40303265045",
             "12 rue de la Paix, 75002 Paris", None],
        ),
    ],
    ids=["nl", "en", "de", "no", "fr"],
)  # fmt: skip
def test_a_signature_is_read(text: str, name: str, region: str, wanted: list[object]) -> None:
    assert values(text, name, region) == dict(zip(NAMES, wanted, strict=True))


def test_each_value_names_the_place_where_it_was_read() -> None:
    found = read_signature(DUTCH, "Bob Brouwer", "NL")

    assert found.title is not None
    assert DUTCH[found.title.start : found.title.end] == "Inkoper"
    assert [DUTCH[one.start : one.end] for one in found.phones] == ["010 123 4567", "+31 (0)6 1234 5678"]
    assert found.vat_number is not None
    assert DUTCH[found.vat_number.start : found.vat_number.end] == "NL004495445B01"


def test_what_is_missing_is_named() -> None:
    found = read_signature("Please send a quote.\n\nThanks,\nBob", "Bob Brouwer", "NL")

    assert found.missing == ("title", "company", "phones", "vat_number", "address", "website")


def test_a_line_named_like_the_senders_domain_is_his_company() -> None:
    text = "Regards,\nBob\nBrouwer\nEngineer"

    assert values(text, "Bob", "NL", "brouwer.example")["company"] == "Brouwer"


@pytest.mark.parametrize(
    "text",
    [
        "We sell 100 pieces to Acme Ltd every year. The director agreed on 12.03.2026.",
        "",
        "> -- \n> Bob Brouwer\n> Director\n> +31 10 123 4567",
    ],
)
def test_text_without_a_signature_gives_nothing(text: str) -> None:
    assert read_signature(text, "Bob Brouwer", "NL") == Signature()


@pytest.mark.parametrize(
    ("line", "region", "phones"),
    [
        ("Tel. 020-1234567", "NL", ["+31201234567"]),
        ("+1 (212) 533-1775", "", ["+12125331775"]),
        ("020 1234567", "", []),  # of which country?
        ("2026-11-22 05:30:00 order 1234567890123", "NL", []),
        ("KvK 24123456", "NL", []),
    ],
)
def test_telephones_are_those_that_can_exist(line: str, region: str, phones: list[str]) -> None:
    assert [one.value for one in find_phones(line, region)] == phones


def test_a_vat_number_needs_its_checksum() -> None:
    assert find_vat_number("VAT: DE136695976", "NL") is not None
    assert find_vat_number("VAT: DE136695977", "NL") is None
    assert find_vat_number("order 24123456 and 136695976", "DE") is None
    assert read_vat_number("004495445B01", "NL") == "NL004495445B01"
    assert read_vat_number("995 525 828", "NO") == "NO995525828MVA"  # Norway writes them so


def test_a_forms_telephone_is_one_or_none() -> None:
    assert read_phone("020 123 4567", "NL") == "+31201234567"
    assert read_phone("020 123 4567 or 030 123 4567", "NL") == ""
    assert read_phone("call me", "NL") == ""


def test_crafted_text_is_read_in_linear_time() -> None:
    start = monotonic()

    for line in ("1 " * 100, "+31 20 " * 28, "A" * 199, "AB 12345 " * 22, "Bob " * 49, "www." * 49):
        read_signature(f"-- \n{line}\n" + f"{line}\n" * 400, "Bob Brouwer", "NL")

    assert monotonic() - start < 3


CORPUS = Path(os.environ.get("INBOXCRM_CORPUS", "/nonexistent")) / "reply" / "reply_cases.jsonl"


def test_signatures_that_others_have_collected_name_their_writer() -> None:
    """The cases of talon that state a signature, where the corpus is at hand: nothing above it is read as one."""
    cases = [json.loads(line) for line in CORPUS.read_text().splitlines()] if CORPUS.exists() else []
    wrong = []
    for case in (c for c in cases if c["expect"] == "signature_text" and c["format"] == "text"):
        text = (CORPUS.parent.parent / case["file"]).read_text()
        found = read_signature(text, "", "US")
        places = [one for name in NAMES for one in _all(getattr(found, name))]
        wrong += [(case["id"], one.value) for one in places if text[one.start : one.end] not in case["value"]]

    assert wrong == []


def _all(value: object) -> list[object]:
    return list(value) if isinstance(value, tuple) else [value] if value else []
