"""An answer makes an order with enough evidence only (docs/architecture.md), less is asked or shown (QU-5)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from inboxcrm.base.errors import Refused
from inboxcrm.commands.acceptance import accept_by_rep
from inboxcrm.sales.paper import make_due_papers
from inboxcrm.sales.store import evidence_of
from tests.build import BOB, letters, on_both_databases, with_sales
from tests.commands.shop import Shop

YES = "We accept."


def states(shop: Shop) -> tuple[list[str], int]:
    """The states of the quotes, and how many orders there are."""
    return [quote.state for quote in shop.documents("quote")], len(shop.documents("order"))


def answer(shop: Shop, words: str, evidence: str, **mail: object):
    """An answer with the named evidence: a for aligned, t for the token of the quote's own mail."""
    [draft] = letters(shop.office, "quote")
    token = {"answers": draft.message_id} if "t" in evidence else {}
    proof = {} if "a" in evidence else {"proof": None}
    return shop.customer(words, **{"subject": "Re: Licences for Acme"} | token | proof | mail)


def questions(shop: Shop, box_id: int) -> list[str]:
    return [text for kind, text in shop.tasks(box_id) if kind == "question"]


def test_what_was_sent_with_another_pdf_is_asked_before_it_is_an_order(shop: Shop) -> None:
    """QU-5: the order is the frozen quote; if another paper left, nobody knows what was accepted."""
    shop.customer("We need licences.")
    shop.anna("quote 20 x standard", answers=shop.notice().message_id)
    make_due_papers(shop.office)
    [draft] = letters(shop.office, "quote")
    shop.send_draft(draft, BOB, b"%PDF-1.7 another price")

    answer(shop, YES, "at")

    assert states(shop) == (["issued"], 0)
    assert "what was sent was not Q-2026-0001" in questions(shop, shop.documents("quote")[0].box_id)[0]


def test_an_acceptance_that_comes_twice_by_altered_ways_is_one_and_its_rep_is_told_once(shop: Shop) -> None:
    """I10: the copy with a gateway's footer, which alone is proven, carries the acceptance; nobody is told twice."""
    shop.quoted()
    accepted = {"message_id": "yes@acme.example"}
    answer(shop, YES, "t", **accepted)
    told = len(shop.notices())

    answer(shop, f"{YES}\n\n-- \nThis email has been scanned by Fortress for viruses.", "at", **accepted)
    answer(shop, f"{YES}\n\nThis message has been scanned by Moat, twice.", "at", **accepted)

    assert (states(shop)[1], len(shop.documents("invoice"))) == (1, 1)
    told_since = [one.facts["text"] for one in shop.notices()[told:] if one.user == "anna"]
    assert told_since == ["Q-2026-0001 is accepted"]


# Attacks.


def test_words_added_to_a_copy_accept_nothing(shop: Shop) -> None:
    """V10: under the id of a real mail somebody sends its words with an acceptance below them."""
    shop.quoted()
    asked = {"message_id": "asks@acme.example"}
    answer(shop, "When can you deliver?", "at", **asked)

    answer(shop, "When can you deliver?\n\nWe accept.", "t", **asked)

    assert states(shop) == (["sent"], 0)


def test_a_forged_acceptance_with_a_stolen_reference_makes_nothing(shop: Shop) -> None:
    """V10: the token speaks for the letter's addressees only; nobody is even asked."""
    shop.quoted()

    forged = answer(shop, YES, "t", sender="eve@evil.example")

    assert states(shop) == (["sent"], 0)
    assert questions(shop, shop.documents("quote")[0].box_id) == []
    assert "looks like an acceptance" in shop.notice().facts["text"]
    assert "nothing was done" in shop.notice().facts["text"]
    assert forged.answers_letter_id is not None  # it was recognised, and still not believed


def test_an_unproven_mail_with_a_stolen_token_puts_no_po_on_the_order(shop: Shop) -> None:
    """V10: what is on the order goes onto the invoice, so a later PO needs the whole evidence, too."""
    shop.quoted()
    answer(shop, YES, "at")

    answer(shop, "Our PO number is 6666.", "t")

    assert [order.reference for order in shop.documents("order")] == [None]


def test_an_unproven_mail_in_the_customers_name_makes_nothing(shop: Shop) -> None:
    shop.quoted()

    answer(shop, YES, "")

    assert states(shop) == (["sent"], 0)


def test_quoted_words_of_ours_accept_nothing(shop: Shop) -> None:
    """V13: only the customer's own new words count."""
    shop.quoted()

    answer(shop, "What is the delivery time?\n\nOn Monday Anna wrote:\n> Reply with: we accept\n", "at")

    assert states(shop) == (["sent"], 0)


# Each evidence.


