"""Companies of a batch: found by their domain or the normal form of their name, made when unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from inboxcrm.base.name_key import company_key
from inboxcrm.base.store import draw_id, insert_events, insert_rows
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.importing.batch import Batch
from inboxcrm.crm.importing.own import OwnValues
from inboxcrm.crm.importing.store import change_rows, organizations_called
from inboxcrm.crm.people import company_name
from inboxcrm.crm.records import Organization

DETAILS = ("legal_name", "invoice_address", "country", "vat_number")


@dataclass(slots=True)
class Changes:
    """Values that rows of a table get, each told as a fact with the old and the new one."""

    work: Work
    table: Any
    event: str
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    _facts: list[dict[str, Any]] = field(default_factory=list)

    def fill(self, row: dict[str, Any], values: dict[str, Any]) -> None:
        """Give a row these values; `values` are what it should have now."""
        for name, value in values.items():
            old, row[name] = row[name], value
            self.rows.setdefault(row["id"], {"id": row["id"]})[name] = value
            if name == "name_key":
                continue  # it goes with the name
            about = (self.table.__tablename__, row["id"])
            self._facts.append(
                self.work.event_values(self.event, about, is_quiet=True, field=name, old=old, new=value)
            )

    def write(self) -> None:
        """Write them."""
        change_rows(self.work.session, self.table, list(self.rows.values()))
        insert_events(self.work.session, self._facts)


@dataclass(slots=True)
class Companies:
    """The companies that a batch names: those that are here, and those that it makes."""

    work: Work
    changes: Changes
    by_domain: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_key: dict[str, dict[str, Any]] = field(default_factory=dict)
    new: list[dict[str, Any]] = field(default_factory=list)

    def find(self, name: str, domain: str) -> dict[str, Any] | None:
        """Give the company of a domain, else of a name; one of the same name with another domain is another one."""
        if domain and (found := self.by_domain.get(domain)):
            return found
        found = self.by_key.get(company_key(name) or "") if name else None
        return None if found and domain and found["domain"] else found

    def make(self, name: str, domain: str, **details: Any) -> dict[str, Any]:
        """Make a company."""
        row = {
            "id": draw_id(self.work.session, Organization.__table__),
            "name": (name or company_name(domain))[:200],
            "domain": domain or None,
            "kind": "prospect",
            **dict.fromkeys(DETAILS),
            **{key: value for key, value in details.items() if value},
            "created_at": self.work.now,
        }
        row["name_key"] = company_key(row["name"])
        self.new.append(row)
        self.note(row)
        return row

    def fill(self, row: dict[str, Any], name: str, domain: str, **details: Any) -> None:
        """Give a company what it has not: details, its domain, and its name where that was guessed of the domain."""
        values = {key: value for key, value in details.items() if value and not row[key]}
        if domain and not row["domain"] and domain not in self.by_domain:
            values["domain"] = domain
        if name and row["domain"] and row["name"] == company_name(row["domain"]) != name:
            values |= {"name": name[:200], "name_key": company_key(name)}
        if "created_at" in row:  # it is one of the new ones
            row.update(values)
        else:
            self.changes.fill(row, values)
        self.note(row)

    def note(self, row: dict[str, Any]) -> None:
        """Remember a company."""
        if row["domain"]:
            self.by_domain.setdefault(row["domain"], row)
        if row["name_key"]:
            self.by_key.setdefault(row["name_key"], row)

    def write(self) -> None:
        """Write what was made and filled."""
        insert_rows(self.work.session, Organization.__table__, self.new)
        self.changes.write()


def learn_companies(work: Work, domains: Iterable[str], names: Iterable[str]) -> Companies:
    """Ask at once for all companies that a batch names."""
    companies = Companies(work, Changes(work, Organization, events.ORGANIZATION_CHANGED))
    keys = {key for name in names if (key := company_key(name))}
    for row in organizations_called(work.session, filter(None, domains), keys):
        companies.note(row)
    return companies


def write_companies(batch: Batch) -> None:
    """Take the rows of a batch in as companies."""
    entries = batch.new_entries()
    names = (one.values["name"] for one in entries)
    companies = learn_companies(batch.work, (one.values.get("domain", "") for one in entries), names)
    own = OwnValues(batch.work)
    for entry in entries:
        values = dict(entry.values)
        name, domain, relation = values.pop("name"), values.pop("domain", ""), values.pop("relation", "")
        details = {key: values.get(key) for key in DETAILS}
        found = companies.find(name, domain)
        if found is None:
            found = companies.make(name, domain, kind=relation, **details)
            batch.keep(entry, "created", found["id"])
        else:
            companies.fill(found, name, domain, **details)
            batch.keep(entry, "merged", found["id"])
        own.note("organization", found["id"], entry.values, is_new="created_at" in found)
    companies.write()
    own.write()
