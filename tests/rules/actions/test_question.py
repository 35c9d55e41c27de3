"""Rules ask people: the answer is a command as any other, and closes the question; papers are never a rule's doing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office, Work
from inboxcrm.crm.store import opportunity_by_id
from inboxcrm.outbox.records import Letter
from inboxcrm.rules.book import RuleBook
from inboxcrm.sales.kinds.invoice import finalise_due_invoices
from inboxcrm.sales.records import Document
from tests.build import HandClock, a_lead, an_opportunity, an_order, give_address, letters
from tests.commands.shop import Shop
from tests.rules.actions.firing_one import faults_of, fire_one, write_one

DEAL = ("opportunity.created", "opportunity")
QUESTION = (
    '{ action = "question", to = "owner", text = "Is {{ name }} alive?", '
    'answers = ["hold 30 days", "lost price"] }'
)


@pytest.fixture
def open_shop(make_office: Callable[[Settings], Office], settings: Settings, clock: HandClock):
    """Open a shop with one rule of these steps for an event of a kind."""

    def open_with(kind: str, record: str, do: str) -> Shop:
        write_one(settings.rules.folder, kind, record, do)
        return Shop(make_office(settings), clock, RuleBook(settings.rules.folder, (), (), settings).open())

    return open_with


def a_deal(shop: Shop) -> int:
    with shop.office.work("test", actor="test") as work:
        number = an_opportunity(work).id
    shop.react()
    return number


def deal_of(shop: Shop, number: int):
    with Session(shop.office.engine, expire_on_commit=False) as session:
        return opportunity_by_id(session, number)


def test_a_user_is_asked_with_the_words_that_answer(open_shop) -> None:
    shop = open_shop(*DEAL, QUESTION)
    deal = a_deal(shop)

    notice = shop.notice()
    assert (notice.user, notice.facts["text"]) == ("anna", "Is Acme 20 standard alive?")
    assert str(notice.facts["commands"]).count("hold 30 days") == 1
    assert ("question", "Is Acme 20 standard alive?") in shop.tasks(deal_of(shop, deal).box_id)


@pytest.mark.parametrize("word", ["hold 30 days", "hold until 4 jan", "lost price"])
def test_one_of_its_words_is_carried_out_and_closes_the_question(open_shop, word: str) -> None:
    shop = open_shop(*DEAL, QUESTION)
    number = a_deal(shop)

    [line] = shop.anna(word, answers=shop.notice().message_id)["lines"]

    assert line["is_done"], line
    deal = deal_of(shop, number)
    assert deal.wake_on is not None or deal.state == "Closed Lost"
    assert not [text for kind, text in shop.tasks(deal.box_id) if text.startswith("Is Acme")]


def test_another_word_leaves_the_question_open_and_undo_opens_it_again(open_shop) -> None:
    shop = open_shop(*DEAL, QUESTION)
    box_id = deal_of(shop, a_deal(shop)).box_id
    asked = ("question", "Is Acme 20 standard alive?")

    shop.anna("note: I call them", answers=shop.notice().message_id)
    assert asked in shop.tasks(box_id)

    shop.anna("hold 30 days", answers=shop.notice().message_id)
    assert asked not in shop.tasks(box_id)
    shop.anna("undo", answers=letters(shop.office, "receipt")[-1].message_id)
    assert asked in shop.tasks(box_id)


def test_no_lets_it_be(open_shop) -> None:
    shop = open_shop(*DEAL, QUESTION)
    box_id = deal_of(shop, a_deal(shop)).box_id

    shop.anna("no", answers=shop.notice().message_id)

    assert ("question", "Is Acme 20 standard alive?") not in shop.tasks(box_id)


def test_a_colleague_does_not_answer_in_another_name(open_shop) -> None:
    """V10: Carl answers the mail that was sent to Anna; his words are his own, her question stays."""
    shop = open_shop(*DEAL, QUESTION)
    box_id = deal_of(shop, a_deal(shop)).box_id

    shop.user("carl", "hold 30 days", answers=shop.notice().message_id)

    assert ("question", "Is Acme 20 standard alive?") in shop.tasks(box_id)


def test_a_question_without_answers_is_found_at_once(work: Work, tmp_path: Path) -> None:
    do = '{ action = "question", to = "owner", text = "Well?", answers = [] }'

    assert faults_of(work, tmp_path, *DEAL, do) == [
        'a question has answers; write answers = ["hold 30 days", "lost price"]'
    ]


def test_who_may_not_say_the_words_is_not_asked(work: Work, tmp_path: Path) -> None:
    an_opportunity(work)

    said = fire_one(work, tmp_path, *DEAL, QUESTION.replace('"owner"', '"fred"'))

    assert said.startswith("refused: fred (finance) may not answer such a question")


# quote_draft

QUOTE = '{ action = "quote_draft", items = "20 x standard, 2 x training", to = "owner" }'


def test_a_quote_is_reckoned_and_made_by_the_answer_alone(open_shop) -> None:
    shop = open_shop(*DEAL, QUOTE)
    a_deal(shop)

    assert shop.documents("quote") == []  # no number is drawn
    assert "EUR 2,880.00 net" in shop.notice().facts["text"]

    [line] = shop.anna("quote 20 x standard, 2 x training", answers=shop.notice().message_id)["lines"]

    assert line["is_done"], line
    [quote] = shop.documents("quote")
    assert quote.net_minor == 288000
    assert not [text for kind, text in shop.tasks(quote.box_id) if kind == "question"]


def test_a_product_that_is_not_on_the_price_list_is_found_at_once(work: Work, tmp_path: Path) -> None:
    [fault] = faults_of(work, tmp_path, *DEAL, QUOTE.replace("standard", "standart"))

    assert fault.startswith("there is no product 'standart'; the price list has: standard")


def test_a_number_out_of_a_fact_that_is_none_is_a_refusal(work: Work, tmp_path: Path) -> None:
    an_opportunity(work)

    said = fire_one(work, tmp_path, *DEAL, QUOTE.replace("20 x", "{{ name }} x"))

    assert said.startswith("refused: I did not understand")


# invoice_draft

INVOICE = '{ action = "invoice_draft", billing = "at delivery", to = "owner" }'
ORDER = ("order.released", "document")


def prepared(shop: Shop) -> Document:
    """The invoice that the rule has prepared for an order of a training."""
    with shop.office.work("test", actor="test") as work:
        order = an_order(work, ("2", "training"))
        give_address(work, opportunity_by_id(work.session, order.opportunity_id).box)
    shop.react()
    return next(one for one in shop.documents("invoice") if one.origin_id == order.id)


def test_an_invoice_is_prepared_and_waits_for_a_yes(open_shop) -> None:
    shop = open_shop(*ORDER, INVOICE)
    invoice = prepared(shop)

    shop.clock.move(days=30)
    assert finalise_due_invoices(shop.office) == 0
    assert (invoice.state, invoice.number) == ("provisional", None)

    question = next(one for one in shop.notices() if "shall it go out" in one.facts["text"])
    [line] = shop.anna("yes", answers=question.message_id)["lines"]

    assert line["text"] == "the invoice goes out within a minute"
    assert finalise_due_invoices(shop.office) == 1
    assert next(one.state for one in shop.documents("invoice") if one.id == invoice.id) == "issued"


def test_no_leaves_the_invoice_where_it_is(open_shop) -> None:
    shop = open_shop(*ORDER, INVOICE)
    prepared(shop)
    question = next(one for one in shop.notices() if "shall it go out" in one.facts["text"])

    shop.anna("no", answers=question.message_id)

    assert finalise_due_invoices(shop.office) == 0
    assert {one.state for one in shop.documents("invoice")} == {"provisional"}


def test_a_second_rule_prepares_no_second_invoice(work: Work, tmp_path: Path) -> None:
    """QU-5."""
    order = an_order(work, ("2", "training"))
    give_address(work, opportunity_by_id(work.session, order.opportunity_id).box)

    said = fire_one(work, tmp_path, *ORDER, f"{INVOICE}, {INVOICE}")

    assert "prepared the invoice of" in said
    assert "prepared none" in said
    assert len(work.session.scalars(select(Document).where(Document.kind == "invoice")).all()) == 1
    assert len(work.session.scalars(select(Letter).where(Letter.kind == "invoice")).all()) == 0


def test_only_an_order_is_billed(work: Work, tmp_path: Path) -> None:
    a_lead(work)

    assert faults_of(work, tmp_path, "lead.created", "lead", INVOICE) == [
        "this cannot be done for 'lead'; write for = \"document\""
    ]