@on_both_databases
def test_aligned_and_token_make_the_order_at_once(shop: Shop) -> None:
    shop.quoted()

    message = answer(shop, "We accept, PO 4711 is attached.", "at")

    assert states(shop) == (["accepted"], 1)
    [order] = shop.documents("order")
    [invoice] = shop.documents("invoice")
    assert (order.reference, invoice.state) == ("PO 4711", "provisional")
    with shop.office.reading() as session:
        [kept] = evidence_of(session, order.origin_id)
        assert (kept.message_id, kept.authentication, kept.decided_by) == (
            message.id, "aligned, token", "evidence",
        )  # fmt: skip
        assert kept.signatory == BOB


@pytest.mark.parametrize(
    ("evidence", "lacking"),
    [
        ("a", "it does not answer our quote"),
        ("t", "the mail server could not prove that the sender wrote it"),
    ],
)
def test_half_the_evidence_asks_the_rep_and_her_yes_decides(shop: Shop, evidence: str, lacking: str) -> None:
    shop.quoted()
    box_id = answer(shop, YES, evidence).box_id
    assert states(shop) == (["sent"], 0)
    [question] = questions(shop, box_id)
    assert question == f"Does {BOB} accept Q-2026-0001? {lacking}"

    [line] = shop.anna("yes", answers=shop.notice().message_id)["lines"]

    assert (line["is_done"], states(shop)) == (True, (["accepted"], 1))
    assert questions(shop, box_id) == []
    with shop.office.reading() as session:
        [kept] = evidence_of(session, shop.documents("quote")[0].id)
        assert (kept.decided_by, "rep" in kept.authentication) == ("anna", True)


def test_no_leaves_everything_as_it_is(shop: Shop) -> None:
    shop.quoted()
    box_id = answer(shop, YES, "a").box_id

    [line] = shop.anna("no", answers=shop.notice().message_id)["lines"]

    assert line["is_done"]
    assert states(shop) == (["sent"], 0)
    assert questions(shop, box_id) == []
    [line] = shop.anna("yes", answers=shop.notice().message_id)["lines"]
    assert (line["is_done"], states(shop)[1]) == (False, 0)


@pytest.mark.parametrize(
    "words",
    [
        "We accept if you can deliver in May.",
        "We accept nothing of this, it is not what we need.",
        "Could you go ahead without the training?",
        "Please note our PO number 4711.",
    ],
)
def test_words_that_may_mean_something_else_are_asked_and_never_done(shop: Shop, words: str) -> None:
    """IN-12."""
    shop.quoted()

    box_id = answer(shop, words, "at").box_id

    assert states(shop) == (["sent"], 0)
    assert "the words may mean something else" in questions(shop, box_id)[0]


def test_a_no_that_names_accepting_orders_nothing_and_its_rep_hears_of_it(shop: Shop) -> None:
    """IN-12, EM-1: "almost accepted" is no yes; that it may be a no is for its rep to see."""
    shop.quoted()

    box_id = answer(shop, "We almost accepted, but no thank you.", "at").box_id

    assert (states(shop), questions(shop, box_id)) == ((["sent"], 0), [])
    notice = shop.notice()
    assert (notice.box_id, "almost accepted" in str(notice.facts)) == (box_id, True)


def test_an_expired_quote_is_never_accepted_silently(shop: Shop) -> None:
    """QU-9: valid to the end of 23 December; a day later the rep is asked, and may say yes."""
    shop.quoted()
    shop.clock.move(days=31)

    box_id = answer(shop, YES, "at").box_id

    assert states(shop) == (["sent"], 0)
    assert "the quote expired on 23 December 2026" in questions(shop, box_id)[0]
    shop.anna("yes", answers=shop.notice().message_id)
    assert states(shop) == (["accepted"], 1)


def test_on_its_last_day_a_quote_is_still_accepted(shop: Shop) -> None:
    shop.quoted()
    shop.clock.move(days=30)

    answer(shop, YES, "at")

    assert states(shop) == (["accepted"], 1)


def test_above_the_limit_the_rep_is_asked_even_with_all_evidence(shop: Shop) -> None:
    """205 x 49.00 = 10,045.00 is above 10,000.00."""
    shop.quoted("205 x standard")

    box_id = answer(shop, YES, "at").box_id

    assert states(shop) == (["sent"], 0)
    assert "the amount is above the limit" in questions(shop, box_id)[0]
    shop.anna("yes", answers=shop.notice().message_id)
    assert states(shop) == (["accepted"], 1)


@pytest.mark.parametrize("evidence", ["a", "t"])
def test_above_the_limit_half_the_evidence_is_only_shown(shop: Shop, evidence: str) -> None:
    shop.quoted("205 x standard")

    box_id = answer(shop, YES, evidence).box_id

    assert states(shop) == (["sent"], 0)
    assert questions(shop, box_id) == []
    assert "nothing was done" in shop.notice().facts["text"]


def test_at_the_limit_it_counts_as_within(shop: Shop, make_shop) -> None:
    limited = make_shop(with_sales(shop.office.settings, accept_limit=Decimal(980)))
    limited.quoted()

    answer(limited, YES, "at")

    assert states(limited) == (["accepted"], 1)


