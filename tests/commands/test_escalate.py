"""A technical question climbs: snippet, colleague, call, on site; her answer becomes a draft and a snippet (EM-9)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from inboxcrm.outbox.records import Letter
from inboxcrm.reports.timeline import box_timeline
from tests.build import ANNA, letters, on_both_databases
from tests.commands.shop import Shop

ASKS = "Does your program work offline, and for how long without a connection?"
ANSWER = "It works offline for thirty days without a connection."


@pytest.fixture
def asked(shop: Shop) -> Shop:
    """A customer has asked, and Anna has the notice."""
    shop.customer(ASKS, subject="Offline use")
    return shop


def rung(shop: Shop) -> list[str]:
    with shop.office.reading() as session:
        told = box_timeline(session, shop.office.settings, 1)
    return [fact for fact in told["facts"] if fact.startswith("technical question")]


def first_notice(shop: Shop) -> Letter:
    return next(letter for letter in shop.notices() if letter.user == "anna")


def passed_on(shop: Shop, words: str = "escalate carl: you know the offline mode") -> Letter:
    """Anna passes the question on; give what Carl gets."""
    receipt = shop.anna(words, answers=first_notice(shop).message_id)
    assert receipt["lines"][0]["is_done"], receipt
    return shop.notice()


def test_a_question_is_offered_to_be_passed_on(asked: Shop) -> None:
    assert "escalate carl: why" in first_notice(asked).facts["commands"]


@on_both_databases
def test_a_colleague_gets_the_whole_mail_and_her_answer_comes_back_as_a_draft(asked: Shop) -> None:
    told = passed_on(asked)
    assert told.user == "carl"
    assert told.facts["mail"]["text"].strip() == ASKS
    assert "you know the offline mode" in told.facts["text"]
    assert rung(asked) == ["technical question: colleague (carl)"]

    receipt = asked.user("carl", ANSWER, answers=told.message_id)

    assert "as a draft to the customer" in receipt["note"]
    [draft] = letters(asked.office, "reply")
    assert (draft.form, draft.account, draft.facts["words"]) == ("draft", ANNA, ANSWER)
    back = asked.notice()
    assert (back.user, back.facts["commands"]) == ("anna", ["snippet: Offline use"])
    assert ANSWER in back.facts["text"]
    assert rung(asked) == ["technical question: colleague (carl), answered"]


def test_nothing_of_it_leaves_for_the_customer_by_itself(asked: Shop) -> None:
    """P8: her words lie in Drafts; no letter to anybody outside is written."""
    asked.user("carl", ANSWER, answers=passed_on(asked).message_id)

    with asked.office.reading() as session:
        outside = list(session.scalars(select(Letter.form).where(Letter.is_outside)))
    assert outside == ["draft"]


def test_only_who_was_asked_is_heard(asked: Shop) -> None:
    """V10: another user who answers that mail leaves a note and no draft."""
    told = passed_on(asked)

    asked.user("maria", "I think so.", answers=told.message_id)

    assert letters(asked.office, "reply") == []
    assert rung(asked) == ["technical question: colleague (carl)"]


def test_the_answer_kept_under_a_title_is_offered_and_laid_next_time(asked: Shop) -> None:
    asked.user("carl", ANSWER, answers=passed_on(asked).message_id)
    kept = asked.anna("snippet: Offline use", answers=asked.notice().message_id)
    assert "kept as a snippet: Offline use" in kept["lines"][0]["text"]

    asked.customer("How long can we use it offline?", subject="Offline", message_id="second@acme.example")
    offered = asked.notice()
    assert (offered.user, [one["title"] for one in offered.facts["snippets"]]) == ("anna", ["Offline use"])
    asked.anna("snippet: Offline use", answers=offered.message_id)

    draft = letters(asked.office, "reply")[-1]
    assert (draft.in_reply_to, draft.facts["words"]) == ("second@acme.example", ANSWER)


def test_a_snippet_can_be_written_at_once_and_a_title_is_given_once(asked: Shop) -> None:
    notice = first_notice(asked)
    told = asked.anna("snippet: Offline use = It works 30 days offline.", answers=notice.message_id)
    again = asked.anna("snippet: offline  USE = Something else.", answers=notice.message_id)
    laid = asked.anna("snippet: offline use", answers=notice.message_id)

    assert told["lines"][0]["is_done"]
    assert "there is a snippet 'offline USE' already" in again["lines"][0]["text"]
    assert laid["lines"][0]["is_done"]
    [draft] = letters(asked.office, "reply")
    assert draft.facts["words"] == "It works 30 days offline."
    assert rung(asked) == ["technical question: snippet"]


def test_the_next_rungs_are_a_call_and_a_visit_and_there_is_no_way_down(asked: Shop) -> None:
    passed_on(asked, "escalate carl")
    notice = first_notice(asked)
    asked.anna("escalate call", answers=notice.message_id)
    asked.anna("escalate on site: needs a look at their network", answers=notice.message_id)
    back = asked.anna("escalate carl", answers=notice.message_id)

    tasks = [text for kind, text in asked.tasks(1) if kind == "errand"]
    assert [text.split(" about: ")[0].split(" with ")[0] for text in tasks] == [
        "Call bob",
        "Agree on a day on site",
    ]
    assert rung(asked) == ["technical question: on site"]
    assert "stands on 'on site'" in back["lines"][0]["text"]


def test_an_unknown_colleague_is_answered_with_those_that_there_are(asked: Shop) -> None:
    receipt = asked.anna("escalate zoe: please", answers=first_notice(asked).message_id)

    assert not receipt["lines"][0]["is_done"]
    assert "escalate call, escalate on site" in receipt["lines"][0]["text"]
