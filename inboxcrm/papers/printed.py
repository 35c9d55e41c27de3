"""How values look on paper: amounts, prices, days, bank numbers, and foreign text made harmless (V13).

Pure functions of plain values. Only decimal strings come in; nothing is rounded.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container
from datetime import date

REPLACEMENT = "\ufffd"
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def grouped_amount(amount: str) -> str:
    """1185.80 as 1,185.80, and -5 with a true minus sign."""
    whole, point, cents = amount.lstrip("-").partition(".")
    groups = f"{int(whole):,}"
    return ("−" if amount.startswith("-") else "") + groups + point + cents


def shortened_number(number: str, decimals: int = 0) -> str:
    """The number grouped, without needless zeros behind the first `decimals` places: 49.0000 as 49.00, 1.50 as 1.5."""
    whole, _, places = number.partition(".")
    places = places[:decimals].ljust(decimals, "0") + places[decimals:].rstrip("0")
    return grouped_amount(f"{whole}.{places}" if places else whole)


def decimal_places(amount: str) -> int:
    """How many places the amount is written with: EUR 2, JPY 0, KWD 3."""
    return len(amount.partition(".")[2])


def spelled_day(day: str) -> str:
    """2026-12-22 as 22 December 2026, which nobody reads as another day. `day` is an ISO date."""
    on = date.fromisoformat(day)
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def grouped_iban(iban: str) -> str:
    """The bank number in groups of four, as ISO 13616 prints it."""
    compact = "".join(iban.split()).upper()
    return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))


def harmless_text(text: str, covered: Container[int]) -> str:
    """The text in NFC without control, bidi, invisible, private and surrogate characters; lines stay lines.

    A character without a glyph (`covered` holds the code points that have one) becomes U+FFFD.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    clean = unicodedata.normalize("NFC", "".join(_kept(character) for character in lines))
    return "".join(c if c == "\n" or ord(c) in covered else REPLACEMENT for c in clean).strip()


def one_line(text: str, covered: Container[int]) -> str:
    """Harmless text with each run of white space as one space."""
    return " ".join(harmless_text(text, covered).split())


def _kept(character: str) -> str:
    if character == "\n":
        return character
    if character == "\t" or unicodedata.category(character) == "Zs":
        return " "
    is_variation_selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return "" if is_variation_selector or unicodedata.category(character).startswith("C") else character
