"""Amounts of commands, also in thousands and millions; what can mean two things is refused (EM-4, V9)."""

from __future__ import annotations

import pytest

from inboxcrm.base.errors import Refused
from inboxcrm.commands.amounts import read_money


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("12k", "EUR 12,000.00"), ("12K eur", "EUR 12,000.00"), ("€12k", "EUR 12,000.00"),
        ("12,5k", "EUR 12,500.00"), ("12.5k", "EUR 12,500.00"), ("12.25 k", "EUR 12,250.00"),
        ("1.5m", "EUR 1,500,000.00"), ("USD 2m", "USD 2,000,000.00"), ("1,25m usd", "USD 1,250,000.00"),
        ("12k jpy", "JPY 12,000"), ("0.5k", "EUR 500.00"), ("12,500", "EUR 12,500.00"),
        ("12.500,50", "EUR 12,500.50"), ("980", "EUR 980.00"),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(words: str, amount: str) -> None:
    assert str(read_money(words, "EUR")) == amount


@pytest.mark.parametrize(
    "words", ["12.500k", "12,500k", "1.5.5k", "12 500k", "1,2 345k", "10k-12k", "10 to 12k", "1k 500", ".5.k"]
)
def test_what_can_mean_two_things_is_refused_with_what_would_be_right(words: str) -> None:
    with pytest.raises(Refused, match=r"write such as: amount 12\.?,?5"):
        read_money(words, "EUR")


@pytest.mark.parametrize("words", ["", "k", "-12k", "12kk", "12km", "12k5", "a lot", "1e9", "99999999999m"])
def test_what_is_no_amount_is_refused(words: str) -> None:
    with pytest.raises(Refused, match="write such as"):
        read_money(words, "EUR")


def test_twelve_and_a_half_thousand_or_twelve_thousand_five_hundred_thousand_is_asked() -> None:
    with pytest.raises(Refused, match="can mean two things, as before k"):
        read_money("12.500k", "EUR")


def test_a_long_row_of_digits_is_read_at_once() -> None:
    """Linear time: 200 kB of what could make a pattern stall."""
    with pytest.raises(Refused):
        read_money("1," * 100_000 + "k", "EUR")
