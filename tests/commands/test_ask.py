"""What is missing is asked for by a mail that lies ready in the rep's Drafts (IN-9, IN-11)."""

from __future__ import annotations

import pytest

from inboxcrm.base.settings import Sales
from inboxcrm.crm.store import lead_of_box
from inboxcrm.outbox.mime import letter_bytes
from inboxcrm.outbox.records import Letter
from tests.build import ANNA, BOB, Mail, deliver, letters, the_settings
from tests.commands.shop import Shop

STRANGER = "maria@gmail.com"
SPANISH = "Hola, quisiera más información sobre lo que hacen. Gracias."


def text_of(shop: Shop, draft: Letter) -> str:
    with shop.office.reading() as session:
        raw = letter_bytes(session, shop.office.settings, draft, shop.clock.now())
    return " ".join(raw.decode().split())


def told(facts: dict[str, object]) -> str:
    return "; ".join(str(line["text"]) for line in facts["lines"])


def asked(
    shop: Shop,
    words: str,
    text: str = "We need licences.\n\nKind regards,\nBob Brouwer\nTel. +31 20 123 4567",
) -> str:
    shop.customer(text, message_id="1@acme.example")
    return told(shop.anna(words, answers=shop.notice().message_id))


def test_ask_lays_a_question_for_all_that_is_not_known(shop: Shop) -> None:
    """His company and his number are known by his address and his signature; the rest is asked for, in the thread."""
    receipt = asked(shop, "ask")

    [draft] = letters(shop.office, "ask")
    assert "a mail that asks for address, vat number is being laid into your Drafts folder" in receipt
    assert (draft.form, draft.account, draft.recipients[0].address) == ("draft", ANNA, BOB)
    assert (draft.subject, draft.in_reply_to) == ("Re: Licences for Acme", "1@acme.example")
    text = text_of(shop, draft)
    assert "the address for the invoice" in text
    assert "your VAT number" in text
    assert "your telephone number" not in text


def test_what_is_to_be_asked_for_can_be_named(shop: Shop) -> None:
    assert "asks for size, product, phone is being laid" in asked(shop, "ask: users, product and telephone")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (
            "ask: shoe size",
            "there is no question for 'shoe size'; I can ask for company, size, product, phone",
        ),
        ("ask:", "a mail that asks for address, vat number"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_with_what_can(shop: Shop, words: str, answer: str) -> None:
    assert answer in asked(shop, words)


def test_nothing_is_asked_for_that_is_known(shop: Shop) -> None:
    shop.customer("We need licences.\n\nKind regards,\nBob Brouwer\nTel. +31 20 123 4567")
    shop.anna("invoice to Acme B.V., Damrak 1, 1012 LG Amsterdam, NL", answers=shop.notice().message_id)
    with shop.office.work("test", actor="test") as work:
        lead = lead_of_box(work.session, 1)
        assert lead is not None
        assert lead.box.organization is not None
        lead.box.organization.vat_number = "NL001234567B01"

    assert "nothing is missing" in told(shop.anna("ask", answers=shop.notice().message_id))
    assert letters(shop.office, "ask") == []


def test_a_sentence_that_begins_so_is_a_note(shop: Shop) -> None:
    asked(shop, "Ask him about his dog, 3 times")

    assert letters(shop.office, "ask") == []


def test_who_has_no_watched_mailbox_is_told_so(shop: Shop) -> None:
    shop.customer("We need licences.")
    said = told(shop.user("carl", "ask", answers=shop.notice().message_id))

    assert "the mailbox carl@kestrel.example is not watched" in said


def test_nobody_asks_in_her_name(shop: Shop) -> None:
    """V10."""
    shop.customer("We need licences.")
    deliver(shop.office, Mail("ask", ANNA, answers=shop.notice().message_id, proof=None))
    shop.react()

    assert letters(shop.office, "ask") == []


# IN-11


@pytest.fixture
def abroad(make_shop, tmp_path) -> Shop:
    """A shop that sells in English and Dutch."""
    return make_shop(the_settings(tmp_path, sales=Sales(languages=("en", "nl"))))


def test_a_vague_request_from_abroad_gets_a_question_and_no_opportunity(abroad: Shop) -> None:
    """Its rep has a task, one notice, and in her Drafts the question in the customer's language."""
    message = abroad.customer(SPANISH, sender=STRANGER, subject="Hola", message_id="1@gmail.com")

    [draft] = letters(abroad.office, "ask")
    assert (draft.account, draft.recipients[0].address, draft.in_reply_to) == (ANNA, STRANGER, "1@gmail.com")
    text = text_of(abroad, draft)
    assert "quisiera" not in text.partition("Hola")[0]
    assert "el nombre de su empresa" in text
    assert abroad.tasks(message.box_id) == [("first contact", "Ask maria what is meant: Hola")]
    [notice] = abroad.notices()
    assert "vague request of maria" in notice.facts["text"]
    with abroad.office.reading() as session:
        lead = lead_of_box(session, message.box_id)
        assert (lead.state, lead.owner) == ("Assigned", "anna")
    assert abroad.documents("quote") == []


def test_where_there_is_no_text_in_his_language_the_first_of_ours_is_taken(abroad: Shop) -> None:
    abroad.customer("Merhaba, ne sattığınız hakkında bilgi almak istiyorum.", sender=STRANGER, subject="")

    assert "the name of your company" in text_of(abroad, letters(abroad.office, "ask")[0])


def test_any_other_request_goes_the_usual_way(abroad: Shop) -> None:
    message = abroad.customer("Hello, how much is it for us?", sender=STRANGER)

    assert letters(abroad.office, "ask") == []
    assert abroad.tasks(message.box_id)[0][1].startswith("Answer maria")
    assert [one.facts["text"] for one in abroad.notices()] == ["new lead: maria"]
