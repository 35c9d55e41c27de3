"""What a person's own mail says of him in its signature, with the places in the text (IN-9)."""

from __future__ import annotations

from inboxcrm.base.settings import Settings
from inboxcrm.crm.particulars import Particular
from inboxcrm.crm.people import company_domain
from inboxcrm.mail.incoming import Address
from inboxcrm.mail.reply import split_reply
from inboxcrm.mail.signature import Found, read_signature

OWN_KINDS = ("new", "signature")
LONGEST = 100_000


def read_particulars(
    settings: Settings, message_id: int, text: str, person: Address, what: str = "the text"
) -> dict[str, Particular]:
    """Give what the signature of a mail says, by field. What is quoted in it is not its writer's."""
    domain = company_domain(person.address) or ""
    found = read_signature(_own_text(text), person.name, settings.company.country, domain)
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


def _own_text(text: str) -> str:
    """Blank out what is quoted, so that all places stay those of the whole text."""
    text, pieces = text[:LONGEST], []
    for segment in split_reply(text):
        piece = text[segment.start : segment.end]
        if segment.kind not in OWN_KINDS:
            piece = "".join(character if character == "\n" else " " for character in piece)
        pieces.append(piece)
    return "".join(pieces)
