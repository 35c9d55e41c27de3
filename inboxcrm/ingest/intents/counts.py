"""Counts of licences and numbers of orders, read out of a mail's words."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NUMBER = r"(?=[a-z0-9./-]{0,24}[0-9])[a-z0-9](?:[a-z0-9./-]{0,22}[a-z0-9])?"
_ORDER_NUMBER = re.compile(
    r"(?<!\w)(?:po|p\.o\.|purchase order|requisition|reference|ref|call-off|order|ordernummer|bestelnummer|bestelbon|"
    r"bestelling|inkooporder|inkoopnummer|verplichtingennummer|bestellnummer|bestell-nr\.?|bestellung|bestellzeichen|"
    r"auftragsnr\.?|auftragsnummer|auftrag|bestilling|bestillingsnummer|innkjøpsordre|ordre|ordrenummer|rekvisisjon|"
    r"rekvisisjonsnummer|merkes)"
    r"(?: ?(?:number|no|nr|num|nummer)\b\.?)?[^.!?\n\d]{0,40}?[ #:_-]{0,3}"
    rf"(?<![a-z0-9])({_NUMBER})(?![a-z0-9])"
)


def count_in(number: str, numbers: Mapping[str, int]) -> str:
    """Give a count in figures, whether it stood in figures or in words; empty if it is none."""
    if number.isdigit():
        return str(int(number))
    return str(numbers[number]) if number in numbers else ""


def order_number_in(sentence: str) -> str:
    """Give the number of an order in a sentence in lower case, upper-cased; empty if there is none."""
    match = _ORDER_NUMBER.search(sentence)
    return match[1].upper() if match else ""
