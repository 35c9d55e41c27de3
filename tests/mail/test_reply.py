"""A reply's text is split into new words, quotes, signature and disclaimer; nothing of it is lost."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inboxcrm.mail.html_text import html_text
from inboxcrm.mail.reply import MOST_SEGMENTS, Segment, new_words, split_reply, words_in

LINES = st.sampled_from(
    [
        "",
        " ",
        "Yes, 20 seats.",
        "> old",
        "-- ",
        "Regards,",
        "Bob Brouwer",
        "Tel. +31 20 1234567",
        "On 6 Jan 2025, at 10:02, Bob wrote:",
        "From: Bob <bob@theirs.test>",
        "Sent: Monday, January 6, 2025",
        "Subject: Seats",
        "________________",
        "Sent from my iPhone",
        "-----Original Message-----",
        "confidential, intended recipient, delete it, notify the sender, by mistake, prohibited",
        "\r",
        "\u2028",
        "\x0b",
        "<",
        "wrote:",
    ]
)


@given(st.lists(LINES).map("\n".join) | st.text())
@example("")
@example("\n")
@example("\r\n\r\n> a\r\n")
def test_the_segments_cover_the_text_once_in_order(text: str) -> None:
    segments = split_reply(text)
    assert "".join(text[one.start : one.end] for one in segments) == text
    assert all(one.end > one.start for one in segments)
    assert all(one.kind != after.kind for one, after in pairwise(segments))
    assert new_words(text) == words_in(text, segments)


@given(st.lists(LINES).map("\n".join), st.lists(LINES).map("\n".join))
def test_a_parents_text_only_ever_takes_words_away(text: str, parent: str) -> None:
    """It can show that words are repeated, never that quoted words are new."""
    assert set(new_words(text, parent).split()) <= set(new_words(text).split()) | {""}


def test_each_piece_has_its_place_and_kind() -> None:
    text = "Yes.\n\nBob\n\nOn 6 Jan 2025, at 10:02, Anna wrote:\n> 20 seats?\n-- \nBob\n"
    assert split_reply(text) == (
        Segment(0, 11, "new"),
        Segment(11, 48, "quote-header"),
        Segment(48, 60, "quote"),
        Segment(60, 68, "signature"),
    )


def test_line_ends_of_either_kind_give_the_same_words() -> None:
    text = "Yes. \n\n20 seats.\n\nOn 6 Jan 2025, at 10:02, Anna wrote:\n\n> old\n\n-- \nBob\n"
    assert new_words(text.replace("\n", "\r\n")) == new_words(text) == "Yes.\n\n20 seats."


def test_words_in_the_middle_of_quotes_keep_their_order_and_shape() -> None:
    text = "> price?\n\n    - 100\n    - 120\n\n> when?\n\nFriday\n"
    assert new_words(text) == "    - 100\n    - 120\n\nFriday"


PARENT = "Dear Bob,\n\nwe can offer twenty seats of the standard edition for a year, support included.\n\nyes\n\nAnna"


def test_words_of_the_parent_are_quoted_though_nothing_marks_them() -> None:
    text = "yes\n\nwe can offer twenty seats of the\nstandard edition for a year, support\nincluded.\n\nFine with us.\n"
    assert new_words(text, PARENT) == "yes\n\n\nFine with us."
    assert "twenty seats" in new_words(text)


def test_a_short_answer_is_new_though_the_parent_has_the_same_words() -> None:
    assert new_words("yes\n\nAnna", PARENT) == "yes\n\nAnna"
    changed = "we can take twenty seats of the premium edition for two years, without support."
    assert new_words(changed, PARENT) == changed


@pytest.mark.parametrize(
    "source",
    [
        "<p>Yes.</p><div class='gmail_quote'>On Mon, Jan 6, 2025 at 10:02 AM Anna &lt;<a href='mailto:a@b.test'>"
        "a@b.test</a>&gt; wrote:<br><blockquote>lost price</blockquote></div>",
        "<p>Yes.</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p><b>From:</b> Anna<br><b>Sent:</b> "
        "Monday, January 6, 2025<br><b>To:</b> Bob<br><b>Subject:</b> Seats</p></div></div><p>lost price</p>",
        "<p>Yes.</p><hr><div id='divRplyFwdMsg'><b>Von:</b> Anna<br><b>Gesendet:</b> Montag, 6. Januar 2025<br>"
        "<b>An:</b> Bob<br><b>Betreff:</b> Plätze</div><div>lost price</div>",
        "<p>Yes.</p><blockquote type='cite'><div>Le 6 janv. 2025 à 10:02, Anna &lt;a@b.test&gt; a écrit :</div>"
        "<div>lost price</div></blockquote>",
        "<p>Yes.</p><div class='moz-cite-prefix'>Am 06.01.25 um 10:02 schrieb Anna:<br></div><blockquote type='cite'>"
        "lost price</blockquote>",
    ],
    ids=["gmail", "outlook", "outlook.com", "apple mail", "thunderbird"],
)
def test_a_reply_in_html_is_split_as_its_text(source: str) -> None:
    assert new_words(html_text(source)) == "Yes."


def test_no_more_than_two_thousand_segments_are_told() -> None:
    """A row of the database is for people's mails; beyond it nothing counts as new."""
    segments = split_reply("> a\n\nb\n\n" * 5000)
    assert len(segments) == MOST_SEGMENTS
    assert segments[-1].kind == "quote"
    assert segments[-1].end == 8 * 5000


HOSTILE = {
    "attributions": "On 6 Jan 2025 at 10:02 Anna\n",
    "one attribution": "On 6 Jan 2025 ",
    "wrote": "Anna wrote:\n",
    "addresses": "Anna <a@b.test>\n",
    "one address": "<a@b 10:10",
    "open brackets": "Anna Berg <\n",
    "headers": "From:\nTo:\n",
    "senders": "From: a@b.test\n",
    "rules": "____________\n",
    "dashes": "- ",
    "originals": "-----Original ",
    "quotes": "> a\nb\n",
    "signatures": "-- \n",
    "telephones": "Sent from my iPhone\n",
    "closings": "Regards,\nBob Smith\nTel. +31 20 1234567\n",
    "cards": "Bob Smith\n+31 20 12 34 56\n\n",
    "digits": "+31 20 12 34 56 ",
    "disclaimers": "This is confidential, the intended recipient may delete it by mistake. " * 2 + "\n\n",
    "lists": "____\nmailing list\n",
    "empty lines": "\n",
    "spaces": " \xa0",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_a_megabyte_of_anything_takes_time_in_proportion(unit: str) -> None:
    """Eight times the text takes about eight times as long; the square of it would be 64."""
    small, large = (unit * (size // len(unit)) for size in (125_000, 1_000_000))
    assert _seconds(large) / _seconds(small) < 24


def _seconds(text: str) -> float:
    begun = time.process_time()
    split_reply(text)
    return max(time.process_time() - begun, 0.005)
