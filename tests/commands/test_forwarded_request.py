"""What a rep forwards of a known customer goes to its own deal or is asked; no other quote ends by it (IN-6)."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import pytest
from sqlalchemy.orm import Session

from inboxcrm.crm.store import box_by_id, contact_by_id, opportunity_of_box
from inboxcrm.ingest.records import Message
from inboxcrm.sales.store import documents_of_box
from tests.build import (
    ANNA,
    BOB,
    HOUSE,
    Mail,
    deliver,
    deliver_raw,
    letters,
    on_both_databases,
    sent_from_anna,
)
from tests.commands.shop import Shop

WISH = """From: Bob <bob@acme.example>
Sent: Monday, November 23, 2026 9:00 AM
To: Anna <anna@kestrel.example>
Subject: {subject}

{words}"""
TRAINING = WISH.format(subject="Training days", words="Please send us a quote for two days of training.")


def forward(shop: Shop, above: str, text: str = TRAINING, **mail: object) -> Message:
    """Anna forwards from her own mailbox."""
    return sent_from_anna(shop.office, Mail(f"{above}\n\n{text}", subject="FW: it", **mail))


def box_of(shop: Shop, message: Message) -> int | None:
    with Session(shop.office.engine) as session:
        return session.get_one(Message, message.id).box_id


def quotes(shop: Shop) -> list[tuple[str, str]]:
    return [(one.number, one.state) for one in shop.documents("quote")]


@on_both_databases
def test_a_forwarded_request_never_replaces_the_open_quote_of_another_matter(shop: Shop) -> None:
    """IN-6, IN-3: where it belongs is asked; the quote said above it waits, and is made where the answer says."""
    shop.quoted()
    sent = forward(shop, "quote 2 x training")
    [filed, quoted] = shop.receipt_of(sent)["lines"]

    assert (filed["is_done"], quoted["is_done"], box_of(shop, sent)) == (False, False, None)
    assert "the quote Q-2026-0001 is open there" in filed["text"]
    assert (
        "answer this with `file 1` or `file new` and, on the line below: quote 2 x training" in quoted["text"]
    )
    assert quotes(shop) == [("Q-2026-0001", "sent")]
    assert shop.notice().facts["commands"] == ["file 1", "file new"]

    answer = shop.anna("file new\nquote 2 x training", answers=shop.notice().message_id)

    assert [line["is_done"] for line in answer["lines"]] == [True, True], answer
    assert "replaces" not in answer["lines"][1]["text"]
    assert quotes(shop) == [("Q-2026-0001", "sent"), ("Q-2026-0002", "issued")]
    own = box_of(shop, sent)
    with shop.office.reading() as session:
        assert [one.number for one in documents_of_box(session, own)] == ["Q-2026-0002"]
        assert opportunity_of_box(session, own).owner == "anna"
        assert [one.address for one in box_by_id(session, own).contact.addresses] == [BOB]


def test_what_is_said_later_to_the_question_is_about_the_deal_that_it_was_filed_on(shop: Shop) -> None:
    shop.quoted()
    sent = forward(shop, "Have a look.")
    shop.react()
    question = shop.notice().message_id
    shop.anna("file new", answers=question)

    shop.anna("quote 2 x training", answers=question)

    assert [one.box_id for one in shop.documents("quote")] == [1, box_of(shop, sent)]
    assert quotes(shop) == [("Q-2026-0001", "sent"), ("Q-2026-0002", "issued")]


@pytest.mark.parametrize("is_won", [False, True])
def test_the_receipt_can_be_answered_as_the_question_can(shop: Shop, is_won: bool) -> None:
    """What is said to it later is about the deal on which the forward lies by then."""
    shop.quoted()
    if is_won:
        shop.customer("We accept.", answers=letters(shop.office, "quote")[0].message_id)
    sent = forward(shop, "quote 2 x training")
    shop.receipt_of(sent)
    receipt = letters(shop.office, "receipt")[-1].message_id

    [refused] = shop.anna("quote 2 x training", answers=receipt)["lines"]
    assert "answer this with" in refused["text"]
    answer = shop.anna(f"{'yes' if is_won else 'file new'}\nquote 2 x training", answers=receipt)
    assert [line["is_done"] for line in answer["lines"]] == [True, True], answer
    shop.anna("quote 3 x training", answers=receipt)

    own = box_of(shop, sent)
    assert [one.box_id for one in shop.documents("quote")] == [1, own, own]
    assert shop.documents("quote")[0].state == ("accepted" if is_won else "sent")


def test_who_has_forwarded_is_asked_whoever_has_the_deal(shop: Shop) -> None:
    """Carl knows what he forwarded; Anna, whose deal it is, may be away. Who does not sell is not asked."""
    shop.quoted()
    shop.user("carl", TRAINING, subject="FW: it")
    carls = shop.notice()
    shop.user("olga", TRAINING.replace("days", "hours"), subject="FW: it")

    assert [letter.user for letter in (carls, shop.notice())] == ["carl", "anna"]


def test_the_question_shows_what_the_customer_wrote_and_not_the_forwarders_words(shop: Shop) -> None:
    shop.quoted()
    forward(shop, "quote 2 x training\nI know him.")
    shop.react()

    mail = shop.notice().facts["mail"]
    assert mail["text"].startswith("From: Bob <bob@acme.example>")
    assert mail["subject"] == "it"
    assert "subject=Re%3A%20it" in shop.notice().facts["reply_link"]


def test_a_quote_in_answer_to_the_question_waits_until_it_is_answered(shop: Shop) -> None:
    shop.quoted()
    forward(shop, "Have a look.")
    shop.react()

    [line] = shop.anna("quote 2 x training", answers=shop.notice().message_id)["lines"]

    assert (line["is_done"], "not said yet to which deal" in line["text"]) == (False, True)
    assert quotes(shop) == [("Q-2026-0001", "sent")]


@on_both_databases
def test_a_quote_that_replaces_another_says_so_and_how_to_undo_it(shop: Shop) -> None:
    """EM-4, QU-4: filed on the deal by a person; the undo that the receipt names is a command that works."""
    shop.quoted()
    forward(shop, "Have a look.")
    shop.react()

    answer = shop.anna("file 1\nquote 2 x training", answers=shop.notice().message_id)

    text = answer["lines"][1]["text"]
    assert quotes(shop) == [("Q-2026-0001", "replaced"), ("Q-2026-0002", "issued")]
    assert "it replaces Q-2026-0001 over EUR 980.00 net, which the customer has" in text
    undo = text.partition("to undo: ")[2]
    assert undo == "quote 20 x standard"
    shop.anna(undo, answers=letters(shop.office, "receipt")[-1].message_id)
    assert [one.net_minor for one in shop.documents("quote")] == [98000, 190000, 98000]


def attached(shop: Shop, names: str, sender: str = BOB) -> Message:
    """Anna forwards, as an attachment, a mail that names an earlier one."""
    original = EmailMessage(policy=SMTP)
    original["From"], original["Subject"], original["References"] = sender, "Something else", f"<{names}>"
    original["Message-ID"] = "<unseen@acme.example>"
    original.set_content("Could we have five more?")
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = ANNA, HOUSE, "Fwd: Something else"
    mail["Date"], mail["Message-ID"] = format_datetime(shop.clock.now()), "<fwd@kestrel.example>"
    mail.set_content("quote 25 x standard")
    mail.add_attachment(original)
    return deliver_raw(shop.office, mail.as_bytes(), account=ANNA, folder="Sent")


def test_a_forward_whose_thread_is_known_goes_to_that_threads_deal(shop: Shop) -> None:
    """The customer's answer to the quote went to a mailbox that nobody watches."""
    draft = shop.quoted()
    sent = attached(shop, draft.message_id)

    [filed, quoted] = shop.receipt_of(sent)["lines"]

    assert (filed["is_done"], box_of(shop, sent)) == (True, 1)
    assert "a thread of that box" in filed["text"]
    assert "replaces Q-2026-0001" in quoted["text"]


