"""Durations are written as people say them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inboxcrm.rules.duration import BadDuration, parse_duration


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7 days", timedelta(days=7)),
        ("1 day", timedelta(days=1)),
        ("90 Minutes", timedelta(minutes=90)),
        (" 2  weeks ", timedelta(weeks=2)),
        ("24 hours", timedelta(hours=24)),
    ],
)
def test_a_number_and_a_unit_are_a_duration(text: str, expected: timedelta) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("7", "write a number and a unit"),
        ("7 dyas", "did you mean 'days'"),
        ("3 moons", "the units are"),
        ("0 days", "more than nothing"),
        ("-1 days", "write a number and a unit"),
        ("99999999 weeks", "a hundred years"),
    ],
)
def test_what_is_no_duration_is_told_with_what_to_write(text: str, said: str) -> None:
    with pytest.raises(BadDuration, match=said):
        parse_duration(text)
