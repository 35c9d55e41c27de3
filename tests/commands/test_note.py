"""`note:`, `task:`, `drop` and `move`, words in short, and words that are still to come (EM-4)."""

from __future__ import annotations

import pytest

from inboxcrm.ingest.store import message_by_id
from inboxcrm.outbox.render import render_body
from tests.commands.shop import Shop


def asked(shop: Shop) -> tuple[int, str]:
    """A customer has asked; give the box and the notice of it."""
    message = shop.customer("We need licences.")
    return message.box_id or 0, shop.notice().message_id


def test_a_note_is_kept_on_the_deal_over_its_lines(shop: Shop) -> None:
    _, notice = asked(shop)
    [line] = shop.anna("note: they decide in March,\nafter the fair.", answers=notice)["lines"]

    assert (line["is_done"], line["text"]) == (True, "noted on Licences for Acme")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("task: call them fri", "to do on Licences for Acme, Anna, Friday 27 November: call them"),
        ("task: call them tomorrow 14:00", "to do on Licences for Acme, Anna, Tuesday 24 November: call them"),
        ("task: send it 3/12, for carl", "to do on Licences for Acme, Carl, Thursday 3 December: send it"),
        ("task: ask for the signature", "to do on Licences for Acme, Anna, Tuesday 24 November: ask for the signature"),
    ],
)  # fmt: skip
def test_a_task_has_its_words_its_day_and_its_owner(shop: Shop, words: str, told: str) -> None:
    box_id, notice = asked(shop)
    [line] = shop.anna(words, answers=notice)["lines"]

    assert line["text"] == told
    assert ("errand", told.rpartition(": ")[2]) in shop.tasks(box_id)


def test_a_task_of_a_deal_is_a_follow_up(shop: Shop) -> None:
    """OP-5, LD-11."""
    shop.quoted()
    shop.anna("task: call them fri", answers=shop.notice().message_id)
    [quote] = shop.documents("quote")

    assert ("follow-up", "call them") in shop.tasks(quote.box_id)


def test_a_next_action_is_dropped_with_its_reason_only_and_the_next_one_is_made(shop: Shop) -> None:
    """OP-4."""
    shop.quoted()
    notice = shop.notice().message_id
    [refused] = shop.anna("drop", answers=notice)["lines"]
    [line] = shop.anna("drop: they do it themselves", answers=notice)["lines"]

    assert not refused["is_done"]
    assert "say why" in refused["text"]
    assert line["text"].startswith("dropped: ")
    [quote] = shop.documents("quote")
    assert [kind for kind, _ in shop.tasks(quote.box_id)].count("next action") == 1


def test_a_mail_is_moved_by_the_number_or_the_name_of_a_deal(shop: Shop) -> None:
    first = shop.customer("We need licences.", message_id="1@acme.example")
    other = shop.customer("Dune too.", sender="dirk@dune.example", subject="Dune")
    shop.anna(f"move {other.box_id}", answers="1@acme.example")
    with shop.office.reading() as session:
        assert message_by_id(session, first.id).box_id == other.box_id


@pytest.mark.parametrize(
    ("words", "is_done"), [("d", True), ("s fri", True), ("s 2 weeks", True), ("h", True)]
)
def test_one_letter_stands_for_a_word(shop: Shop, words: str, is_done: bool) -> None:
    _, notice = asked(shop)

    assert shop.anna(words, answers=notice)["lines"][0]["is_done"] is is_done


@pytest.mark.parametrize("words", ["D Smith called me.", "S is the size that they want, I think.", "N or Y?"])
def test_a_letter_in_a_sentence_is_no_command(shop: Shop, words: str) -> None:
    _, notice = asked(shop)

    assert shop.anna(words, answers=notice)["lines"] == []


def test_a_word_whose_mechanism_is_to_come_is_no_unknown_word(shop: Shop) -> None:
    _, notice = asked(shop)
    receipt = shop.anna("credit 2", answers=notice)

    assert receipt["lines"] == []
    assert "`credit` is not there yet" in str(receipt["note"])


def test_help_tells_one_word_a_line_and_only_those_of_the_asker(shop: Shop) -> None:
    """MG-6."""
    _, notice = asked(shop)
    [line] = shop.anna("help", answers=notice)["lines"]

    assert any(one.startswith("snooze 3 days: ") for one in line["more"])
    assert not any(one.startswith("paid") for one in line["more"])


def test_a_receipt_of_done_and_refused_lines_can_be_read(shop: Shop) -> None:
    """As it is sent: what was done, how it is undone, the lines of help, and what was not done."""
    _, notice = asked(shop)
    receipt = shop.anna("snooze 2 weeks\nhelp\nquote 1 x foo", answers=notice)
    text, html = render_body("receipt", receipt)

    assert "To undo it, answer: undo 1" in text
    assert "    done: finish the task\n" in text
    assert "Not done: " in text
    assert "To undo it, answer: undo 1" in (html or "")
