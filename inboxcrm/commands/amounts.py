"""Amounts in commands: `12,500 eur`, `EUR 12.500,00`, `980`."""

from __future__ import annotations

import re

from inboxcrm.base.errors import Refused
from inboxcrm.base.money import Money, minor_digits
from inboxcrm.mail.amounts import read_amount, read_currency

LARGEST_MINOR = 10**15
_CUT = re.compile(r"(?<=\d),[ \t](?=\d{3}(?!\d))")
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3})[.,](\d{3})(?![\d.,])")
_REST = re.compile(r"[\d.,'\s\u00a0\u202f€£₹₩-]|zł|\b[A-Za-z]{3}\b")


class AmountUnclear(Refused):
    """Words that name no amount, or can mean two."""

    def __init__(self, words: str, currency: str) -> None:
        said = f"{words!r} is no amount that I can read" if words else "no amount is said"
        super().__init__(f"{said}; write such as: amount 12,500 {currency.lower()}")


def read_money(words: str, currency: str) -> Money:
    """Give the amount that words name, in a currency if they name none; three digits behind one mark are thousands.

    Raises AmountUnclear: nothing is guessed and nothing is rounded (V9).
    """
    said = _CUT.sub(",", words.strip())
    named = read_currency(said.upper()) or currency
    if _REST.sub("", said) or (re.search(r"[A-Za-z]", said) and not read_currency(said.upper())):
        raise AmountUnclear(words, currency)
    digits = said if minor_digits(named) > 2 else _THOUSANDS.sub(r"\1\2", said)
    amount = read_amount(digits)
    if amount is None or amount < 0:
        raise AmountUnclear(words, currency)
    money = Money.of(amount, named)
    if money.amount != amount or money.minor > LARGEST_MINOR:
        raise AmountUnclear(words, currency)
    return money
