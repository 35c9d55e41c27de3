"""Cells of foreign files to plain values; what cannot be read says what stands there and what would be right."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from inboxcrm.base.countries import country_code
from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_people import CustomField
from inboxcrm.crm.field import ValueUnfit, read_value, what_fits
from inboxcrm.crm.fields.store import Value
from inboxcrm.crm.importing.fields import Field
from inboxcrm.mail.contact_numbers import read_phone, read_vat_number
from inboxcrm.mail.domains import organizational_domain
from inboxcrm.mail.scrub import scrub_line, scrub_text

ENDS = {"won": "won", "lost": "lost"}
YEARS = range(1970, 2200)
_SPACES = re.compile(r"[\s\u00a0\u202f'’]")
_PLAIN_AMOUNT = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,6})?")
_GROUPS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){1,4}(?:\.[0-9]{1,6})?")
_ADDRESS = re.compile(r"[^\s@,;<>\"]{1,64}@[^\s@,;<>\"]{1,253}")
_YES = frozenset(("1", "true", "yes", "y", "ja", "done", "completed", "complete", "x"))
_NO = frozenset(("0", "false", "no", "n", "nein", "nee", "open", "planned", "not_started", "not started"))


class WrongValue(Exception):
    """A cell cannot be read: what would be right."""

    def __init__(self, right: str) -> None:
        self.right = right
        super().__init__(right)


@dataclass(frozen=True, slots=True)
class Reader:
    """How one mapping reads cells: formats, the names of owners, stages and countries."""

    settings: Settings
    dates: tuple[str, ...]
    decimal: str
    owners: Mapping[str, str]  # lower case: key of a user
    stages: Mapping[str, str]  # lower case: stage, won or lost
    countries: Mapping[str, str]
    roles: Mapping[str, str]  # lower case: role of [people], or nothing
    owner: str = ""  # of what is nobody's

    def read(self, field: Field, cell: str) -> Any:
        """Give the value of a cell with something in it. Raises WrongValue."""
        if len(cell) > field.longest:
            raise WrongValue(f"at most {field.longest} characters, not {len(cell)}")
        return _own(self, field.own, cell) if field.own else _READERS[field.reads](self, cell)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of times that name none."""
        return self.settings.company.zone


def _line(_reader: Reader, cell: str) -> str:
    return scrub_line(cell).strip()


def _text(_reader: Reader, cell: str) -> str:
    return scrub_text(cell).strip()


def _first(_reader: Reader, cell: str) -> str:
    """Give the first of keys that stand in one cell, such as 12;13 or ["12"]."""
    return cell.strip('[]" ').replace(",", ";").partition(";")[0].strip('" ')


def _address(_reader: Reader, cell: str) -> str:
    address = cell.removeprefix("mailto:").lower()
    if not _ADDRESS.fullmatch(address) or "." not in address.rpartition("@")[2].strip("."):
        raise WrongValue("a mail address such as anna@example.com")
    return address


def _addresses(reader: Reader, cell: str) -> list[str]:
    return [_address(reader, one.strip()) for one in cell.replace(",", ";").split(";") if one.strip()]


def _phone(reader: Reader, cell: str) -> str:
    found = _read_phone(cell, reader.settings.company.country)
    if not found:
        raise WrongValue("a telephone number that exists, such as +31 20 123 4567")
    return found


@lru_cache(maxsize=4096)
def _read_phone(cell: str, country: str) -> str:
    return read_phone(cell, country)


def _domain(_reader: Reader, cell: str) -> str:
    host = cell.lower().removeprefix("https://").removeprefix("http://").partition("/")[0]
    domain = organizational_domain(host.rpartition("@")[2].partition(":")[0])
    if not domain:
        raise WrongValue("a domain or web site such as example.com")
    return domain


def _country(reader: Reader, cell: str) -> str:
    code = reader.countries.get(cell.casefold()) or country_code(cell)
    if not code:
        raise WrongValue(
            "a country's code such as NL or its English name; [countries] of the mapping can name it"
        )
    return code


def _vat(reader: Reader, cell: str) -> str:
    found = read_vat_number(cell, reader.settings.company.country)
    if not found:
        raise WrongValue("a VAT number whose check digits are right, such as NL001234567B01")
    return found


def _relation(_reader: Reader, cell: str) -> str:
    if cell.lower() not in ("prospect", "customer"):
        raise WrongValue("prospect or customer")
    return cell.lower()


def _day(reader: Reader, cell: str) -> date:
    found = _moment_as_written(reader, cell)
    return found.astimezone(reader.zone).date() if found.tzinfo else found.date()


def _moment(reader: Reader, cell: str) -> datetime:
    found = _moment_as_written(reader, cell)
    if found.tzinfo is None:
        found = found.replace(tzinfo=reader.zone)
    return found.astimezone(UTC)


def _moment_as_written(reader: Reader, cell: str) -> datetime:
    found = parse_moment(cell, reader.dates)
    if found is None or found.year not in YEARS:
        raise WrongValue(
            f"a date written as {' or '.join(reader.dates)}, such as {_example(reader.dates[0])}"
        )
    return found


