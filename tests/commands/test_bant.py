"""Reps say budget, authority, need and timeline of a lead by a line; a qualified one is a deal at once (LD-7)."""

from __future__ import annotations

import pytest

from inboxcrm.base.records import Event
from inboxcrm.commands.grammar import read_commands
from inboxcrm.commands.table import BY_NAME
from inboxcrm.crm.qualifying.store import qualification_of
from inboxcrm.crm.store import lead_of_box, open_next_action, opportunity_of_box
from tests.build import letters
from tests.commands.shop import Shop


@pytest.fixture
def asked(shop: Shop) -> Shop:
    """A customer has asked; the lead is Anna's."""
    shop.customer("We need licences.")
    return shop


def say(shop: Shop, words: str) -> list[str]:
    receipt = shop.anna(words, answers=shop.notices()[0].message_id)
    return [str(line["text"]) for line in receipt["lines"]]


def known(shop: Shop) -> tuple[str | None, ...]:
    with shop.office.reading() as session:
        found = qualification_of(session, 1)
        assert found is not None
        return found.budget, found.authority, found.need, found.timeline


def state(shop: Shop) -> str:
    with shop.office.reading() as session:
        lead = lead_of_box(session, 1)
        assert lead is not None
        return lead.state


@pytest.mark.parametrize(
    "words",
    [
        "bant budget yes, timeline urgent",
        "Bant: budget yes and timeline urgent.",
        "budget yes, timeline urgent",
        "Budget: yes; Timeline: urgent",
        "budget yes\ntimeline urgent",
    ],
)
def test_what_is_said_is_kept_with_who_said_it_and_when(asked: Shop, words: str) -> None:
    told = say(asked, words)

    assert known(asked) == ("yes", None, None, "urgent")
    assert told[-1] == (
        "noted of Licences for Acme: budget yes (anna, 2026-11-23), authority not said, need not said,"
        " timeline urgent (anna, 2026-11-23)"
    )
    assert state(asked) == "Assigned"


def test_each_change_is_an_event_with_the_old_and_the_new(asked: Shop) -> None:
    say(asked, "budget unknown")
    say(asked, "budget no, timeline mid term")
    say(asked, "budget no")

    with asked.office.reading() as session:
        changes = [
            (e.payload["field"], e.payload["old"], e.payload["new"])
            for e in session.query(Event).filter_by(kind="lead.changed").order_by(Event.id)
        ]
    assert changes == [
        ("budget", None, "unknown"),
        ("budget", "unknown", "no"),
        ("timeline", None, "mid-term"),
    ]


@pytest.mark.parametrize("words", ["need yes, budget yes", "need yes, authority yes"])
def test_a_need_with_a_budget_or_the_say_is_a_deal_at_once(asked: Shop, words: str) -> None:
    """LD-7, LD-9: on the lead's own box, with its next action; the receipt says so and how to take it back."""
    [told] = say(asked, words)

    assert state(asked) == "Converted"
    assert "it is qualified: Licences for Acme is a deal of Acme now, stage Qualification, owner anna" in told
    assert "answer `undo`" in told
    with asked.office.reading() as session:
        deal = opportunity_of_box(session, 1)
        assert deal is not None
        assert open_next_action(session, deal.id) is not None
        assert (deal.lead_id, deal.box.kind, deal.box.organization.kind) == (1, "opportunity", "prospect")


@pytest.mark.parametrize("words", ["need yes", "budget yes, authority yes", "need no, budget yes"])
def test_less_than_that_is_no_deal(asked: Shop, words: str) -> None:
    say(asked, words)

    assert state(asked) == "Assigned"


def test_bit_by_bit_it_is_one_deal(asked: Shop) -> None:
    for words in ("need yes", "timeline urgent", "authority yes", "budget yes"):
        say(asked, words)

    assert (state(asked), known(asked)) == ("Converted", ("yes", "yes", "yes", "urgent"))
    with asked.office.reading() as session:
        assert session.query(Event).filter_by(kind="opportunity.created").count() == 1


def test_a_rep_s_own_word_makes_it_a_deal(asked: Shop) -> None:
    assert say(asked, "qualify") == [
        "Licences for Acme is a deal of Acme now, stage Qualification, owner anna"
    ]
    assert state(asked) == "Converted"
    assert "Converted is final" in say(asked, "qualify")[0]


@pytest.mark.parametrize("words", ["qualify", "need yes, budget yes", "recycle until 1 feb: no budget"])
def test_what_was_said_is_taken_back_by_undo(asked: Shop, words: str) -> None:
    """EM-4: the lead is what it was, and its first contact is to be done again."""
    say(asked, words)

    receipt = asked.anna("undo", answers=letters(asked.office, "receipt")[-1].message_id)

    assert [line["text"] for line in receipt["lines"]] == [f"undone: {words}"]
    assert (state(asked), asked.tasks(1)) == (
        "Assigned",
        [("first contact", "Answer bob: Licences for Acme")],
    )
    with asked.office.reading() as session:
        assert opportunity_of_box(session, 1) is None
        found = qualification_of(session, 1)
        assert found is None or (found.budget, found.need) == (None, None)


@pytest.mark.parametrize(
    ("words", "unclear"),
    [
        ("bant", "nothing is said"),
        ("bant budget maybe", "I do not understand 'budget maybe'"),
        ("bant budget yes, timeline 2027", "I do not understand 'timeline 2027'"),
        ("bant money yes", "I do not understand 'money yes'"),
    ],
)
def test_what_cannot_be_understood_changes_nothing_and_says_what_may_be_said(
    asked: Shop, words: str, unclear: str
) -> None:
    [told] = say(asked, words)

    assert told.startswith(unclear)
    assert "write such as: bant budget yes, timeline urgent" in told
    with asked.office.reading() as session:
        found = qualification_of(session, 1)
        assert found is None or found.budget is None


@pytest.mark.parametrize(
    "words",
    ["Budget yes, they think", "need to call them", "Need no answer", "timeline urgent as always", "budget"],
)
def test_a_sentence_that_begins_so_is_a_note(words: str) -> None:
    assert read_commands(words, BY_NAME).commands == ()


def test_the_notice_and_show_tell_it(asked: Shop) -> None:
    say(asked, "budget yes, timeline urgent")
    asked.customer("And by when?", subject="Re: Licences for Acme")

    worth = asked.notice().facts["worth"]
    assert worth[0] == (
        "BANT: budget yes (anna, 2026-11-23), authority not said, need not said,"
        " timeline urgent (anna, 2026-11-23)"
    )
    assert worth[1].startswith("score 1 of 5: engagement 1 (2 mails); unknown and left out: size")


def test_who_does_not_sell_may_not_say_it(asked: Shop) -> None:
    receipt = asked.user("fred", "budget yes, need yes", answers=asked.notices()[0].message_id)

    assert [line["text"] for line in receipt["lines"]] == ["finance may not say bant"]
    assert state(asked) == "Assigned"
