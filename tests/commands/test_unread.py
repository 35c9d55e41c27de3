"""What is not carried out is told to its author; what is answered is asked no more."""

from __future__ import annotations

from tests.build import ANNA, BOB, HOUSE, Mail, deliver, letters
from tests.commands.shop import Shop


def test_a_command_with_an_outsider_on_the_mail_is_not_carried_out_and_its_author_is_told(shop: Shop) -> None:
    """V10: a mail with any outside address is never read for commands; silence would leave her waiting."""
    shop.customer("We need licences.")
    message = deliver(shop.office, Mail("quote 20 x standard", ANNA, to=HOUSE, cc=BOB))
    shop.react()

    assert shop.documents("quote") == []
    [receipt] = letters(shop.office, "receipt")
    assert receipt.dedupe == f"receipt:{message.id}"
    assert [one.address for one in receipt.recipients] == [ANNA]
    [line] = receipt.facts["lines"]
    assert (line["is_done"], line["source"]) == (False, "quote 20 x standard")
    assert "bob@acme.example is on this mail" in line["text"]


def test_an_ordinary_answer_with_us_in_cc_is_no_failed_command(shop: Shop) -> None:
    shop.customer("We need licences.")
    deliver(shop.office, Mail("Dear Bob,\n\ndone deal!", ANNA, to=BOB, cc=HOUSE))
    shop.react()

    assert letters(shop.office, "receipt") == []


def test_a_question_about_a_replaced_quote_is_asked_no_more(shop: Shop) -> None:
    quote = shop.quoted()
    shop.customer("We accept, but only with a discount.", answers=quote.message_id)
    assert "question" in [kind for kind, _ in shop.tasks(1)]

    shop.anna("quote 10 x standard", answers=shop.notice().message_id)
    shop.react()

    assert "question" not in [kind for kind, _ in shop.tasks(1)]


def test_a_question_about_an_accepted_quote_is_asked_no_more(shop: Shop) -> None:
    quote = shop.quoted()
    shop.customer("We accept, but only with a discount.", answers=quote.message_id)
    shop.customer("We accept.", answers=quote.message_id)

    assert [document.state for document in shop.documents("quote")] == ["accepted"]
    assert "question" not in [kind for kind, _ in shop.tasks(1)]
