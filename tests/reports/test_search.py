"""Words, phrases and filters find the same mails on both databases."""

from __future__ import annotations

import pytest

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Office
from inboxcrm.ingest.search.index import has_unindexed, index_messages
from inboxcrm.ingest.search.query import Query, Term, index_words, read_query
from inboxcrm.reports.search import search
from tests.build import ANNA, BOB, HandClock, Mail, deliver, on_both_databases

MAILS = (
    Mail("Schöne Grüße aus Köln, wir brauchen zwanzig Lizenzen.", subject="Lizenzen"),
    Mail("Is the annual invoice ready?", subject="Invoice 4711", sender="carla@brouwer.example"),
    Mail("The invoice is annual.", subject="Other", sender="carla@brouwer.example", to=ANNA),
)


@pytest.fixture
def filled(office: Office, clock: HandClock) -> Office:
    """Three mails, a day apart."""
    for mail in MAILS:
        deliver(office, mail)
        clock.move(days=1)
    return office


def found(office: Office, words: str) -> list[str]:
    return [mail["subject"] for mail in search(office, words)["mails"]]


@on_both_databases
def test_words_phrases_beginnings_and_exclusions(filled: Office) -> None:
    assert found(filled, "invoice annual") == ["Other", "Invoice 4711"]
    assert found(filled, '"annual invoice"') == ["Invoice 4711"]
    assert found(filled, "invoice -4711") == ["Other"]
    assert found(filled, "lizen*") == ["Lizenzen"]
    assert found(filled, "lizen") == []


@on_both_databases
def test_accents_and_capitals_make_no_difference(filled: Office) -> None:
    assert found(filled, "GRÜSSE köln") == found(filled, "grusse KOLN") == ["Lizenzen"]


@on_both_databases
def test_filters_narrow_by_people_box_and_day(filled: Office) -> None:
    assert found(filled, "from:brouwer") == ["Other", "Invoice 4711"]
    assert found(filled, "from:carla to:anna") == ["Other"]
    assert found(filled, "box:lizenzen") == ["Lizenzen"]
    assert found(filled, "from:brouwer before:2026-11-25") == ["Invoice 4711"]
    assert found(filled, "from:brouwer after:2026-11-24") == ["Other"]
    assert found(filled, "has:attachment") == []


@on_both_databases
def test_addresses_are_words_too_and_foreign_text_is_no_language(filled: Office) -> None:
    """V13: what an index's own language would understand is just words."""
    assert found(filled, BOB) == ["Lizenzen"]
    for words in ('licences" OR "1', "a & b | !c", "x' or '1'='1", "NEAR(a b)", "words:*", "(((", "ʼ"):
        try:
            assert found(filled, words) == []
        except Refused:
            assert not index_words(words)


@on_both_databases
def test_records_are_found_by_their_names(filled: Office) -> None:
    records = search(filled, "brouwer")["records"]
    assert {"kind": "contact", "id": 2, "name": "Carla"} in [
        record | {"name": record["name"].title()} for record in records
    ]


@on_both_databases
def test_the_index_is_kept_in_batches_and_once(filled: Office) -> None:
    assert index_messages(filled) == 3
    with filled.reading() as session:
        assert not has_unindexed(session)
    assert index_messages(filled) == 0
    assert found(filled, "annual") == ["Other", "Invoice 4711"]


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("before:tomorrow", "write it as before:2026-12-31"),
        ("has:pictures", "has:attachment is what can be asked"),
        ("-only", "say what to look for"),
        ("...", "say what to look for"),
        ("licences from:", "nothing stands behind from:"),
        ("to: anna", "without a blank, such as to:sales@example.com"),
        ('box:""', "nothing stands behind box:"),
        ("-from:bob", "cannot be left out by a minus"),
        ("from:bob FROM:carla", "from: stands twice"),
        ("x" * 501, "too long"),
    ],
)
def test_a_bad_query_says_what_would_be_right(words: str, right: str) -> None:
    with pytest.raises(Refused, match=right):
        read_query(words)


def test_what_was_typed_is_read() -> None:
    assert read_query('Offer "next week" -spam rec* from:Bob box:"big deal"') == Query(
        (
            Term(("offer",)),
            Term(("next", "week")),
            Term(("spam",), is_excluded=True),
            Term(("rec",), is_prefix=True),
        ),
        sender="bob",
        box="big deal",
    )
