"""What can be taken in of each kind of row: the fields that a column of an old system's file can be (IN-15)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings
    from inboxcrm.base.settings_people import CustomField

KINDS = ("company", "contact", "deal", "note", "activity")  # in this order: later ones name earlier ones
OWN = "field."  # before the name of a [[field]] of config.toml
RECORD_OF = {"company": "organization", "contact": "contact"}


@dataclass(frozen=True, slots=True)
class Field:
    """How a cell is read, how long it may be in characters, and what it means."""

    reads: str  # line, text, name, address, phone, domain, country, vat, day, moment, amount, currency, user, stage …
    longest: int
    doc: str
    own: CustomField | None = None  # the company's own field that it fills (OP-14)


def _line(doc: str, longest: int = 200) -> Field:
    return Field("line", longest, doc)


_KEY = Field("key", 200, "what it is called by in the old system; each counts once")
_LINKS = {
    "company_key": Field("first", 200, "the key of its company"),
    "contact_key": Field("first", 200, "the key of its person; of several the first"),
    "contact_address": Field("address", 320, "the mail address of its person"),
}
_NOTE = _LINKS | {
    "key": _KEY,
    "deal_key": Field("first", 200, "the key of its deal"),
    "subject": _line("its headline"),
    "text": Field("text", 100_000, "its words"),
    "at": Field("moment", 40, "when it was written or happened"),
    "author": _line("who wrote it"),
}
FIELDS: dict[str, dict[str, Field]] = {
    "company": {
        "key": _KEY,
        "name": _line("what it is called"),
        "domain": Field("domain", 253, "its web site or mail domain"),
        "legal_name": _line("its name on invoices"),
        "street": _line("of the address for invoices"),
        "postcode": _line("of the address for invoices", 20),
        "city": _line("of the address for invoices", 100),
        "invoice_address": Field("text", 1000, "the lines of the address for invoices"),
        "country": Field("country", 60, "a code such as NL, or the country's English name"),
        "vat_number": Field("vat", 40, "its VAT number"),
        "relation": Field("relation", 20, "prospect or customer"),
    },
    "contact": {
        "key": _KEY,
        "name": _line("the whole name"),
        "first_name": _line("the first name", 100),
        "last_name": _line("the last name", 100),
        "address": Field(
            "addresses", 3000, "the mail address; of several the first is where he is written to"
        ),
        "address_2": Field("addresses", 3000, "another mail address"),
        "address_3": Field("addresses", 3000, "another mail address"),
        "phone": Field("phone", 60, "the telephone number"),
        "phone_2": Field("phone", 60, "the telephone number to take if the first is empty"),
        "title": _line("the job"),
        "role": Field(
            "roles",
            200,
            "what the person is for every deal of the company, such as billing; of [people] roles",
        ),
        "company": _line("what the company is called"),
        "company_key": _LINKS["company_key"],
    },
    "deal": _LINKS
    | {
        "key": _KEY,
        "name": _line("what it is called", 300),
        "company": _line("what the company is called"),
        "owner": Field("user", 200, "whose it is"),
        "stage": Field("stage", 200, "where in the pipeline it stands; also won or lost"),
        "status": Field("status", 40, "open, won or lost, where the stage does not say it"),
        "amount": Field("amount", 40, "what it is worth, net"),
        "currency": Field("currency", 10, "of the amount"),
        "started_on": Field("day", 40, "when it was made"),
        "close_on": Field("day", 40, "when it is expected to close"),
        "closed_on": Field("day", 40, "when it was won or lost"),
        "renewal_on": Field("day", 40, "when it ends unless it is renewed"),
        "next_action": _line("what is to be done next", 500),
        "due_on": Field("day", 40, "when that is due"),
    },
    "note": _NOTE,
    "activity": _NOTE
    | {
        "kind": _line("call, meeting, task …", 40),
        "due_on": Field("day", 40, "when it is due; one that is not done is the next action of its deal"),
        "is_done": Field("bool", 20, "whether it is done"),
    },
}


def fields_of(kind: str, settings: Settings) -> dict[str, Field]:
    """Give all that can be taken in of a kind of row, with the company's own fields as `field.size` (OP-14)."""
    own = (one for one in settings.field if one.record == RECORD_OF.get(kind))
    return FIELDS[kind] | {f"{OWN}{one.name}": Field("own", 500, one.words, one) for one in own}
