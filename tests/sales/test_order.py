"""Orders: one per quote revision however often accepted (QU-5); closed when delivered and paid (SO-6)."""

from __future__ import annotations

import threading

import pytest

from inboxcrm.base.errors import Refused
from inboxcrm.base.records import Event
from inboxcrm.base.work import Office, Work
from inboxcrm.crm.store import opportunity_by_id
from inboxcrm.sales.kinds.invoice import finalise_invoice, pay_invoice
from inboxcrm.sales.kinds.order import accept_quote, close_order_if_complete, deliver_order
from inboxcrm.sales.store import documents_of_box, evidence_of, invoices_of_order
from tests.build import (
    START,
    a_quote,
    an_acceptance,
    an_invoice,
    an_opportunity,
    an_order,
    give_address,
    on_both_databases,
)


@on_both_databases
def test_acceptance_makes_order_and_invoice_and_wins_the_deal_at_once(work: Work) -> None:
    quote = a_quote(work)

    order = accept_quote(work, quote.id, an_acceptance(work, reference="PO 4711"))

    assert (quote.state, order.state, order.number) == ("accepted", "released", "O-2026-0001")
    assert (order.origin_id, order.reference, order.net_minor) == (quote.id, "PO 4711", 98_000)
    deal = opportunity_by_id(work.session, quote.opportunity_id)
    assert (deal.stage, deal.state) == ("Closure", "Closed Won")
    [invoice] = invoices_of_order(work.session, order.id)
    assert (invoice.state, invoice.number) == ("provisional", None)


@on_both_databases
def test_a_quote_becomes_one_order_however_often_it_is_accepted(work: Work) -> None:
    """QU-5: every message is evidence, the same message once; a PO that comes later completes the order."""
    quote = a_quote(work)
    order = an_order(work, quote=quote)

    assert accept_quote(work, quote.id, an_acceptance(work, message_id=1)) is None
    assert accept_quote(work, quote.id, an_acceptance(work, message_id=2, reference="PO 4711")) is None
    assert accept_quote(work, quote.id, an_acceptance(work, message_id=3, reference="PO 9")) is None

    work.session.flush()
    assert documents_of_box(work.session, quote.box_id, "order") == [order]
    assert len(documents_of_box(work.session, quote.box_id, "invoice")) == 1
    assert order.reference == "PO 4711"
    assert sorted(e.message_id for e in evidence_of(work.session, quote.id)) == [1, 2, 3]
    won = work.session.query(Event).filter_by(kind="opportunity.won").count()
    assert won == 1


@on_both_databases
def test_acceptances_in_the_same_second_are_one_order_with_all_evidence(office: Office) -> None:
    """QU-5: by mail and by page, on several workers at once."""
    with office.work("test", actor="user:anna") as work:
        quote = a_quote(work)
    start, made = threading.Barrier(4), []

    def accept(message_id: int) -> None:
        start.wait(10)
        with office.work("accept", actor="commands") as work:
            made.append(accept_quote(work, quote.id, an_acceptance(work, message_id)))

    threads = [threading.Thread(target=accept, args=(message_id,)) for message_id in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(order is None for order in made) == [False, True, True, True]
    with office.reading() as session:
        assert len(documents_of_box(session, quote.box_id, "order")) == 1
        assert len(documents_of_box(session, quote.box_id, "invoice")) == 1
        assert len(evidence_of(session, quote.id)) == 4


def test_the_evidence_names_what_was_accepted_by_whom_in_which_words(work: Work) -> None:
    quote = a_quote(work)
    an_order(work, quote=quote)

    [kept] = evidence_of(work.session, quote.id)
    assert (kept.content_sha256, kept.words, kept.at) == (quote.content_sha256, "We accept.", START)
    assert (kept.signatory, kept.authentication, kept.decided_by) == (
        "bob@acme.example", "aligned, token", "evidence",
    )  # fmt: skip


def test_a_quote_that_was_replaced_cannot_be_accepted(work: Work) -> None:
    opportunity = an_opportunity(work)
    first = a_quote(work, opportunity, occasion="mail:1:0")
    second = a_quote(work, opportunity, occasion="mail:2:0")

    with pytest.raises(Refused, match="Q-2026-0001 is replaced and cannot be accepted"):
        accept_quote(work, first.id, an_acceptance(work))

    assert evidence_of(work.session, first.id) == []
    assert accept_quote(work, second.id, an_acceptance(work)) is not None


def test_billing_at_delivery_waits_for_the_delivery(work: Work) -> None:
    order = an_order(work, ("1", "standard"), ("2", "training"))
    assert [i.net_minor for i in invoices_of_order(work.session, order.id)] == [4_900]

    deliver_order(work, order)

    assert sorted(i.net_minor for i in invoices_of_order(work.session, order.id)) == [4_900, 190_000]


def test_an_order_is_delivered_once(work: Work) -> None:
    order = an_order(work, ("2", "training"))
    deliver_order(work, order)

    with pytest.raises(Refused, match=r"was already delivered on 23 November 2026"):
        deliver_order(work, order)

    assert len(invoices_of_order(work.session, order.id)) == 1


@pytest.mark.parametrize("first", ["delivered", "paid"])
def test_an_order_closes_at_the_second_of_delivered_and_paid(work: Work, first: str) -> None:
    """SO-6."""
    order = an_order(work)
    invoice = an_invoice(work, order)

    def pay() -> None:
        pay_invoice(work, invoice, said_by="fred", occasion="mail:9:0")
        close_order_if_complete(work, order)

    steps = [lambda: deliver_order(work, order), pay]
    steps[0 if first == "delivered" else 1]()
    assert order.state == "released"
    steps[1 if first == "delivered" else 0]()

    assert (order.state, order.paid_at) == ("closed", work.now)
    assert not close_order_if_complete(work, order)
    assert work.session.query(Event).filter_by(kind="order.closed").count() == 1


def test_an_order_of_which_an_invoice_is_unpaid_stays_open(work: Work) -> None:
    """The part billed at delivery must be paid as well."""
    order = an_order(work, ("1", "standard"), ("1", "training"))
    first = an_invoice(work, order)
    pay_invoice(work, first, said_by="fred", occasion="mail:9:0")
    close_order_if_complete(work, order)
    deliver_order(work, order)
    assert (order.state, order.paid_at) == ("released", None)
    second = next(i for i in invoices_of_order(work.session, order.id) if i is not first)
    give_address(work, opportunity_by_id(work.session, order.opportunity_id).box)
    assert finalise_invoice(work, second.id)

    pay_invoice(work, second, said_by="fred", occasion="mail:10:0")

    assert close_order_if_complete(work, order)
