"""People of a batch: found by address or telephone, filled in where something is missing, made when unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from inboxcrm.base.name_key import person_key
from inboxcrm.base.store import draw_id, insert_rows
from inboxcrm.crm import events
from inboxcrm.crm.importing.batch import Batch
from inboxcrm.crm.importing.companies import Changes, Companies, learn_companies
from inboxcrm.crm.importing.own import OwnValues
from inboxcrm.crm.importing.rows import Entry
from inboxcrm.crm.importing.store import contacts_at, contacts_calling_from
from inboxcrm.crm.people import company_domain
from inboxcrm.crm.records import Contact, ContactAddress


@dataclass(slots=True)
class People:
    """The people that a batch names: those that are here, and those that it makes."""

    batch: Batch
    changes: Changes
    by_address: dict[str, dict[str, Any]]
    by_phone: dict[str, list[dict[str, Any]]]
    new: list[dict[str, Any]] = field(default_factory=list)
    addresses: list[dict[str, Any]] = field(default_factory=list)

    def find(self, entry: Entry) -> dict[str, Any] | None:
        """Give who a row is: by its address, else by a telephone that nobody else has, under the same name.

        A telephone alone may be the switchboard of a company: with other names, or two addresses, it says nothing.
        """
        values = entry.values
        for address in values["addresses"]:
            if found := self.by_address.get(address):
                return found
        calling = self.by_phone.get(values["phone"] or "", [])
        if len(calling) != 1:
            return None
        [found] = calling
        is_same = person_key(found["name"]) == person_key(values["name"]) or found["name"] == found["phone"]
        return found if is_same and not (found["is_reached"] and values["addresses"]) else None

    def is_two(self, entry: Entry) -> bool:
        """Tell whether the addresses of a row belong to two people; that is told, and the row left out."""
        found = {one["id"]: a for a in entry.values["addresses"] if (one := self.by_address.get(a))}
        if len(found) > 1:
            words = " and ".join(f"contact {number} has {address}" for number, address in found.items())
            self.batch.skip(entry, "address", ", ".join(found.values()), f"addresses of one person: {words}")
        return len(found) > 1

    def make(self, values: dict[str, Any], organization_id: int | None) -> dict[str, Any]:
        """Make a contact."""
        row = {
            "id": draw_id(self.batch.work.session, Contact.__table__),
            "name": values["name"],
            "name_key": person_key(values["name"]),
            "phone": values["phone"] or None,
            "title": values.get("title"),
            "organization_id": organization_id,
            "created_at": self.batch.work.now,
        }
        self.new.append(row)
        known = row | {"is_reached": False, "is_new": row}
        if row["phone"]:
            self.by_phone.setdefault(row["phone"], []).append(known)
        return known

    def fill(self, known: dict[str, Any], values: dict[str, Any], organization_id: int | None) -> None:
        """Give a contact what he has not; his name where it was only that of his address or his number."""
        given = {"phone": values["phone"], "title": values.get("title"), "organization_id": organization_id}
        filled = {name: value for name, value in given.items() if value and not known[name]}
        first = next((one for one, who in self.by_address.items() if who is known), "")
        if values["is_named"] and known["name"] in (first.partition("@")[0], known["phone"]):
            filled |= {"name": values["name"]}
        if row := known.get("is_new"):
            known.update(filled)
            row.update(filled, name_key=person_key(known["name"]))
        elif filled:
            self.changes.fill(known, filled)
            if "name" in filled:
                self.changes.rows[known["id"]]["name_key"] = person_key(known["name"])

    def give_addresses(self, known: dict[str, Any], addresses: Sequence[str]) -> None:
        """Give a contact the addresses that nobody has yet; the first of all is where he is written to."""
        for address in addresses:
            if address not in self.by_address:
                row = {"address": address, "contact_id": known["id"], "is_first": not known["is_reached"]}
                self.addresses.append(row)
                self.by_address[address] = known
                known["is_reached"] = True

    def write(self) -> None:
        """Write what was made and filled."""
        session = self.batch.work.session
        insert_rows(session, Contact.__table__, self.new)
        insert_rows(session, ContactAddress.__table__, self.addresses)
        self.changes.write()


def write_people(batch: Batch) -> None:
    """Take the rows of a batch in as contacts, with their companies."""
    entries = batch.new_entries()
    linked = batch.linked(entries, "company")
    entries = [one for one in entries if batch.is_whole(one, "company", linked)]
    domains = {id(one): _domain(one) for one in entries}
    names = (one.values.get("company", "") for one in entries)
    companies = learn_companies(batch.work, domains.values(), names)
    people, own = _learn_people(batch, entries), OwnValues(batch.work)
    for entry in entries:
        if people.is_two(entry):
            continue
        known, what = people.find(entry), "merged"
        linked_id = linked.get(entry.values.get("company_key", ""))
        if entry.values.get("role") and not (
            linked_id
            or entry.values.get("company")
            or domains[id(entry)]
            or (known and known["organization_id"])
        ):
            batch.skip(
                entry, "role", ", ".join(entry.values["role"]), "a company at which the person is that"
            )
            continue
        if known is None:
            organization_id = linked_id or _company(companies, entry, domains[id(entry)])
            known, what = people.make(entry.values, organization_id), "created"
        else:
            missing = not known["organization_id"]
            people.fill(
                known,
                entry.values,
                (linked_id or _company(companies, entry, domains[id(entry)])) if missing else None,
            )
        people.give_addresses(known, entry.values["addresses"])
        own.note("contact", known["id"], entry.values, is_new="is_new" in known)
        batch.keep(entry, what, known["id"])
    companies.write()
    people.write()
    own.write()


def _learn_people(batch: Batch, entries: Sequence[Entry]) -> People:
    session = batch.work.session
    addresses = {address for one in entries for address in one.values["addresses"]}
    phones = {one.values["phone"] for one in entries if one.values["phone"]}
    known = contacts_at(session, addresses)
    by_id = {row["id"]: row for row in known.values()}
    calling = {
        phone: [by_id.get(row["id"], row) for row in rows]
        for phone, rows in contacts_calling_from(session, phones).items()
    }
    return People(batch, Changes(batch.work, Contact, events.CONTACT_CHANGED), known, calling)


def _domain(entry: Entry) -> str:
    found = (company_domain(address) for address in entry.values["addresses"])
    return next((domain for domain in found if domain), "")


def _company(companies: Companies, entry: Entry, domain: str) -> int | None:
    """Give the company of a person: the one that is named, else that of his domain; None for neither."""
    name = entry.values.get("company", "")
    found = (companies.find(name, "") if name else None) or companies.find(name, domain)
    if found is None and not (name or domain):
        return None
    if found is None:
        found = companies.make(name, domain)
    elif name:
        companies.fill(found, name, domain if not found["domain"] else "")
    return int(found["id"])
