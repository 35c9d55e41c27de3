"""Amounts in commands: `12,500 eur`, `EUR 12.500,00`, `980`, `12k`, `12,5k`, `1.5m`."""

from __future__ import annotations

import re
from decimal import Decimal

from inboxcrm.base.errors import Refused
from inboxcrm.base.money import Money, minor_digits
from inboxcrm.mail.amounts import read_amount, read_currency

LARGEST_MINOR = 10**15
SHORT = {"k": 1_000, "m": 1_000_000}
_CUT = re.compile(r"(?<=\d),[ \t](?=\d{3}(?!\d))")
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3})[.,](\d{3})(?![\d.,])")
_REST = re.compile(r"[\d.,'\s\u00a0\u202f€£₹₩-]|zł|\b[A-Za-z]{3}\b")
_SHORT = re.compile(r"(?P<number>\d[\d.,]{0,20})[ \t]?(?P<unit>[km])(?![^\W_])", re.IGNORECASE)
_PLAIN = re.compile(r"\d{1,9}(?:[.,]\d{1,2})?")


class AmountUnclear(Refused):
    """Words that name no amount, or can mean two."""

    def __init__(self, words: str, currency: str) -> None:
        said = f"{words!r} is no amount that I can read" if words else "no amount is said"
        super().__init__(f"{said}; write such as: amount 12,500 {currency.lower()}, or amount 12.5k")


class ShortUnclear(Refused):
    """`12.500k`: is it twelve and a half thousand, or as many thousands as that?"""

    def __init__(self, words: str, currency: str) -> None:
        super().__init__(
            f"{words!r} can mean two things, as before k (thousand) and m (million) stand at most two digits behind a"
            f" point or comma; write such as: amount 12.5k, or amount 12,500 {currency.lower()}"
        )


def read_money(words: str, currency: str) -> Money:
    """Give the amount that words name, in a currency if they name none; three digits behind one mark are thousands.

    Raises AmountUnclear or ShortUnclear: nothing is guessed and nothing is rounded (V9).
    """
    said, factor = _without_short(_CUT.sub(",", words.strip()), words, currency)
    named = read_currency(said.upper()) or currency
    if _REST.sub("", said) or (re.search(r"[A-Za-z]", said) and not read_currency(said.upper())):
        raise AmountUnclear(words, currency)
    digits = said if minor_digits(named) > 2 or factor > 1 else _THOUSANDS.sub(r"\1\2", said)
    amount = read_amount(digits)
    if amount is None or amount < 0:
        raise AmountUnclear(words, currency)
    amount *= factor
    money = Money.of(amount, named)
    if money.amount != amount or money.minor > LARGEST_MINOR:
        raise AmountUnclear(words, currency)
    return money


def _without_short(said: str, words: str, currency: str) -> tuple[str, Decimal]:
    """Part `k` or `m` from its number; give the words without it, and by what the number is multiplied."""
    match = _SHORT.search(said)
    if match is None:
        return said, Decimal(1)
    rest = said[: match.start()] + said[match.end() :]
    if _PLAIN.fullmatch(match["number"]) is None or re.search(r"\d", rest):
        raise ShortUnclear(words, currency)
    return f"{said[: match.end('number')]} {said[match.end() :]}", Decimal(SHORT[match["unit"].lower()])
