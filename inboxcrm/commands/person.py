"""Reads whom a line means: an address, a name with an address, or the name of somebody known on the deal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.crm.companies.store import people_of_organization
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.store import contact_by_address, contact_by_id, contacts_of_box

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Contact

ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z]{2,24}")
_NAMED = re.compile(r"(?P<name>[^<>@]{0,200})<(?P<address>[^<>\s]{3,320})>")
MOST_PEOPLE = 500


class PersonUnclear(Refused):
    """A name that nobody here has, or several; names those whom it could mean."""

    def __init__(self, words: str, known: list[Contact], place: str) -> None:
        listed = ", ".join(one.name for one in known[:8]) or "nobody yet"
        super().__init__(
            f"who is {words!r}? On {place} I know {listed}; somebody new with his address:"
            " Bob Brouwer <bob@acme.example>"
        )


def read_address_of(words: str) -> str:
    """Give the one mail address that words are, in lower case; "" if they are none."""
    bare = words.strip().removeprefix("mailto:").strip("<>").lower()
    return bare if ADDRESS.fullmatch(bare) else ""


def person_meant(work: Work, box: Box, words: str) -> Contact:
    """Give the person whom words mean; who is named with an unknown address is made. Raises Refused."""
    named = _NAMED.fullmatch(words.strip())
    address = read_address_of(named["address"] if named else words)
    if not address:
        return _by_name(work, box, words)
    if work.settings.is_inside(address):
        raise Refused(f"{address} is one of us, no customer's")
    known = contact_by_address(work.session, address)
    contact = known or find_or_make_contact(work, address, named["name"].strip(' "') if named else "")
    work.session.flush()
    return contact


def _by_name(work: Work, box: Box, words: str) -> Contact:
    """Find somebody by the beginning of his name or of a part of it, first on the box, then at its organization."""
    here = [contact_by_id(work.session, one) for one in contacts_of_box(work.session, box.id)]
    company = people_of_organization(work.session, box.organization_id or 0, MOST_PEOPLE)
    for people in (here, company):
        found = [one for one in people if _fits(one.name, words)]
        exact = [one for one in found if one.name.casefold() == words.strip().casefold()]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if found:
            raise PersonUnclear(words, found, box.name)
    raise PersonUnclear(words, list(dict.fromkeys([*here, *company])), box.name)


def _fits(name: str, words: str) -> bool:
    """Tell whether each word begins a word of the name."""
    parts, wanted = name.casefold().split(), words.casefold().split()
    return bool(wanted) and all(any(part.startswith(one) for part in parts) for one in wanted)
