"""A rep's `overloaded` goes to whoever leads him, numbered, so that it can be given away (EM-6)."""

from __future__ import annotations

from inboxcrm.outbox.render import render_body
from tests.build import letters
from tests.commands.shop import Shop
from tests.commands.test_digest_replies import a_deal, line_about


def test_overloaded_tells_the_manager_what_is_open_and_he_gives_a_line_away(shop: Shop) -> None:
    box_id = a_deal(shop)

    [line] = shop.anna("overloaded: two of us are ill")["lines"]

    assert line["text"] == "Maria is told, with what you have to do"
    [letter] = letters(shop.office, "overloaded")
    assert letter.user == "maria"
    assert letter.subject.startswith("Anna is overloaded: 1 thing to do until tomorrow")
    text, html = render_body("digest", letter.facts)
    assert "two of us are ill" in text
    assert "two of us are ill" in (html or "")

    [given] = shop.user(
        "maria", f"{line_about(shop, letter, box_id)} assign carl", answers=letter.message_id
    )["lines"]
    assert given["is_done"], given


def test_the_words_of_a_sentence_are_no_command(shop: Shop) -> None:
    a_deal(shop)

    shop.anna("overloaded with work here, as always")

    assert letters(shop.office, "overloaded") == []


def test_nobody_leads_the_director(shop: Shop) -> None:
    [line] = shop.user("maria", "overloaded")["lines"]

    assert (line["is_done"], "nobody leads you" in line["text"]) == (False, True)
