"""Only a whole document whose figures add up becomes a paper."""

from __future__ import annotations

import pytest

from inboxcrm.papers.content import PaperContentError, check_content
from tests.papers.sample import invoice_content, one_line, quote_content


def wrong_field(content):
    with pytest.raises(PaperContentError) as caught:
        check_content(content)
    assert caught.value.field in str(caught.value)
    return caught.value.field


@pytest.mark.parametrize("field", sorted(quote_content()))
def test_each_field_is_needed(field):
    content = quote_content()
    del content[field]

    assert wrong_field(content) == field


def test_figures_that_do_not_add_up_are_refused():
    assert wrong_field(quote_content(lines=one_line(net="980.01"))) == "net"
    assert wrong_field(quote_content(total="1185.81")) == "total"
    assert wrong_field(quote_content(tax="205.81", total="1185.81")) == "tax"
    assert wrong_field(quote_content(net="980.01", lines=one_line(net="980.01"))) == "net"


def test_amounts_are_texts_never_floats():
    assert wrong_field(quote_content(total=1185.80)) == "total"
    assert wrong_field(quote_content(total="1e3")) == "total"
    assert wrong_field(quote_content(lines=one_line(quantity="NaN"))) == "lines.0.quantity"


def test_day_must_be_in_the_calendar():
    assert wrong_field(quote_content(valid_until="2026-02-30")) == "valid_until"
    assert wrong_field(quote_content(issued_on="22.11.2026")) == "issued_on"


def test_unknown_kind_and_empty_table_are_refused():
    assert wrong_field(quote_content(kind="../secret")) == "kind"
    assert wrong_field(quote_content(lines=[])) == "lines"


def test_invoice_needs_a_bank_number_vat_and_a_named_buyer():
    invoice = invoice_content()
    assert wrong_field(invoice | {"seller": invoice["seller"] | {"iban": " "}}) == "seller.iban"
    assert wrong_field(invoice | {"buyer": invoice["buyer"] | {"name": " "}}) == "buyer.name"
    assert wrong_field(invoice | {"taxes": [], "tax": "0.00", "total": "980.00"}) == "net"


def test_quote_may_know_no_more_than_the_buyers_address():
    quote = quote_content()
    nobody = {"name": "", "contact": "", "email": ""}

    assert check_content(quote | {"buyer": quote["buyer"] | {"name": "", "contact": None}}).buyer.name == ""
    assert wrong_field(quote | {"buyer": quote["buyer"] | nobody}) == "buyer.name"


def test_fields_that_the_paper_does_not_show_are_left_alone():
    assert check_content(quote_content(rate={"pair": "EUR/USD"})).number == "Q-2026-0001"
