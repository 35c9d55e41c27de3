"""A row of a file as the values of one record, or what is wrong with it and what would be right."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from inboxcrm.base.money import Money
from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_mapping import FileMap
from inboxcrm.crm.importing.fields import Field, fields_of
from inboxcrm.crm.importing.reading import Row
from inboxcrm.crm.importing.values import ENDS, Reader, WrongValue
from inboxcrm.crm.people import company_name

MOST_MINOR = 10**15
ADDRESSES = ("address", "address_2", "address_3")
LINKS = ("company_key", "contact_key", "contact_address", "deal_key")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that can be taken in."""

    number: int
    line: int
    key: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row; of one that was left out, the field and the value that were wrong, and what is right."""

    number: int
    line: int
    key: str
    what: str  # created, merged, known, skipped
    target: str = ""  # such as contact 12
    field: str = ""
    value: str = ""
    right: str = ""


class RowWrong(Exception):
    """A row cannot be taken in as it is."""

    def __init__(self, field: str, value: str, right: str) -> None:
        self.field, self.value, self.right = field, value, right
        super().__init__(right)


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads the rows of one file."""

    kind: str
    places: Mapping[str, int]  # of the fields' columns
    columns: Mapping[str, str]  # what the old system calls a field
    constants: Mapping[str, str]
    reader: Reader
    currency: str
    fields: Mapping[str, Field]

    def read(self, row: Row) -> Entry | Outcome:
        """Give what can be taken in, else why not."""
        key = ""
        try:
            if row.fault:
                raise RowWrong("", row.fault, row.right)
            values = self._values(row)
            key = str(values.pop("key", "")) or _digest(row.cells)
            _FINISH[self.kind](values, self)
        except RowWrong as wrong:
            field = self.columns.get(wrong.field, wrong.field)
            return Outcome(row.number, row.line, key, "skipped", "", field, wrong.value[:200], wrong.right)
        return Entry(row.number, row.line, key, values)

    def _values(self, row: Row) -> dict[str, Any]:
        given = {field: row.cells[place] for field, place in self.places.items()}
        given |= {field: cell for field, cell in self.constants.items() if not given.get(field)}
        values = dict[str, Any]()
        for field, cell in given.items():
            if cell:
                try:
                    values[field] = self.reader.read(self.fields[field], cell)
                except WrongValue as wrong:
                    raise RowWrong(field, cell, wrong.right) from wrong
        return {field: value for field, value in values.items() if value != ""}


def row_reader(file: FileMap, places: Mapping[str, int], reader: Reader, currency: str) -> RowReader:
    """Give what reads the rows of a file whose columns stand at these places."""
    columns = {field: column for column, field in file.columns.items()}
    fields = fields_of(file.kind, reader.settings)
    return RowReader(file.kind, places, columns, file.constants, reader, currency, fields)


def _digest(cells: list[str]) -> str:
    """Give a key for a row that has none: the same row has the same one."""
    return "row " + hashlib.blake2b("\0".join(cells).encode(), digest_size=12).hexdigest()


def _finish_company(values: dict[str, Any], rows: RowReader) -> None:
    if not values.get("name"):
        if not values.get("domain"):
            raise RowWrong("name", "", "a company's name, or its domain")
        values["name"] = company_name(values["domain"])
    _not_ours(values.get("domain"), "domain", rows.reader.settings)
    place = " ".join(one for one in (values.pop("postcode", ""), values.pop("city", "")) if one)
    lines = values.pop("invoice_address", "").splitlines()
    lines = lines or [one for one in (values.pop("street", ""), place) if one]
    if lines:
        values["invoice_address"] = lines
        values.setdefault("legal_name", values["name"])
    values.pop("street", "")


def _finish_contact(values: dict[str, Any], rows: RowReader) -> None:
    parts = [values.pop("first_name", ""), values.pop("last_name", "")]
    name = values.get("name") or " ".join(filter(None, parts))
    addresses = list(dict.fromkeys(one for field in ADDRESSES for one in values.pop(field, ())))
    phone = values.pop("phone_2", "")
    values["phone"] = values.get("phone") or phone
    if not (name or addresses or values["phone"]):
        raise RowWrong("address", "", "a name, a mail address or a telephone number")
    for address in addresses:
        _not_ours(address, "address", rows.reader.settings)
    values["is_named"] = bool(name)
    values["name"] = (name or (addresses[0].partition("@")[0] if addresses else values["phone"]))[:200]
    values["addresses"] = addresses


def _not_ours(found: str | None, field: str, settings: Settings) -> None:
    if found and (found in settings.company.domains or ("@" in found and settings.is_inside(found))):
        raise RowWrong(field, found, "somebody outside: this is one of your own")


def _finish_deal(values: dict[str, Any], rows: RowReader) -> None:
    if not values.get("name"):
        raise RowWrong("name", "", "what the deal is called")
    values["owner"] = values.get("owner") or rows.reader.owner or None
    stage, status = values.get("stage", ""), values.pop("status", "open")
    state = stage if stage in ENDS else status
    values["state"] = "pending" if state == "open" else state
    values["stage"] = "" if stage in (*ENDS, "open") else stage
    currency, amount = values.get("currency") or rows.currency, values.pop("amount", None)
    values["currency"] = currency
    values["amount_minor"] = Money.of(amount, currency).minor if amount is not None else None
    if (values["amount_minor"] or 0) > MOST_MINOR:
        raise RowWrong("amount", str(amount), "an amount of at most 15 digits")


def _finish_note(values: dict[str, Any], rows: RowReader) -> None:
    words = [values.pop("subject", ""), values.get("text", "")]
    values["text"] = "\n".join(dict.fromkeys(filter(None, words)))
    if not values["text"]:
        raise RowWrong("text", "", "the words of it")
    if not any(values.get(link) for link in LINKS):
        raise RowWrong("contact_key", "", f"something that it is about: one of {', '.join(LINKS)}")


_FINISH: dict[str, Callable[[dict[str, Any], RowReader], None]] = {
    "company": _finish_company,
    "contact": _finish_contact,
    "deal": _finish_deal,
    "note": _finish_note,
    "activity": _finish_note,
}