def test_a_reps_yes_that_is_not_enough_makes_nothing(shop: Shop, make_shop) -> None:
    """The limit was made stricter between question and answer: her yes and half the evidence no longer do."""
    shop.quoted()
    box_id = answer(shop, YES, "a").box_id
    strict = make_shop(with_sales(shop.office.settings, accept_limit=Decimal(500)))

    [line] = strict.anna("yes", answers=shop.notice().message_id)["lines"]

    assert not line["is_done"]
    assert "your yes is not enough for Q-2026-0001: it does not answer our quote" in line["text"]
    assert states(strict) == (["sent"], 0)
    assert len(questions(shop, box_id)) == 1


def test_a_yes_to_no_evidence_at_all_is_refused(shop: Shop) -> None:
    shop.quoted()
    forged = answer(shop, YES, "", sender="eve@evil.example")
    anna = shop.office.settings.user_by_key("anna")

    with pytest.raises(Refused, match="your yes is not enough"), shop.office.work("t", actor="t") as work:
        accept_by_rep(work, anna, {"message": forged.id, "quote": shop.documents("quote")[0].id})

    assert states(shop)[1] == 0


@on_both_databases
def test_a_second_acceptance_is_evidence_and_no_second_order(shop: Shop) -> None:
    """QU-5: and a PO that comes later completes the order."""
    shop.quoted()
    answer(shop, YES, "at")

    answer(shop, "We accept, as said.", "at")
    answer(shop, "Our PO number is 4711.", "at")

    assert states(shop) == (["accepted"], 1)
    [order] = shop.documents("order")
    assert (order.reference, len(shop.documents("invoice"))) == ("PO 4711", 1)
    with shop.office.reading() as session:
        assert len(evidence_of(session, order.origin_id)) == 3


def test_a_forged_mail_after_the_acceptance_adds_no_evidence_and_no_reference(shop: Shop) -> None:
    shop.quoted()
    answer(shop, YES, "at")

    answer(shop, "We accept, PO 666.", "t", sender="eve@evil.example", proof=None)

    [order] = shop.documents("order")
    assert order.reference is None


def test_only_the_newest_revision_is_accepted(shop: Shop) -> None:
    """QU-4, QU-5: a yes to the first quote's mail is none to a revision that the customer may never have seen."""
    draft = shop.quoted()
    shop.anna("quote 10 x standard", answers=shop.notice(0).message_id)

    box_id = shop.customer(YES, answers=draft.message_id).box_id

    assert "it answers an earlier quote" in questions(shop, box_id)[0]
    assert [quote.state for quote in shop.documents("quote")] == ["replaced", "issued"]
    assert shop.documents("order") == []


def test_the_address_that_a_customer_names_goes_on_the_invoice(shop: Shop) -> None:
    shop.quoted()
    words = f"{YES}\nInvoice address: Acme B.V., Damrak 1, 1012 LG Amsterdam, Netherlands"

    box_id = answer(shop, words, "at").box_id

    from inboxcrm.crm.store import box_by_id

    with shop.office.reading() as session:
        company = box_by_id(session, box_id).organization
        assert (company.legal_name, company.country) == ("Acme B.V.", "NL")
        assert company.invoice_address == ["Damrak 1", "1012 LG Amsterdam"]


def test_a_second_yes_to_one_question_is_never_taken_for_another(shop: Shop) -> None:
    """Two mails are asked about; she says no to the first: yes in answer to it accepts nothing."""
    shop.quoted()
    answer(shop, YES, "a")
    first = shop.notice().message_id
    answer(shop, "We accept if you can deliver in May.", "at")
    shop.anna("no", answers=first)

    [line] = shop.anna("yes", answers=first)["lines"]

    assert (line["is_done"], line["text"]) == (False, "that question is answered already")
    assert states(shop) == (["sent"], 0)


def test_a_third_person_who_answers_our_quote_is_named_in_the_question(shop: Shop) -> None:
    """A forwarded quote: the answer is in our thread, but its author never got our mail from us."""
    shop.quoted()

    box_id = answer(shop, YES, "at", sender="eve@other.example").box_id

    assert states(shop) == (["sent"], 0)
    assert questions(shop, box_id) == [
        "Does eve@other.example accept Q-2026-0001? "
        "it answers our mail, but eve@other.example was not among those to whom that went"
    ]


def test_a_stopped_invoice_says_what_wakes_it_and_cools_anew(shop: Shop) -> None:
    """Stopped and given an address again, it may be stopped again for a quarter of an hour: 10:30 + 0:15."""
    shop.quoted()
    answer(shop, YES, "at")
    accepted = shop.notice().message_id

    [stopped] = shop.anna("stop", answers=accepted)["lines"]
    [kept] = shop.anna("invoice to Acme B.V., Damrak 1, 1012 LG Amsterdam, NL", answers=accepted)["lines"]

    assert "until somebody says `invoice to …`" in stopped["text"]
    assert kept["text"].endswith("; the invoice that waited is taken up again at 10:45")
    assert shop.anna("stop", answers=accepted)["lines"][0]["is_done"]
