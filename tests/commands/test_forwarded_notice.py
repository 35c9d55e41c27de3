"""A notice that one of us passed on gives nobody outside a way onto its deal (DESIGN 7: the token is its reader's).

Its token is filing evidence for whom the letter went to; anybody else is filed by his thread and by who he is.
"""

from __future__ import annotations

from itertools import permutations

import pytest
from sqlalchemy import select

from inboxcrm.crm.store import box_by_id, open_tasks_of_box
from inboxcrm.ingest.records import Message
from inboxcrm.outbox.records import Letter
from tests.build import ANNA, HOUSE, Mail, deliver
from tests.commands.shop import Shop

BOB, CAROL = "bob@acme.example", "carol@other.example"


def notice_about_bob(shop: Shop) -> Letter:
    """Bob has asked, and Anna has a notice of it."""
    shop.customer("We need licences.", message_id="first@acme.example")
    return shop.notice()


def forward(shop: Shop, notice: Letter, to: str) -> Mail:
    """Anna's forward of it, as it lies in her Sent folder."""
    return Mail(
        "Is this yours?", ANNA, to, subject="Fwd: notice", message_id="fwd@kestrel.example",
        answers=notice.message_id, proof=None,
    )  # fmt: skip


def answer(notice: Letter, sender: str) -> Mail:
    """The answer to that forward, whose references name the notice, too."""
    words = "Yes, and when can you come?"
    return Mail(
        words, sender, HOUSE, subject="Re: Fwd: notice", answers=f"{notice.message_id}> <fwd@kestrel.example"
    )


def test_who_has_only_the_token_of_a_notice_comes_onto_no_deal_by_it(shop: Shop) -> None:
    """Carol is nobody whom we know: she is a lead of her own, and Bob's deal hears nothing of her."""
    notice = notice_about_bob(shop)

    carols = deliver(shop.office, answer(notice, CAROL))
    shop.react()

    assert carols.box_id == 2
    assert carols.answers_letter_id is None
    assert "new lead" in carols.match_how


def test_two_to_whom_notices_went_on_are_not_of_one_conversation(shop: Shop) -> None:
    notice = notice_about_bob(shop)
    shop.anna("done", answers=notice.message_id)

    carols = deliver(shop.office, answer(notice, CAROL))
    dirks = deliver(shop.office, answer(notice, "dirk@dune.example"))

    assert len({carols.thread_id, dirks.thread_id}) == 2
    assert (carols.box_id, dirks.box_id) == (2, 3)


@pytest.mark.parametrize("order", list(permutations(("forward", "answer"))), ids=" first, ".join)
@pytest.mark.parametrize("sender", [BOB, CAROL])
def test_whom_it_was_forwarded_to_is_filed_with_the_forward_in_any_order(
    shop: Shop, sender: str, order: tuple[str, str]
) -> None:
    """V3: Anna's forward stands on the box, and so does its answer; two boxes of two companies are asked about."""
    notice = notice_about_bob(shop)
    mails = {
        "forward": (forward(shop, notice, sender), ANNA, "Sent"),
        "answer": (answer(notice, sender), HOUSE, "INBOX"),
    }
    for name in order:
        mail, account, folder = mails[name]
        deliver(shop.office, mail, account=account, folder=folder)
        shop.react()

    with shop.office.reading() as session:
        sent = select(Message).where(Message.kind.in_(("customer", "outbound")))
        boxes = {box_by_id(session, one.box_id).id for one in session.scalars(sent)}
        asked = [task.question for task in open_tasks_of_box(session, 1, "question")]
    assert (boxes, asked) == ({1}, []) or (boxes, asked) == ({1, 2}, [{"act": "join", "boxes": [1, 2]}])
    assert boxes == {1} or (sender, order[0]) == (CAROL, "answer")
