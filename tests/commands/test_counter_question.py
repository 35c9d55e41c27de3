"""Mail moves a deal forward: a call that is accepted, a question about the quote, an acceptance after all (OP-2)."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.work import Work
from inboxcrm.crm.meeting import Invitation, answer_meeting, plan_meeting
from inboxcrm.crm.opportunity import move_stage
from inboxcrm.crm.records import Opportunity
from tests.build import BOB, START, an_opportunity
from tests.commands.shop import Shop


def deal_of(shop: Shop) -> Opportunity:
    with Session(shop.office.engine, expire_on_commit=False) as session:
        return session.scalars(select(Opportunity).where(Opportunity.kind == "new")).one()


def test_a_question_about_the_quote_is_negotiation(shop: Shop) -> None:
    draft = shop.quoted()
    assert deal_of(shop).stage == "Quote"

    shop.customer("Could you do 5 % less if we take thirty?", answers=draft.message_id)

    assert (deal_of(shop).stage, deal_of(shop).state) == ("Negotiation", "Negotiation")


@pytest.mark.parametrize(
    ("text", "mail"),
    [
        ("Could you do 5 % less if we take thirty?", {}),  # no token: who asks back is not proven
        ("Could you do 5 % less?", {"sender": "eve@other.example"}),
        ("Thanks!", {"answers": True}),
    ],
)
def test_what_is_no_question_of_an_addressee_moves_nothing(
    shop: Shop, text: str, mail: dict[str, object]
) -> None:
    """Nobody acts in another's name: only whom the quote was sent to, in answer to it."""
    draft = shop.quoted()
    answers = {"answers": draft.message_id} if "answers" in mail or "sender" in mail else {}

    shop.customer(text, **{key: value for key, value in mail.items() if key == "sender"}, **answers)

    assert deal_of(shop).stage == "Quote"


def test_an_acceptance_of_a_lost_deal_is_asked_and_a_yes_opens_and_wins_it(shop: Shop) -> None:
    """OP-1: a lost deal is opened again by a person with a reason, never by a mail."""
    draft = shop.quoted()
    shop.anna("lost price", answers=shop.notice().message_id)

    shop.customer("We accept the quote after all.", answers=draft.message_id)

    assert deal_of(shop).state == "Closed Lost"
    asked = next(one for one in reversed(shop.notices()) if "accepted?" in one.subject)
    assert "the deal was lost; your yes opens it again" in asked.facts["text"]
    [line] = shop.anna("yes", answers=asked.message_id)["lines"]
    assert (line["is_done"], deal_of(shop).state) == (True, "Closed Won")


@pytest.mark.parametrize(
    ("answer", "attendee", "stage"),
    [
        ("ACCEPTED", BOB, "Qualification"),
        ("DECLINED", BOB, "Identification"),
        ("ACCEPTED", "carl@kestrel.example", "Identification"),
    ],
)
def test_a_customer_who_comes_to_the_call_is_qualified(
    work: Work, answer: str, attendee: str, stage: str
) -> None:
    deal = an_opportunity(work)
    move_stage(work, deal, "Identification")
    call = Invitation(
        uid="call-1", recurrence="", organizer="anna@kestrel.example", sequence=0, written_at=START,
        is_cancelled=False, starts_at=START, ends_at=START, is_all_day=False, summary="Discovery call",
        location="", attendees=[(BOB, "NEEDS-ACTION"), ("carl@kestrel.example", "NEEDS-ACTION")],
    )  # fmt: skip
    plan_meeting(work, call, deal.box_id)

    answer_meeting(work, "call-1", "", "anna@kestrel.example", attendee, answer)

    assert deal.stage == stage
