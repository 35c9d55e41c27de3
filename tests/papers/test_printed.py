"""Values look on paper as people read them."""

from __future__ import annotations

import pytest

from inboxcrm.papers.printed import (
    decimal_places,
    grouped_amount,
    grouped_iban,
    harmless_text,
    one_line,
    shortened_number,
    spelled_day,
)

LATIN = frozenset(range(0x20, 0x250))


@pytest.mark.parametrize(
    ("amount", "printed"),
    [
        ("1185.80", "1,185.80"),
        ("0.00", "0.00"),
        ("-50.00", "−50.00"),
        ("1234567", "1,234,567"),
        ("999999999999.999", "999,999,999,999.999"),
    ],
)
def test_amounts_are_grouped(amount, printed):
    assert grouped_amount(amount) == printed


@pytest.mark.parametrize(
    ("number", "decimals", "printed"),
    [
        ("49.0000", 2, "49.00"),
        ("12.3450", 2, "12.345"),
        ("4900.0000", 0, "4,900"),
        ("20", 0, "20"),
        ("12.50", 0, "12.5"),
        ("7", 2, "7.00"),
        ("-1.0", 0, "−1"),
    ],
)
def test_needless_zeros_are_left_out(number, decimals, printed):
    assert shortened_number(number, decimals) == printed


def test_places_follow_the_currency():
    assert [decimal_places(amount) for amount in ("980", "980.00", "980.000")] == [0, 2, 3]


def test_days_are_spelled():
    assert spelled_day("2026-03-04") == "4 March 2026"


def test_bank_numbers_are_in_groups_of_four():
    assert grouped_iban("nl91 abna0417164300") == "NL91 ABNA 0417 1643 00"


def test_text_loses_what_is_not_to_be_seen_and_keeps_its_lines():
    assert harmless_text("a\r\nb\rc\u2029d\x1b[0m\u202e\u2067e\u00ad\ue000\udfff ", LATIN) == "a\nb\nc\nd[0me"
    assert harmless_text("☎\ufe0f", LATIN) == "\ufffd"
    assert harmless_text("e\u0301", LATIN) == "é"
    assert one_line(" a \n\t b\u00a0\u3000c ", LATIN) == "a b c"
