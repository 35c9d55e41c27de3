"""What stands in each CSV file: columns with the names of our own mapping, so that they can be taken in again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from inboxcrm.app.export import store
from inboxcrm.app.export.seen import Shows
from inboxcrm.base.database import Session
from inboxcrm.base.money import Money

MAPPING_HEAD = """\
# Takes this export in again: inboxcrm import-csv companies.csv contacts.csv deals.csv notes.csv --map mapping.toml
source = "inboxcrm"
date = "iso"
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV file: its name, what kind of row an import takes it for, the columns with their fields, the rows."""

    name: str
    kind: str
    columns: Mapping[str, str]
    rows: Callable[[Session, Shows], Iterator[list[Any]]]


def _shown(shows: Shows, table: str, rows: store.Rows) -> store.Rows:
    return (row for row in rows if shows(table, row))


def _companies(session: Session, shows: Shows) -> Iterator[list[Any]]:
    for row in _shown(shows, "organization", store.companies(session)):
        yield [
            row["id"], row["name"], row["domain"], row["legal_name"], "\n".join(row["invoice_address"] or ()),
            row["country"], row["vat_number"], row["kind"],
        ]  # fmt: skip


def _people(session: Session, shows: Shows) -> Iterator[list[Any]]:
    for row in _shown(shows, "contact", store.people(session)):
        addresses = "; ".join(row["addresses"])
        yield [row["id"], row["name"], addresses, row["phone"], row["title"], row["company_id"]]


def _deals(session: Session, shows: Shows) -> Iterator[list[Any]]:
    for row in _shown(shows, "opportunity", store.deals(session)):
        status = {"Closed Won": "won", "Closed Lost": "lost"}.get(row["state"], "open")
        due_on = row["due_at"].date() if row["due_at"] else None
        started_on, closed_on = row["created_at"].date(), row["closed_at"] and row["closed_at"].date()
        days = (started_on, row["close_on"], closed_on, None)
        yield [f"deal {row['id']}", *_deal(row), row["stage"], status, *days, row["next_action"], due_on]
    for row in _shown(shows, "dormant_deal", store.dormant_deals(session)):
        status = "open" if row["state"] == "pending" else row["state"]
        days = (row["started_on"], row["close_on"], row["closed_on"], row["renewal_on"])
        tail = (row["next_action"], row["due_on"])
        yield [f"dormant {row['id']}", *_deal(row), row["stage"], status, *days, *tail]


def _deal(row: dict[str, Any]) -> list[Any]:
    minor, currency = row["amount_minor"], row["currency"]
    amount = "" if minor is None else Money(minor, currency).plain()
    return [row["name"], row["person_id"], row["company_id"], row["owner"], amount, currency]


def _notes(session: Session, shows: Shows) -> Iterator[list[Any]]:
    for row in _shown(shows, "event", store.notes(session)):
        deal = f"deal {row['deal_id']}" if row["deal_id"] else ""
        yield [
            f"note {row['id']}",
            row["payload"].get("text", ""),
            row["at"],
            row["actor"],
            deal,
            row["person_id"],
            "",
        ]
    for row in _shown(shows, "imported_note", store.sleeping_notes(session)):
        deal = f"dormant {row['deal_id']}" if row["deal_id"] else ""
        about = (deal, row["contact_id"], row["organization_id"])
        yield [f"dormant {row['id']}", row["text"], row["written_at"], row["author"], *about]


SHEETS = (
    Sheet(
        "companies.csv",
        "company",
        {
            "Key": "key",
            "Name": "name",
            "Domain": "domain",
            "Legal name": "legal_name",
            "Invoice address": "invoice_address",
            "Country": "country",
            "VAT number": "vat_number",
            "Relation": "relation",
        },
        _companies,
    ),
    Sheet(
        "contacts.csv",
        "contact",
        {
            "Key": "key",
            "Name": "name",
            "Addresses": "address",
            "Phone": "phone",
            "Title": "title",
            "Company key": "company_key",
        },
        _people,
    ),
    Sheet(
        "deals.csv",
        "deal",
        {
            "Key": "key",
            "Name": "name",
            "Contact key": "contact_key",
            "Company key": "company_key",
            "Owner": "owner",
            "Amount": "amount",
            "Currency": "currency",
            "Stage": "stage",
            "Status": "status",
            "Started": "started_on",
            "Expected close": "close_on",
            "Closed": "closed_on",
            "Renewal": "renewal_on",
            "Next action": "next_action",
            "Due": "due_on",
        },
        _deals,
    ),
    Sheet(
        "notes.csv",
        "note",
        {
            "Key": "key",
            "Text": "text",
            "Written": "at",
            "Author": "author",
            "Deal key": "deal_key",
            "Contact key": "contact_key",
            "Company key": "company_key",
        },
        _notes,
    ),
)
# All columns of these tables, as they are.
PLAIN_SHEETS = {
    "leads.csv": "lead",
    "boxes.csv": "box",
    "tasks.csv": "task",
    "calls.csv": "phone_call",
    "meetings.csv": "meeting",
    "documents.csv": "document",
    "payments.csv": "payment",
    "letters.csv": "letter",
}


def mapping_text() -> str:
    """Give the mapping by which these sheets are taken in again."""
    tables = (
        chain(
            ["\n[[file]]", f'name = "{sheet.name}"', f'kind = "{sheet.kind}"', "[file.columns]"],
            (f'"{column}" = "{meant}"' for column, meant in sheet.columns.items()),
        )
        for sheet in SHEETS
    )
    return MAPPING_HEAD + "\n".join(chain.from_iterable(tables)) + "\n"


def plain_value(value: Any) -> Any:
    """Give a value as JSON can hold it: moments and days in ISO 8601."""
    return value.isoformat() if isinstance(value, (datetime, date)) else value
