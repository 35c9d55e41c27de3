"""The same name, written in another way, has the same key; what names nobody has none (LD-3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxcrm.base.name_key import company_key, person_key


@pytest.mark.parametrize(
    "written",
    ["Bob Smith", "SMITH, Bob", "bob  smith", "Dr. Bob Smith", "Bob Smith (Acme)", "Bob Smith | Acme", "Bób Smíth"],
)
def test_a_person_is_the_same_however_his_name_is_written(written: str) -> None:
    assert person_key(written) == person_key("Bob Smith") is not None


@pytest.mark.parametrize(
    ("first", "second"),
    [("Jörg Müller", "Joerg Mueller"), ("Anna Schmitt", "Ana Schmit"), ("Søren Bjørn", "Soren Bjorn")],
)
def test_umlauts_spelled_out_and_doubled_letters_do_not_count(first: str, second: str) -> None:
    assert person_key(first) == person_key(second)


@pytest.mark.parametrize("written", ["Bob", "info", "", "+31 20 123 4567", "bob@acme.example x", "B B", "Dr. Smith"])
def test_what_names_nobody_for_sure_has_no_key(written: str) -> None:
    assert person_key(written) is None


@pytest.mark.parametrize(
    "written",
    ["Acme B.V.", "ACME bv", "Acme, Inc.", "Acme GmbH & Co. KG", "Acme S.p.A.", "Acme Sp. z o.o.", "Ácme"],
)
def test_a_company_is_the_same_whatever_its_legal_form(written: str) -> None:
    assert company_key(written) == company_key("Acme")


def test_different_people_and_companies_have_different_keys() -> None:
    assert len({person_key(name) for name in ("Bob Smith", "Rob Smith", "Bob Smits")}) == 3
    assert len({company_key(name) for name in ("Acme", "Acme Tools", "Company B.V.", "Ltd")}) == 4


@given(st.text(max_size=60))
def test_whatever_is_written_has_a_short_key_that_is_its_own_key(name: str) -> None:
    for key_of in (person_key, company_key):
        key = key_of(name)
        assert key is None or 0 < len(key) <= 200
