"""Commands are the lines above the first line that is none; several in one line carry numbers (EM-4)."""

from __future__ import annotations

import pytest

from inboxcrm.commands.grammar import LONGEST_LINE, MOST_LINES, read_commands
from inboxcrm.commands.table import BY_NAME

WORDS = (*BY_NAME, "lost", "assign")


def read(text: str) -> tuple[list[tuple[int | None, str, str]], str]:
    reading = read_commands(text, WORDS)
    return [(line.number, line.word, line.rest) for line in reading.commands], reading.free_text


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("done", [(None, "done", "")]),
        ("Done.", [(None, "done", "")]),
        ("3 done, 4 snooze fri, 5 lost price, 7 assign anna",
         [(3, "done", ""), (4, "snooze", "fri"), (5, "lost", "price"), (7, "assign", "anna")]),
        ("3. done\n4) snooze 3 days\n5: done", [(3, "done", ""), (4, "snooze", "3 days"), (5, "done", "")]),
        ("- 3 done\n* snooze fri\n• done", [(3, "done", ""), (None, "snooze", "fri"), (None, "done", "")]),
        ("\n\n  quote 20 x standard  \n", [(None, "quote", "20 x standard")]),
        ("quote 20 x standard, 2 x training", [(None, "quote", "20 x standard, 2 x training")]),
        ("3 quote 20 x standard, 2 x training, 4 done",
         [(3, "quote", "20 x standard, 2 x training"), (4, "done", "")]),
        ("invoice to Acme B.V., 12 High Street, London, GB",
         [(None, "invoice", "to Acme B.V., 12 High Street, London, GB")]),
    ],
)  # fmt: skip
def test_what_is_read_as_commands(text: str, commands) -> None:
    assert read(text) == (commands, "")


@pytest.mark.parametrize(
    ("text", "commands", "free"),
    [
        ("done\nThanks, see you.\ndone", ["done"], "Thanks, see you.\ndone"),
        ("done\n\nquote 20 x standard", ["done"], "quote 20 x standard"),
        ("Hello\nquote 20 x standard", [], "Hello\nquote 20 x standard"),
        ("> quote 20 x standard", [], "> quote 20 x standard"),
        ("3 done, 4 snozze fri", [], "3 done, 4 snozze fri"),
        ("Yes, but only in May", [], "Yes, but only in May"),
        ("-- \nAnna", [], "-- \nAnna"),
        ("", [], ""),
    ],
)
def test_below_the_first_other_line_everything_is_free_text(text: str, commands, free: str) -> None:
    found, rest = read(text)

    assert ([word for _, word, _ in found], rest) == (commands, free)


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("qoute 20 x standard", "quote"), ("3 snozze fri", "snooze"), ("Deliverd", "delivered"),
     ("Dear all", ""), ("", ""), ("???", "")],
)  # fmt: skip
def test_a_misspelt_word_is_known_by_its_nearest(text: str, nearest: str) -> None:
    assert read_commands(text, WORDS).nearest == nearest


def test_a_line_that_is_too_long_is_never_carried_out_by_half() -> None:
    line = "quote " + ", ".join(["2 x standard"] * 60)
    assert len(line) > LONGEST_LINE

    assert read(line) == ([], line)


def test_lines_beyond_the_most_are_kept_as_free_text() -> None:
    commands, free = read("done\n" * MOST_LINES + "stop\nhello")

    assert (len(commands), free) == (MOST_LINES, "stop\nhello")


def test_a_hostile_line_is_read_at_once() -> None:
    """Linear time: 200 kB of what could make a pattern stall."""
    assert read("1 " * 100_000)[0] == []