def test_the_ids_that_a_program_keeps_in_an_inline_forward_show_its_thread(shop: Shop) -> None:
    draft = shop.quoted()
    sent = forward(shop, "Have a look.", answers=draft.message_id)

    assert box_of(shop, sent) == 1


def test_a_forward_that_names_another_companys_thread_is_not_filed_there(shop: Shop) -> None:
    """V10: whoever learned an id of ours comes by it onto nobody else's deal, also by a colleague's forward."""
    draft = shop.quoted()
    sent = attached(shop, draft.message_id, sender="eve@evil.example")
    shop.react()

    assert box_of(shop, sent) not in (None, 1)
    assert quotes(shop)[0] == ("Q-2026-0001", "sent")


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("Re: Licences for Acme", "Is that with support?"),
        ("A question", "As to Q-2026-0001, is that with support?"),
    ],
)
def test_a_forward_that_answers_or_names_what_is_there_is_not_asked_about(
    shop: Shop, subject: str, words: str
) -> None:
    shop.quoted()
    sent = forward(shop, "For you.", WISH.format(subject=subject, words=words))

    assert box_of(shop, sent) == 1


def test_a_forwarded_request_after_a_won_deal_is_proposed_as_a_direct_one_is(shop: Shop) -> None:
    """IN-3: `yes` and a quote below it, in one answer, make the deal and its quote; the forwarder is no customer."""
    shop.quoted()
    shop.customer("We accept.", answers=letters(shop.office, "quote")[0].message_id)
    sent = forward(shop, "For you.")
    shop.react()
    assert box_of(shop, sent) is None

    answer = shop.anna("yes\nquote 2 x training", answers=shop.notice().message_id)

    assert [line["is_done"] for line in answer["lines"]] == [True, True], answer
    own = box_of(shop, sent)
    assert [one.box_id for one in shop.documents("quote")] == [1, own]
    with shop.office.reading() as session:
        message = session.get_one(Message, sent.id)
        assert [one.address for one in contact_by_id(session, message.contact_id).addresses] == [BOB]


def test_a_forged_forward_asks_nothing(shop: Shop) -> None:
    """T8, V10."""
    shop.quoted()
    told = len(shop.notices())
    forged = deliver(
        shop.office, Mail(f"quote 2 x training\n\n{TRAINING}", ANNA, subject="FW: it", proof=None)
    )
    shop.react()

    assert (len(shop.notices()), box_of(shop, forged)) == (told, None)
    assert quotes(shop) == [("Q-2026-0001", "sent")]
