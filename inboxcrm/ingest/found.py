"""What a person's own mail says of him in its signature, with the places in the text (IN-9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inboxcrm.base.settings import Settings
from inboxcrm.crm.particulars import Particular
from inboxcrm.crm.people import company_domain
from inboxcrm.mail.incoming import Address
from inboxcrm.mail.reply import split_reply
from inboxcrm.mail.signature import Found, read_signature

OWN_KINDS = ("new", "signature")
LONGEST = 100_000


def read_particulars(
    settings: Settings,
    message_id: int,
    text: str,
    person: Address,
    segments: Sequence[Sequence[Any]] = (),
    *,
    what: str = "the text",
) -> dict[str, Particular]:
    """Give what the signature of a mail says, by field. What is quoted in it is not its writer's.

    `segments` are those of the text, [start, end, kind], where they are known already.
    """
    domain = company_domain(person.address) or ""
    found = read_signature(_own_text(text, segments), person.name, settings.company.country, domain)
    values: dict[str, Found | None] = {
        "title": found.title,
        "company": found.company,
        "phone": found.phones[0] if found.phones else None,
        "vat_number": found.vat_number,
        "address": found.address,
        "website": found.website,
    }
    return {
        name: Particular(one.value, message_id, f"characters {one.start} to {one.end} of {what}")
        for name, one in values.items()
        if one is not None
    }


def _own_text(text: str, segments: Sequence[Sequence[Any]]) -> str:
    """Blank out what is quoted, so that all places stay those of the whole text."""
    text, pieces = text[:LONGEST], []
    known = segments or [(one.start, one.end, one.kind) for one in split_reply(text)]
    for start, end, kind in known:
        piece = text[start:end]
        if kind not in OWN_KINDS:
            piece = "".join(character if character == "\n" else " " for character in piece)
        pieces.append(piece)
    return "".join(pieces)
