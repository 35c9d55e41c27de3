"""To whom a copy was delivered, as servers note it in its headers: so an address in Bcc is seen (IN-5, P17).

Whoever wrote the mail can have written such lines too: they say where a mail came by, never who wrote it.
"""

from __future__ import annotations

import re

from inboxcrm.mail.incoming import Incoming

_FIELDS = frozenset(
    ("delivered-to", "x-original-to", "x-delivered-to", "envelope-to", "x-envelope-to", "x-rcpt-to", "bcc")
)
_ADDRESS = re.compile(r"[^\s<>,;:\"()]{1,100}@[^\s<>,;:\"()]{1,200}")
MOST = 50


def delivered_to(incoming: Incoming) -> tuple[str, ...]:
    """Give the addresses in lower case, each once: of the envelope's lines, and of Bcc where a Sent copy has it."""
    lines = incoming.all_headers(*_FIELDS)
    return tuple(dict.fromkeys(one for line in lines for one in addresses_in(line)))[:MOST]


def addresses_in(line: str) -> list[str]:
    """Give the addresses that stand in a header's value, in lower case."""
    return [match[0].lower().rstrip(".") for match in _ADDRESS.finditer(line[:2000])]
