"""Reads a postal address written in one line: `Acme B.V., Damrak 1, 1012 LG Amsterdam, NL`."""

from __future__ import annotations

import re

from inboxcrm.base.countries import country_code
from inboxcrm.base.errors import Refused

LABELLED = re.compile(
    r"^[ \t]{0,20}(?:our )?(?:invoice address|billing address|bill to|invoice to)[ \t]{0,5}:[ \t]{0,5}(.{1,400})$",
    re.IGNORECASE | re.MULTILINE,
)
EXAMPLE = "invoice to Acme B.V., Damrak 1, 1012 LG Amsterdam, NL"


def read_address(text: str) -> tuple[list[str], str]:
    """Give the lines of an address, name first, and its country code; raises Refused with an example."""
    parts = [part.strip() for part in text.strip(" .").split(",") if part.strip()]
    country = country_code(parts[-1]) if parts else ""
    if len(parts) < 3 or not country:
        raise Refused(f"that is no whole address with a country; write such as: {EXAMPLE}")
    return parts[:-1], country


def find_invoice_address(own_words: str) -> tuple[list[str], str] | None:
    """Give the invoice address that a customer names in a line of his own words, if it is a whole one."""
    match = LABELLED.search(own_words)
    if match is None:
        return None
    try:
        return read_address(match[1])
    except Refused:
        return None