def parse_moment(cell: str, formats: tuple[str, ...]) -> datetime | None:
    """Give the moment that a cell names in one of the formats of strptime; "iso" is any of ISO 8601."""
    for one in formats:
        try:
            return (
                datetime.fromisoformat(cell) if one == "iso" else datetime.strptime(cell, one)  # noqa: DTZ007 — the caller gives the zone
            )
        except ValueError:
            continue
    return None


def _example(form: str) -> str:
    example = datetime.combine(date(2026, 1, 31), time(14, 30))
    return "2026-01-31" if form == "iso" else example.strftime(form)


def _amount(reader: Reader, cell: str) -> Decimal:
    found = parse_amount(cell, reader.decimal)
    if found is None:
        right = "1,234.56 or 1234.56" if reader.decimal == "." else "1.234,56 or 1234,56"
        raise WrongValue(f"an amount from 0 on such as {right}")
    return found


def parse_amount(cell: str, decimal: str) -> Decimal | None:
    """Give an amount written with this decimal sign, with groups of thousands and a currency or without."""
    plain = _SPACES.sub("", cell).strip("€$£¥").upper()
    if plain[:3].isalpha():
        plain = plain[3:]
    elif plain[-3:].isalpha():
        plain = plain[:-3]
    if decimal == ",":
        plain = plain.translate({ord("."): ",", ord(","): "."})
    if _GROUPS.fullmatch(plain):
        plain = plain.replace(",", "")
    return Decimal(plain) if _PLAIN_AMOUNT.fullmatch(plain) else None


def _currency(_reader: Reader, cell: str) -> str:
    code = {"€": "EUR", "$": "USD", "£": "GBP"}.get(cell, cell.upper())
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise WrongValue("a currency's code such as EUR")
    return code


def _user(reader: Reader, cell: str) -> str:
    wanted = cell.casefold()
    for user in reader.settings.user:
        if wanted in (user.key, user.name.casefold(), user.address):
            return reader.owners.get(wanted, user.key)
    if wanted not in reader.owners:
        raise WrongValue(
            f"one of {', '.join(user.key for user in reader.settings.user)}; name him in [owners]"
        )
    return reader.owners[wanted]


def _stage(reader: Reader, cell: str) -> str:
    wanted = cell.casefold()
    names = reader.settings.pipeline_of("new").names
    named = {name.casefold(): name for name in (*names, *ENDS)}
    found = reader.stages.get(wanted) or named.get(wanted) or named.get(wanted.removeprefix("closed "))
    if not found:
        raise WrongValue(f"one of {', '.join((*names, *ENDS))}; say in [stages] which one it is")
    return found


def _status(reader: Reader, cell: str) -> str:
    wanted = cell.casefold()
    found = reader.stages.get(wanted, wanted)
    if found not in (*ENDS, "open"):
        raise WrongValue("open, won or lost; say in [stages] which one it is")
    return found


def _bool(_reader: Reader, cell: str) -> bool:
    word = cell.lower()
    if word not in _YES | _NO:
        raise WrongValue("yes or no")
    return word in _YES


def _roles(reader: Reader, cell: str) -> list[str]:
    """Give the roles that a cell names: one that [roles] knows as a whole, else each of those in it."""
    names = [cell] if cell.casefold() in reader.roles else cell.replace(",", ";").split(";")
    found = dict.fromkeys(_role(reader, " ".join(one.casefold().split())) for one in names if one.strip())
    return [one for one in found if one]


def _role(reader: Reader, words: str) -> str:
    known = reader.settings.people.roles
    if words not in reader.roles and words not in known:
        raise WrongValue(f'one of {", ".join(known)}; say in [roles] which one it is, or "" for none')
    return reader.roles.get(words, words)


def _own(reader: Reader, field: CustomField, cell: str) -> Value:
    """Give the value of one of the company's own fields: numbers and days are written as the mapping says."""
    if field.type == "date":
        return _day(reader, cell)
    words = cell
    if field.type in ("number", "amount"):
        words = _SPACES.sub("", cell).strip("€$£¥")
        words = words.translate({ord("."): ",", ord(","): "."}) if reader.decimal == "," else words
    try:
        return read_value(field, _line(reader, words))
    except ValueUnfit as error:
        raise WrongValue(what_fits(field)) from error


_READERS: dict[str, Callable[[Reader, str], Any]] = {
    "key": _line,
    "line": _line,
    "text": _text,
    "first": _first,
    "address": _address,
    "addresses": _addresses,
    "phone": _phone,
    "domain": _domain,
    "country": _country,
    "vat": _vat,
    "relation": _relation,
    "day": _day,
    "moment": _moment,
    "amount": _amount,
    "currency": _currency,
    "user": _user,
    "stage": _stage,
    "status": _status,
    "bool": _bool,
    "roles": _roles,
}
