"""A rep lets a lead rest until a day, or lets it go, by one line of mail (LD-10); mail brings it back (LD-2)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from inboxcrm.crm.store import box_by_id, lead_of_box, open_tasks_of_box, tasks_of_box
from tests.build import ANNA, Mail, deliver
from tests.commands.shop import Shop


@pytest.fixture
def asked(shop: Shop) -> Shop:
    """A customer has asked; the lead is Anna's."""
    shop.customer("We need licences.")
    return shop


def say(shop: Shop, words: str) -> list[str]:
    receipt = shop.anna(words, answers=shop.notices()[0].message_id)
    return [str(line["text"]) for line in receipt["lines"]]


def state(shop: Shop) -> tuple[str, str | None, bool]:
    with shop.office.reading() as session:
        lead = lead_of_box(session, 1)
        assert lead is not None
        return lead.state, lead.reason, lead.box.is_open


def to_do(shop: Shop) -> list[tuple[str, str, datetime]]:
    with shop.office.reading() as session:
        return [(task.kind, task.owner, task.due_at) for task in open_tasks_of_box(session, 1)]


def test_a_lead_rests_until_a_day_and_its_owner_is_to_write_again_then(asked: Shop) -> None:
    [told] = say(asked, "recycle until 1 feb: no budget this year")

    assert state(asked) == ("Recycled", "no budget this year", False)
    assert to_do(asked) == [("re-contact", "anna", datetime(2027, 2, 1, 7, 0, tzinfo=UTC))]
    assert told == (
        "Licences for Acme rests until Monday 1 February 2027; anna is to write again then."
        " A mail of theirs brings it back before"
    )


def test_a_reason_with_commas_and_numbers_stays_whole(asked: Shop) -> None:
    say(asked, "recycle 3 months: they moved house, 3 offices now")

    assert state(asked)[:2] == ("Recycled", "they moved house, 3 offices now")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (
            "recycle",
            "say until when the lead rests: no date is said; write such as: recycle until 1 feb: no budget",
        ),
        ("recycle: no budget", "say until when the lead rests: 'no budget' is no date"),
        ("recycle until soon: no budget", "say until when the lead rests: 'soon' is no date"),
        ("recycle until 2026-11-01: no budget", "'until 2026-11-01' is not ahead of us"),
        ("dead", "say why, such as: dead: they bought elsewhere"),
        ("dead:", "say why, such as: dead: they bought elsewhere"),
    ],
)
def test_without_a_day_or_a_reason_the_receipt_says_the_right_form(
    asked: Shop, words: str, answer: str
) -> None:
    before = state(asked), to_do(asked)

    assert say(asked, words)[0].startswith(answer)
    assert (state(asked), to_do(asked)) == before


def test_a_lead_that_rests_already_is_put_off_by_snooze(asked: Shop) -> None:
    say(asked, "recycle until 1 feb")

    assert say(asked, "recycle until 1 mar") == [
        "Licences for Acme rests already; `snooze until 1 mar` puts off when you write again"
    ]
    say(asked, "snooze until 1 mar")
    assert to_do(asked) == [("re-contact", "anna", datetime(2027, 3, 1, 7, 0, tzinfo=UTC))]


@pytest.mark.parametrize("first", ["", "recycle until 1 feb\n"])
def test_a_dead_lead_has_its_reason_and_no_tasks(asked: Shop, first: str) -> None:
    """LD-10, LD-1: also one that rests, which is In Process first, one event each."""
    say(asked, f"{first}dead: they bought elsewhere, 3 weeks ago")

    assert state(asked) == ("Dead", "they bought elsewhere, 3 weeks ago", False)
    assert to_do(asked) == []
    with asked.office.reading() as session:
        assert {task.state for task in tasks_of_box(session, 1)} == {"dropped"}


def test_a_dead_lead_is_dead_for_good_and_says_so(asked: Shop) -> None:
    say(asked, "dead: they bought elsewhere")

    assert "is final" in say(asked, "recycle until 1 feb")[0]
    assert "is final" in say(asked, "qualify")[0]
    assert state(asked)[:2] == ("Dead", "they bought elsewhere")


def test_sentences_and_greetings_that_begin_so_are_notes(asked: Shop) -> None:
    before = state(asked)

    receipt = asked.anna("Dear all,\ndead in the water, I think", answers=asked.notices()[0].message_id)

    assert (receipt["lines"], state(asked)) == ([], before)
    assert "Did you mean" not in str(receipt["note"])


def test_nobody_lets_a_lead_go_in_her_name(asked: Shop) -> None:
    """V10: a mail that nothing proves to be hers does nothing."""
    before = state(asked)
    for words in ("dead: gone", "recycle until 1 feb: no budget", "qualify", "budget yes, need yes"):
        deliver(asked.office, Mail(words, ANNA, answers=asked.notices()[0].message_id, proof=None))
    asked.react()

    assert state(asked) == before


def test_a_mail_of_theirs_brings_it_back_and_its_owner_is_told(asked: Shop) -> None:
    """LD-2: a first contact instead of the re-contact; the answer finishes it."""
    say(asked, "recycle until 1 feb: no budget this year")
    asked.clock.move(days=1)

    mail = asked.customer("The budget is there after all.", subject="Budget", message_id="again@acme.example")

    assert (state(asked)[0], state(asked)[2], mail.box_id) == ("In Process", True, 1)
    assert [(kind, owner) for kind, owner, _ in to_do(asked)] == [("first contact", "anna")]
    assert asked.notice().facts["text"] == "mail of bob@acme.example"
    with asked.office.reading() as session:
        assert box_by_id(session, 1).is_open
