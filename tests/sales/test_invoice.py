"""Invoices: provisional until all is there, gapless and frozen when issued, paid once (IV-1 to IV-4, IV-11)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from inboxcrm.base.errors import IllegalMove, Refused
from inboxcrm.base.work import Work
from inboxcrm.crm.store import open_tasks_of_box
from inboxcrm.outbox.records import Letter
from inboxcrm.sales.content import content_hash
from inboxcrm.sales.kinds.invoice import (
    finalise_due_invoices,
    finalise_invoice,
    pay_invoice,
    prepare_invoice,
    retry_invoice,
    stop_invoice,
)
from inboxcrm.sales.records import Payment
from inboxcrm.sales.store import invoices_of_order
from tests.build import an_invoice, an_order, box_of_order, day, give_address, on_both_databases, the_company

PARTICULARS = ("address", "vat_number", "register_number", "iban")


def cooled(work: Work, order) -> object:
    """The provisional invoice of an order, its cooling time over."""
    work.now += timedelta(minutes=15)
    return invoices_of_order(work.session, order.id)[0]


@on_both_databases
def test_an_invoice_is_issued_with_number_dates_and_frozen_content(work: Work) -> None:
    """IV-1, IV-2, V8: 20 x 49.00 = 980.00, 21 % of it 205.80."""
    invoice = an_invoice(work)

    assert (invoice.number, invoice.issued_on, invoice.due_on) == (
        "I-2026-0001", day("2026-11-23"), day("2026-12-23"),
    )  # fmt: skip
    content = invoice.content
    assert (content["net"], content["tax"], content["total"]) == ("980.00", "205.80", "1185.80")
    assert content["taxes"] == [
        {"category": "S", "rate": "21", "base": "980.00", "amount": "205.80", "text": ""}
    ]
    assert content["buyer"]["address"] == ["Damrak 1", "1012 LG"]
    assert (invoice.total_minor, invoice.content_sha256) == (118_580, content_hash(content))
    letter = work.session.scalar(select(Letter).where(Letter.kind == "invoice"))
    assert (letter.awaits, letter.is_outside) == (f"document:{invoice.id}", True)  # never without its PDF


def test_vat_stands_once_per_category_on_the_invoice(work: Work) -> None:
    """V9, BR-CO-17: lines of 0.50, 0.50 and 0.50: 0.32 VAT on 1.50, where line by line it were 0.33."""
    halves = tuple(p.model_copy(update={"price": Decimal("0.50")}) for p in work.settings.product)
    work.settings = work.settings.model_copy(update={"product": halves})

    content = an_invoice(work, an_order(work, ("1", "standard"), ("1", "box"), ("1", "standard"))).content

    assert (content["net"], content["tax"], content["total"]) == ("1.50", "0.32", "1.82")
    assert len(content["taxes"]) == 1


def test_nothing_is_issued_while_it_cools(work: Work) -> None:
    order = an_order(work)
    give_address(work, box_of_order(work, order))
    [invoice] = invoices_of_order(work.session, order.id)
    work.now += timedelta(minutes=14, seconds=59)

    assert not finalise_invoice(work, invoice.id)
    assert (invoice.state, invoice.number) == ("provisional", None)

    work.now += timedelta(seconds=1)
    assert finalise_invoice(work, invoice.id)
    assert not finalise_invoice(work, invoice.id)


def test_a_missing_address_leaves_it_provisional_and_is_asked_once(work: Work) -> None:
    """IV-3."""
    order = an_order(work)
    invoice = cooled(work, order)
    for _ in range(3):
        assert not finalise_invoice(work, invoice.id)
        retry_invoice(work, invoice)

    assert (invoice.state, invoice.number, invoice.content) == ("provisional", None, None)
    [task] = open_tasks_of_box(work.session, order.box_id, "errand")
    assert task.owner == "anna"
    assert "the customer's invoice address is not known; answer with: invoice to Acme B.V." in task.text

    give_address(work, box_of_order(work, order))
    assert finalise_invoice(work, invoice.id)


@pytest.mark.parametrize("missing", PARTICULARS)
def test_without_the_sellers_particulars_nothing_is_issued(work: Work, missing: str) -> None:
    """IV-3."""
    empty = the_company(**{missing: () if missing == "address" else ""})
    work.settings = work.settings.model_copy(update={"company": empty})
    order = an_order(work)
    give_address(work, box_of_order(work, order))
    invoice = cooled(work, order)

    assert not finalise_invoice(work, invoice.id)

    [task] = open_tasks_of_box(work.session, order.box_id, "errand")
    assert f"configure [company] {missing}" in task.text


@pytest.mark.parametrize(
    ("wanted", "country", "words"),
    [
        ((("1", "box"),), "DE", "no tax rule covers goods to a buyer of kind 'other' at place 'EU'"),
        ((("1", "box"), ("1", "standard")), "US", "split the order"),
    ],
)
def test_what_the_tax_table_does_not_cover_is_asked_and_never_guessed(work, wanted, country, words) -> None:
    """IV-4."""
    order = an_order(work, *wanted)
    give_address(work, box_of_order(work, order), country)
    invoice = cooled(work, order)

    assert not finalise_invoice(work, invoice.id)

    assert invoice.state == "provisional"
    [task] = open_tasks_of_box(work.session, order.box_id, "errand")
    assert words in task.text


@pytest.mark.parametrize(
    ("product", "country", "category", "tax", "text"),
    [
        ("standard", "DE", "S", "10.29", ""),  # no VAT number was checked: home rate (IV-3)
        (
            "standard",
            "US",
            "O",
            "0.00",
            "No VAT according to article 44 and 59 of the European VAT Directive.",
        ),
        ("box", "US", "G", "0.00", ""),
    ],
)
def test_the_country_on_the_invoice_decides_the_tax(work, product, country, category, tax, text) -> None:
    content = an_invoice(work, an_order(work, ("1", product)), country).content

    assert [(t["category"], t["amount"], t["text"]) for t in content["taxes"]] == [(category, tax, text)]
    assert content["buyer"]["country"] == country


def test_stop_halts_a_cooling_invoice_and_it_can_go_on(work: Work) -> None:
    order = an_order(work)
    give_address(work, box_of_order(work, order))
    invoice = cooled(work, order)
    stop_invoice(work, invoice)

    assert not finalise_invoice(work, invoice.id)
    assert retry_invoice(work, invoice)
    assert not finalise_invoice(work, invoice.id)  # it cools anew, so that it can be stopped again
    work.now += timedelta(minutes=15)
    assert finalise_invoice(work, invoice.id)


def test_an_issued_invoice_cannot_be_stopped(work: Work) -> None:
    invoice = an_invoice(work)

    with pytest.raises(IllegalMove):
        stop_invoice(work, invoice)


@on_both_databases
def test_a_payment_said_twice_in_one_mail_counts_once_and_in_another_is_refused(work: Work) -> None:
    """IV-11."""
    invoice = an_invoice(work)
    pay_invoice(work, invoice, said_by="fred", occasion="mail:9:0")
    pay_invoice(work, invoice, said_by="fred", occasion="mail:9:0")
    with pytest.raises(Refused, match="only an issued one can be paid"):
        pay_invoice(work, invoice, said_by="fred", occasion="mail:10:0")

    assert (invoice.state, invoice.paid_at) == ("paid", work.now)
    assert work.session.scalar(select(func.sum(Payment.amount_minor))) == 118_580


def test_a_provisional_invoice_cannot_be_paid(work: Work) -> None:
    [invoice] = invoices_of_order(work.session, an_order(work).id)

    with pytest.raises(Refused, match="the invoice is provisional"):
        pay_invoice(work, invoice, said_by="fred", occasion="mail:9:0")


def test_a_billing_step_makes_one_invoice_however_often_it_is_asked(work: Work) -> None:
    """QU-5."""
    order = an_order(work)

    assert prepare_invoice(work, order, "at release", work.now) is None
    assert prepare_invoice(work, order, "at delivery", work.now) is None  # there is nothing to bill
    assert len(invoices_of_order(work.session, order.id)) == 1


@on_both_databases
def test_all_due_invoices_are_finalised_each_in_its_own_transaction(office, clock) -> None:
    """One that waits for its address does not hold up the others, and takes no number."""
    for name in ("acme", "brouwer", "corax"):
        with office.work("test", actor="user:anna") as work:
            from tests.build import a_quote, an_opportunity

            quote = a_quote(work, an_opportunity(work, f"bob@{name}.example"), occasion=name)
            order = an_order(work, quote=quote)
            if name != "brouwer":
                give_address(work, box_of_order(work, order))
    assert finalise_due_invoices(office) == 0
    clock.move(minutes=15)

    assert finalise_due_invoices(office) == 2
    assert finalise_due_invoices(office) == 0
    with office.reading() as session:
        from inboxcrm.sales.records import Document

        numbers = session.scalars(select(Document.number).where(Document.kind == "invoice")).all()
    assert sorted(numbers, key=str) == ["I-2026-0001", "I-2026-0002", None]
