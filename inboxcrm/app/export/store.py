"""Streams of all that is kept, a few hundred rows in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Engine, func, select

from inboxcrm.base.among import among
from inboxcrm.base.database import Session
from inboxcrm.base.records import Blob, Event
from inboxcrm.crm.importing.records import DormantDeal, ImportedNote
from inboxcrm.crm.records import Box, Contact, ContactAddress, Opportunity, Organization, Task
from inboxcrm.ingest.records import Message
from inboxcrm.migrations.tables import METADATA
from inboxcrm.sales.records import Document

AT_ONCE = 500
Rows = Iterator[dict[str, Any]]


def open_snapshot(engine: Engine) -> Session:
    """Open a transaction that sees one moment to its end, and never waits for a writer."""
    level: dict[str, Any] = (
        {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    )
    return Session(engine.execution_options(is_reading=True, **level))


def table_names() -> list[str]:
    """Give the names of all tables, those that others name first."""
    return [table.name for table in METADATA.sorted_tables]


def columns_of(name: str) -> list[str]:
    """Give the names of a table's columns."""
    return [column.name for column in METADATA.tables[name].columns]


def rows_of(session: Session, name: str) -> Rows:
    """Give all rows of a table with all columns, in the order of its key."""
    table = METADATA.tables[name]
    return stream(session, select(table).order_by(*table.primary_key.columns))


def stream(session: Session, query: Any) -> Rows:
    """Give the rows of a query as they come."""
    for row in session.execute(query.execution_options(yield_per=AT_ONCE)).mappings():
        yield dict(row)


def companies(session: Session) -> Rows:
    """Give the organizations, without those that became part of another one."""
    query = select(Organization.__table__).where(Organization.merged_into.is_(None))
    return stream(session, query.order_by(Organization.id))


def people(session: Session) -> Rows:
    """Give the contacts with their `addresses`, the first one first, without those who turned out to be others."""
    organization = func.coalesce(Organization.merged_into, Contact.organization_id)
    query = select(Contact.__table__, organization.label("company_id")).where(Contact.merged_into.is_(None))
    query = query.outerjoin(Organization, Organization.id == Contact.organization_id).order_by(Contact.id)
    rows = stream(session, query)
    while chunk := list(islice(rows, AT_ONCE)):
        addresses = dict[int, list[str]]()
        wanted = among(session, ContactAddress.contact_id, [row["id"] for row in chunk])
        known = select(ContactAddress.contact_id, ContactAddress.address).where(wanted)
        order = (ContactAddress.is_first.desc(), ContactAddress.address)
        for contact_id, address in session.execute(known.order_by(*order)):
            addresses.setdefault(contact_id, []).append(address)
        yield from (row | {"addresses": addresses.get(row["id"], [])} for row in chunk)


def deals(session: Session) -> Rows:
    """Give the opportunities with the people of their boxes and their next action."""
    contact = func.coalesce(Contact.merged_into, Box.contact_id).label("person_id")
    organization = func.coalesce(Organization.merged_into, Box.organization_id).label("company_id")
    task = (Task.opportunity_id == Opportunity.id) & (Task.kind == "next action") & (Task.state == "open")
    query = select(
        Opportunity.__table__,
        contact,
        organization,
        Task.text.label("next_action"),
        Task.due_at.label("due_at"),
    )
    query = query.join(Box, Box.id == Opportunity.box_id).outerjoin(Task, task)
    query = query.outerjoin(Contact, Contact.id == Box.contact_id)
    query = query.outerjoin(Organization, Organization.id == Box.organization_id)
    return stream(session, query.order_by(Opportunity.id))


def dormant_deals(session: Session) -> Rows:
    """Give the deals of an old CRM that sleep."""
    contact = func.coalesce(Contact.merged_into, DormantDeal.contact_id).label("person_id")
    organization = func.coalesce(Organization.merged_into, DormantDeal.organization_id).label("company_id")
    query = select(DormantDeal.__table__, contact, organization).where(DormantDeal.box_id.is_(None))
    query = query.outerjoin(Contact, Contact.id == DormantDeal.contact_id)
    query = query.outerjoin(Organization, Organization.id == DormantDeal.organization_id)
    return stream(session, query.order_by(DormantDeal.id))


