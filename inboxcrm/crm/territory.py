"""Where a lead belongs: its country, its language, its domain and its words, and whose territory that is (LD-5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inboxcrm.base.settings_team import Territory
from inboxcrm.mail.contact_numbers import country_of_phone
from inboxcrm.mail.language import languages_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inboxcrm.base.settings import User
    from inboxcrm.crm.records import Contact, Lead

_WORD = re.compile(r"\w+")
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_].*)?")
# Domains of countries that are sold to everybody, and so tell no country.
SOLD_TO_ALL = frozenset("ai cc co fm gg io ly me nu sh to tv ws eu".split())  # noqa: SIM905
OTHER_CODES = {"UK": "GB", "EL": "GR", "XI": "GB", "CHE": "CH"}  # of domains and VAT numbers


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What is known of where a lead comes from; "" is not known. `words` are its own, in lower case."""

    country: str = ""
    language: str = ""
    domain: str = ""
    words: str = ""


def whereabouts_of(lead: Lead) -> Whereabouts:
    """Give where a lead comes from: by its company, its VAT number, its phone or its domain, in this order."""
    contact, text = lead.box.contact, f"{lead.box.name}\n{lead.need}"
    domain = _domain_of(contact)
    return Whereabouts(_country_of(contact, domain), _language_of(contact, text), domain, text.casefold())


def fits(territory: Territory, lead: Whereabouts) -> bool:
    """Tell whether a lead lies in a territory: one of its lists is enough; nothing lies in an empty one."""
    return (
        lead.country in territory.countries
        or lead.language in territory.languages
        or any(lead.domain == one or lead.domain.endswith(f".{one}") for one in territory.domains)
        or _has_words(territory.words, lead.words)
    )


def whose_territory(reps: Iterable[User], lead: Whereabouts) -> tuple[list[User], str]:
    """Give the reps whose territory a lead lies in, and why; else those who have none, else all."""
    everybody = list(reps)
    if here := [rep for rep in everybody if fits(rep.territory, lead)]:
        return here, "it lies in their territory"
    if free := [rep for rep in everybody if rep.territory.is_everywhere]:
        return free, ""
    return everybody, "it lies in nobody's territory"


def _has_words(phrases: Iterable[str], text: str) -> bool:
    wrote = f" {' '.join(_WORD.findall(text))} "
    return any(f" {' '.join(_WORD.findall(phrase.casefold()))} " in wrote for phrase in phrases)


def _domain_of(contact: Contact | None) -> str:
    address = contact.addresses[0].address if contact and contact.addresses else ""
    return address.rpartition("@")[2]


def _country_of(contact: Contact | None, domain: str) -> str:
    organization = contact.organization if contact else None
    if organization and organization.country:
        return organization.country
    if organization and organization.vat_number:
        prefix = re.match("[A-Z]+", organization.vat_number)
        return OTHER_CODES.get(prefix[0], prefix[0][:2]) if prefix else ""
    if contact and contact.phone and (country := country_of_phone(contact.phone)):
        return country
    end = domain.rpartition(".")[2]
    return "" if len(end) != 2 or end in SOLD_TO_ALL else OTHER_CODES.get(end.upper(), end.upper())


def _language_of(contact: Contact | None, text: str) -> str:
    """Give the language that a form named, else the likeliest of the words."""
    said = str(((contact.found if contact else None) or {}).get("language", {}).get("value", ""))
    if found := _LANGUAGE.fullmatch(said.strip().lower()):
        return found[1]
    return next(iter(languages_of(text)), "")
