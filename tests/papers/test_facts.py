"""The layouts get texts that are ready to be placed."""

from __future__ import annotations

from inboxcrm.papers.content import check_content
from inboxcrm.papers.facts import paper_facts
from inboxcrm.papers.typeset import TEMPLATES
from tests.papers.sample import long_invoice, one_line, quote_content

ALL = range(0x110000)


def facts_of(content):
    return paper_facts(check_content(content), ALL, TEMPLATES)


def test_countries_are_written_out_and_unknown_ones_stay():
    content = quote_content()
    content["seller"]["country"] = "Nowhere"
    facts = facts_of(content)

    assert facts["buyer"]["address"][-1] == "Germany"
    assert facts["seller"]["address"][-1] == "Nowhere"
    assert facts["seller"]["sender"] == "Northlight Software B.V. · Keizersgracht 123 · 1015 CJ Amsterdam"


def test_person_without_a_firm_is_named_once():
    content = quote_content()
    content["buyer"] |= {"name": "Anna Berger", "contact": "Anna Berger"}
    assert facts_of(content)["buyer"]["contact"] == ""

    content["buyer"] |= {"name": "", "contact": ""}
    assert facts_of(content)["buyer"]["name"] == "a.berger@metalcraft.example"


def test_tax_is_named_by_rate_or_by_reason():
    assert facts_of(quote_content())["taxes"][0]["label"] == "VAT 21 % on 980.00"
    assert facts_of(long_invoice(1))["taxes"][0]["label"] == "VAT, reverse charge (AE) on 10.00"
    assert facts_of(long_invoice(1))["lines"][0]["tax"] == "AE 0 %"


def test_yen_have_no_places():
    tax = {"category": "S", "rate": "10", "base": "9800", "amount": "980", "text": ""}
    yen = quote_content(
        currency="JPY", lines=one_line(unit_price="490.0000", net="9800"), taxes=[tax],
        net="9800", tax="980", total="10780",
    )  # fmt: skip
    facts = facts_of(yen)

    assert (facts["lines"][0]["unit_price"], facts["total"]) == ("490", "10,780")