def notes(session: Session) -> Rows:
    """Give what users noted on boxes, with the box's deal and person."""
    contact = func.coalesce(Contact.merged_into, Box.contact_id).label("person_id")
    columns = (Event.id, Event.at, Event.actor, Event.payload, Event.box_id)
    query = select(*columns, Opportunity.id.label("deal_id"), contact)
    query = query.where(Event.kind == "note.added").join(Box, Box.id == Event.box_id)
    query = query.outerjoin(Opportunity, Opportunity.box_id == Box.id)
    query = query.outerjoin(Contact, Contact.id == Box.contact_id)
    return stream(session, query.order_by(Event.id))


def sleeping_notes(session: Session) -> Rows:
    """Give the notes of an old CRM whose deal sleeps, or that are about no deal."""
    asleep = ImportedNote.deal_id.is_(None) | DormantDeal.box_id.is_(None)
    query = select(ImportedNote.__table__).outerjoin(DormantDeal, DormantDeal.id == ImportedNote.deal_id)
    return stream(session, query.where(asleep).order_by(ImportedNote.id))


def mails(session: Session) -> Rows:
    """Give the place of each mail by boxes, those on none last; within a box in the order in which they came."""
    columns = (Message.id, Message.box_id, Message.sender, Message.recipients, Message.received_at)
    query = select(*columns, Message.raw_sha256, Box.name)
    query = query.outerjoin(Box, Box.id == Message.box_id)
    order = (Message.box_id.is_(None), Message.box_id, Message.received_at, Message.id)
    return stream(session, query.order_by(*order))


def papers(session: Session) -> Rows:
    """Give the documents that were printed."""
    query = select(Document.id, Document.box_id, Document.kind, Document.number, Document.pdf_sha256)
    return stream(session, query.where(Document.pdf_sha256.is_not(None)).order_by(Document.id))


def bytes_of(session: Session, sha256: str) -> bytes | None:
    """Give the bytes that are kept under a hash; None if they were taken out."""
    return session.scalar(select(Blob.content).where(Blob.sha256 == sha256))


def ids_on_boxes(session: Session, boxes: set[int]) -> dict[str, set[int]]:
    """Give by table the numbers of what hangs on boxes: leads, deals, documents, people and their companies."""
    found: dict[str, set[int]] = {
        str(table.name): _ids(session, table.c.id, table.c.box_id, boxes)
        for table in (METADATA.tables[name] for name in ("lead", "opportunity", "document"))
    }
    box, part = METADATA.tables["box"].c, METADATA.tables["box_contact"].c
    contact = METADATA.tables["contact"].c
    people = _ids(session, box.contact_id, box.id, boxes) | _ids(session, part.contact_id, part.box_id, boxes)
    while more := _ids(session, contact.merged_into, contact.id, people) - people:
        people |= more
    found["contact"] = people
    companies = _ids(session, contact.organization_id, contact.id, people)
    found["organization"] = companies | _ids(session, box.organization_id, box.id, boxes)
    return found


def _ids(session: Session, wanted: Any, column: Any, values: set[int]) -> set[int]:
    found = session.scalars(select(wanted).where(among(session, column, values)).distinct())
    return {number for number in found if number is not None}


def letter_owners(session: Session) -> Rows:
    """Give number, box and addressee among our people of every letter."""
    letter = METADATA.tables["letter"].c
    return stream(session, select(letter.id, letter.box_id, letter.user))


def dormant_owners(session: Session) -> Rows:
    """Give number, box and owner of every deal of an old CRM."""
    return stream(session, select(DormantDeal.id, DormantDeal.box_id, DormantDeal.owner))
