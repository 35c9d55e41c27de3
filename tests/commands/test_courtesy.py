"""Mere thanks need no answer, and neither stop nor start any clock (IN-13)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inboxcrm.crm.store import box_by_id, lead_of_box, opportunity_of_box
from inboxcrm.ingest.filing import file_message
from inboxcrm.ingest.records import Message
from inboxcrm.ingest.store import message_by_id
from inboxcrm.rules.facts import facts_of
from inboxcrm.rules.sweep import run_due_rules
from tests.build import ANNA, BOB, HOUSE, START, Mail, deliver
from tests.commands.shop import Shop

CARL = "carl@kestrel.example"
FIRST = "1@acme.example"


def asked(shop: Shop) -> Message:
    return shop.customer("We need licences. What do they cost?", message_id=FIRST)


def thanked(shop: Shop, words: str = "Thanks!") -> Message:
    return shop.customer(words, subject="Re: Licences for Acme", answers=FIRST)


def answer(shop: Shop, sender: str, text: str = "They cost 980.") -> None:
    deliver(shop.office, Mail(text, sender, to=BOB, cc=HOUSE, subject="Re: Licences", answers=FIRST))
    shop.react()


def facts(shop: Shop, message: Message) -> dict[str, object]:
    with shop.office.reading() as session:
        lead = lead_of_box(session, message.box_id)
        return facts_of(session, "lead", lead.id)


def told_of_second(shop: Shop) -> list[str]:
    return [one.recipients[0].address for one in shop.notices() if "has answered already" in one.subject]


def test_an_answer_is_owed_from_the_question_to_the_answer_and_not_from_thanks(shop: Shop) -> None:
    """The fact `is_answer_owed`, by which rules count what waits."""
    first = asked(shop)
    owed = [facts(shop, first)["is_answer_owed"]]
    shop.clock.move(hours=1)
    answer(shop, ANNA)
    owed.append(facts(shop, first)["is_answer_owed"])
    shop.clock.move(hours=1)
    thanked(shop)
    owed.append(facts(shop, first)["is_answer_owed"])
    shop.clock.move(hours=1)
    shop.customer("And training, what does that cost?", answers=FIRST)
    owed.append(facts(shop, first)["is_answer_owed"])

    assert owed == [True, False, False, True]
    assert facts(shop, first)["last_inbound_at"] == START + timedelta(hours=3)


def test_thanks_before_our_answer_do_not_count_as_one(shop: Shop) -> None:
    """The clock of the first answer runs on: the lead is not answered, its task is open."""
    first = asked(shop)
    shop.clock.move(hours=1)
    thanked(shop, "Thank you very much!")

    assert (facts(shop, first)["is_answered"], facts(shop, first)["is_answer_owed"]) == (False, True)
    assert [kind for kind, _ in shop.tasks(first.box_id)] == ["first contact"]


def test_the_rep_is_not_told_of_thanks(shop: Shop) -> None:
    asked(shop)
    before = len(shop.notices())
    thanked(shop)

    assert len(shop.notices()) == before


def test_thanks_do_not_keep_a_quiet_deal_from_being_remembered(shop: Shop) -> None:
    """OP-9: a week after the last word that counts the owner is reminded, thanks in between or not."""
    shop.quoted()
    with shop.office.reading() as session:
        box_id = shop.documents("quote")[0].box_id
        deal = opportunity_of_box(session, box_id)
        assert deal is not None
        active_at = box_by_id(session, box_id).last_activity_at
    run_due_rules(shop.office, shop.rules.current())
    shop.clock.move(days=6)
    shop.customer("Thanks!", subject="Re: Licences for Acme")
    shop.clock.move(days=2)
    run_due_rules(shop.office, shop.rules.current())

    with shop.office.reading() as session:
        assert box_by_id(session, box_id).last_activity_at == active_at
    told = [one.recipients[0].address for one in shop.notices() if "quiet for" in one.facts["text"]]
    assert told == [ANNA]


def test_the_second_who_answers_is_told_though_the_customer_has_thanked_the_first(shop: Shop) -> None:
    """IN-5: thanks are no new mail to be answered."""
    asked(shop)
    shop.clock.move(minutes=5)
    answer(shop, ANNA)
    shop.clock.move(minutes=5)
    thanked(shop)
    shop.clock.move(minutes=5)
    answer(shop, CARL, "We can do that.")

    assert told_of_second(shop) == [CARL]


@pytest.mark.parametrize("words", ["Thanks! When can you come?", "Thanks, but that is too expensive."])
def test_thanks_with_anything_else_are_mail_as_any_other(shop: Shop, words: str) -> None:
    first = asked(shop)
    shop.clock.move(hours=1)
    answer(shop, ANNA)
    shop.clock.move(hours=1)
    thanked(shop, words)

    assert facts(shop, first)["is_answer_owed"] is True


def test_mail_put_on_a_box_by_hand_counts_in_the_same_way(shop: Shop) -> None:
    """IN-3: thanks that a person files make no question of it."""
    first = asked(shop)
    shop.clock.move(hours=1)
    answer(shop, ANNA)
    shop.clock.move(hours=1)
    other = shop.customer("We need bicycles.", sender="dirk@dune.example")
    shop.clock.move(hours=1)
    thanks = shop.customer("Thanks!", sender="dirk@dune.example")
    with shop.office.work("test", actor="user:anna") as work:
        file_message(work, message_by_id(work.session, thanks.id), box_by_id(work.session, first.box_id))

    assert other.box_id != first.box_id
    assert facts(shop, first)["is_answer_owed"] is False
