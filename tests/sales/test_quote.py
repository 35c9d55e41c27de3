"""Quotes: frozen with number and hash, a revision replaces the earlier one, one occasion gives one quote."""

from __future__ import annotations

import hashlib
from decimal import Decimal

import pytest

from inboxcrm.base.errors import IllegalMove
from inboxcrm.base.records import Event
from inboxcrm.base.work import Work
from inboxcrm.sales.content import Ordered, content_hash, plain_lines, price_e4
from inboxcrm.sales.kinds.quote import close_quote, note_quote_sent
from inboxcrm.sales.store import document_by_id
from tests.build import a_quote, an_opportunity, day, items


def test_a_hash_is_the_sha_256_of_sorted_json_without_blanks() -> None:
    """V8: by hand, so that a hash of today can be checked in ten years."""
    by_hand = '{"lines":[{"net":"1.00"}],"name":"Café","number":"Q-2026-0001"}'.encode()

    content = {"number": "Q-2026-0001", "name": "Café", "lines": [{"net": "1.00"}]}
    assert content_hash(content) == hashlib.sha256(by_hand).hexdigest()


def test_a_quote_says_who_sells_what_to_whom_until_when(work: Work) -> None:
    quote = a_quote(work, None, ("20", "standard"), ("1.5", "training"))

    content = quote.content
    assert (content["number"], content["revision"], content["issued_on"]) == ("Q-2026-0001", 1, "2026-11-23")
    assert content["valid_until"] == "2026-12-23"  # 30 days
    assert (content["seller"]["name"], content["buyer"]["name"]) == ("Kestrel Software B.V.", "Acme")
    assert [(line["quantity"], line["unit_price"], line["net"]) for line in content["lines"]] == [
        ("20", "49.0000", "980.00"),
        ("1.5", "950.0000", "1425.00"),
    ]
    assert (content["net"], content["total"], content["taxes"]) == ("2405.00", "2405.00", [])
    assert quote.net_minor == 240_500
    assert quote.content_sha256 == content_hash(content)


def test_a_quote_stays_as_issued_whatever_changes_later(work: Work) -> None:
    """V8: new prices, names and dates do not touch it."""
    quote = a_quote(work)
    before = quote.content_sha256
    opportunity = an_opportunity(work, "carol@acme.example")
    opportunity.box.organization.name = "Acme Renamed"
    work.session.flush()
    work.session.expire_all()

    again = document_by_id(work.session, quote.id)
    assert content_hash(again.content) == again.content_sha256 == before
    assert again.content["buyer"]["name"] == "Acme"


def test_the_same_line_of_the_same_mail_gives_the_same_quote(work: Work) -> None:
    opportunity = an_opportunity(work)

    first = a_quote(work, opportunity, occasion="mail:7:0")
    again = a_quote(work, opportunity, occasion="mail:7:0")

    assert again is first
    assert work.session.query(Event).filter_by(kind="quote.issued").count() == 1


def test_a_revision_replaces_the_earlier_quote(work: Work) -> None:
    """QU-4."""
    opportunity = an_opportunity(work)
    first = a_quote(work, opportunity, occasion="mail:7:0")
    note_quote_sent(work, first)

    second = a_quote(work, opportunity, ("10", "standard"), occasion="mail:8:0")

    assert (first.state, second.state, second.revision) == ("replaced", "issued", 2)
    assert (second.number, opportunity.amount_minor) == ("Q-2026-0002", 49_000)


def test_sending_moves_the_deal_to_quote_once(work: Work) -> None:
    """OP-2."""
    quote = a_quote(work)
    note_quote_sent(work, quote)
    note_quote_sent(work, quote)

    assert quote.state == "sent"
    events = [e.kind for e in work.session.query(Event) if e.kind in ("quote.sent", "stage.changed")]
    assert sorted(events) == ["quote.sent", "stage.changed"]


@pytest.mark.parametrize("state", ["replaced", "accepted"])
def test_a_quote_that_is_out_of_play_is_not_accepted(work: Work, state: str) -> None:
    quote = a_quote(work)
    quote.state = state

    with pytest.raises(IllegalMove):
        close_quote(work, quote)


def test_totals_equal_the_sum_of_what_is_printed(work: Work) -> None:
    """V9: 3 x 0.3333 and 0.5 x 0.01 are printed as 1.00 and 0.01, and make 1.01, not 1.00 of 1.0049."""
    product = work.settings.product[0]
    cheap = [product.model_copy(update={"price": Decimal(p)}) for p in ("0.3333", "0.01")]
    lines = plain_lines([Ordered(Decimal(3), cheap[0]), Ordered(Decimal("0.5"), cheap[1])], "EUR")

    quote = a_quote(work)
    assert [line["net"] for line in lines] == ["1.00", "0.01"]
    assert Decimal(quote.content["net"]) == sum(Decimal(line["net"]) for line in quote.content["lines"])


def test_a_price_is_kept_in_ten_thousandths(work: Work) -> None:
    product = items(work, ("1", "standard"))[0].product

    assert price_e4(product.model_copy(update={"price": Decimal("0.0125")})) == 125


def test_the_day_of_issue_is_that_of_the_companys_zone(work: Work) -> None:
    """IV-1: half past eleven in the evening of UTC is the next day in Amsterdam."""
    work.now = work.now.replace(hour=23, minute=30)

    assert a_quote(work).issued_on == day("2026-11-24")
