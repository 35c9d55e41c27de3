"""Amounts as people and programs write them: EUR 1.234,56 · 1,234.56 · 49 €. What can mean two things is not read."""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER = re.compile(r"-?\d(?:[\d.,'\s\xa0\u202f]{0,25}\d)?")
_CODE = re.compile(r"\b[A-Z]{3}\b")
# Signs of one currency alone; $ and kr are those of many.
_SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR", "zł": "PLN", "₩": "KRW"}


def read_amount(words: str) -> Decimal | None:
    """Give the one amount in some words; None if there is none, or several, or one that can mean two things."""
    found = _NUMBER.findall(words[:200])
    if len(found) != 1:
        return None
    number = re.sub(r"[\s\xa0\u202f']", "", found[0])
    separators = [c for c in number if c in ".,"]
    if not separators:
        return Decimal(number)
    decimal = _decimal_mark(number, separators)
    if decimal is None:
        return None
    whole, _, rest = number.rpartition(decimal) if decimal else (number, "", "")
    thousands = "," if decimal == "." else "."
    groups = whole.lstrip("-").split(thousands) if decimal else re.split(r"[.,]", whole.lstrip("-"))
    if any(not group.isdecimal() for group in groups) or any(len(group) != 3 for group in groups[1:]):
        return None
    sign = "-" if number.startswith("-") else ""
    return Decimal(f"{sign}{''.join(groups)}{'.' + rest if rest else ''}")


def _decimal_mark(number: str, separators: list[str]) -> str | None:
    """Which character is the decimal mark, "" if none is; None where 1.234 can be a thousand or one."""
    last = separators[-1]
    behind = len(number) - number.rindex(last) - 1
    if len(set(separators)) == 2:
        return last if separators.count(last) == 1 else None
    if len(separators) > 1:
        return ""  # 1.234.567
    return None if behind == 3 and not number.lstrip("-").startswith("0") else last


def read_currency(words: str) -> str:
    """Give the currency code in some words, "" if they name none or more than one."""
    codes = set(_CODE.findall(words[:200].upper())) | {
        code for sign, code in _SIGNS.items() if sign in words[:200]
    }
    return codes.pop() if len(codes) == 1 else ""
