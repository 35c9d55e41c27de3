"""The sides of the benchmark of duplicates, each run in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bench.house import FixedClock, office_on, settings_for
from inboxcrm.base.database import open_database
from inboxcrm.base.name_key import company_key, person_key
from inboxcrm.base.store import insert_rows
from inboxcrm.crm.lead import make_lead
from inboxcrm.crm.merging.duplicate import find_duplicate
from inboxcrm.crm.merging.store import lead_with_people
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.records import Box, Contact, ContactAddress, Lead, Organization
from inboxcrm.ingest.records import Message, Thread
from inboxcrm.reports.timeline import box_timeline

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
AT_ONCE = 20_000
PER_BOX = 5
MAILS = 500
LOOKS = 300
FIRST = ("Anna", "Bob", "Carol", "Dan", "Eve", "Fred", "Gina", "Hans", "Ines", "Jan")
LAST = ("Smith", "Jansen", "Müller", "Brouwer", "Olsen", "Rossi", "Dubois", "Novak", "Kowalski", "García")


def fill(url: str, contacts: int) -> dict[str, Any]:
    """Insert people of a fifth as many companies, each with a lead; the first box has 500 mails."""
    begun, engine = time.perf_counter(), open_database(url)
    for start in range(1, contacts + 1, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, contacts + 1))
        heads = [number for number in numbers if number % PER_BOX == 1]
        with Session(engine) as session, session.begin():
            insert_rows(session, Organization.__table__, [_company(number) for number in heads])
            insert_rows(session, Contact.__table__, [_person(number) for number in numbers])
            addresses = [{"address": _address(n), "contact_id": n, "is_first": True} for n in numbers]
            insert_rows(session, ContactAddress.__table__, addresses)
            insert_rows(session, Box.__table__, [_box(number) for number in heads])
            insert_rows(session, Lead.__table__, [_lead(number) for number in heads])
    with Session(engine) as session, session.begin():
        insert_rows(session, Thread.__table__, [{"id": 1, "box_id": 1}])
        insert_rows(session, Message.__table__, [_mail(number) for number in range(1, MAILS + 1)])
        if engine.dialect.name == "postgresql":
            for table in ("organization", "contact", "box", "lead", "thread", "message"):
                last = f"(select max(id) from {table})"
                session.execute(text(f"select setval(pg_get_serial_sequence('{table}', 'id'), {last})"))
    with engine.begin() as connection:
        connection.execute(text("analyze"))
    return {"n": contacts, "seconds": time.perf_counter() - begun}


def _number(contact: int) -> int:
    return (contact - 1) // PER_BOX + 1


def _name(contact: int) -> str:
    return f"{FIRST[contact % 10]} {LAST[contact // 10 % 10]}{contact // 100 % 997}"


def _address(contact: int) -> str:
    return f"p{contact}@c{_number(contact)}.example"


def _company(contact: int) -> dict[str, Any]:
    name = f"Company {_number(contact)} B.V."
    known = {"id": _number(contact), "name": name, "name_key": company_key(name), "kind": "prospect"}
    return known | {"domain": f"c{_number(contact)}.example", "created_at": AT}


def _person(contact: int) -> dict[str, Any]:
    name = _name(contact)
    known = {"id": contact, "name": name, "name_key": person_key(name), "organization_id": _number(contact)}
    return known | {"phone": f"+3120{contact:07d}", "created_at": AT}


def _box(contact: int) -> dict[str, Any]:
    known = {"id": _number(contact), "kind": "lead", "name": f"Request {contact}", "contact_id": contact}
    known |= {"organization_id": _number(contact), "owner": "anna", "is_open": True, "is_asleep": False}
    return known | {"opened_at": AT, "last_activity_at": AT}


def _lead(contact: int) -> dict[str, Any]:
    known = {"id": _number(contact), "box_id": _number(contact), "state": "Assigned", "source": "Email"}
    return known | {"need": "We need licences.", "owner": "anna", "created_at": AT}


def _mail(number: int) -> dict[str, Any]:
    lists = ("recipients", "outside", "reference_ids", "segments", "attachments", "intents", "match_others")
    words = dict.fromkeys(("text", "new_words"), "We need licences. " * 20)
    told = dict.fromkeys(("kind_reason", "sender_name", "subject", "match_how"), "a mail")
    known = {
        "id": number,
        "ident": f"m{number}",
        "raw_sha256": "0" * 64,
        "thread_id": 1,
        "box_id": 1,
        "contact_id": 1,
    }
    at = AT + timedelta(hours=number)
    known |= {"kind": "customer", "sender": _address(1), "received_at": at, "taken_in_at": at}
    return known | words | told | {name: [] for name in lists} | {"match_confidence": "sure"}


def look(url: str) -> dict[str, Any]:
    """Look for duplicates of new leads, of which each third is one, by name, by telephone, or nobody."""
    office, took, found = office_on(open_database(url), settings_for(), FixedClock(AT)), [], 0
    cpu: list[float] = []
    with office.reading() as session:
        count = session.execute(text("select max(id) from contact")).scalar_one()
    for number in range(LOOKS):
        like = number * 7919 % count + 1
        with office.work("bench", actor="bench") as work:
            domain = f"c{_number(like)}.example" if number % 3 == 0 else f"new{number}.example"
            contact = find_or_make_contact(work, f"new{number}@{domain}", _name(like))
            contact.phone = f"+3120{like:07d}" if number % 3 == 1 else f"+3199{number:07d}"
            box_id = make_lead(work, contact, name="Prices", need="Prices?", source="Email").box_id
        with office.work("bench", actor="bench") as work:
            begun, worked = time.perf_counter(), time.process_time()
            lead = lead_with_people(work.session, box_id)
            found += lead is not None and find_duplicate(work, lead) is not None
            took.append(time.perf_counter() - begun)
            cpu.append(time.process_time() - worked)
    return _told(took) | {"found": found, "cpu_p95_ms": _told(cpu)["p95_ms"]}


def look_by_hand(url: str) -> dict[str, Any]:
    """Look for a name in lower case, as a search in the names that were written does."""
    query = text("select id from contact where lower(name) = :name")

    def ask(session: Session, number: int) -> None:
        session.execute(query, {"name": _name(number * 7919 + 1).lower()}).all()

    return _time(url, ask, 10)


def show(url: str) -> dict[str, Any]:
    """Tell the story of the box with 500 mails."""
    settings = settings_for()
    return _time(url, lambda session, _: len(box_timeline(session, settings, 1)["lines"]), 20)


def show_by_hand(url: str) -> dict[str, Any]:
    """Read the rows of its mails."""
    query = select(*(column for column in Message.__table__.columns)).where(Message.box_id == 1)
    return _time(url, lambda session, _: session.execute(query).all(), 20)


def _time(url: str, ask: Callable[[Session, int], object], times: int) -> dict[str, Any]:
    office, took = office_on(open_database(url), settings_for(), FixedClock(AT)), []
    for number in range(times):
        with office.reading() as session:
            begun = time.perf_counter()
            ask(session, number)
            took.append(time.perf_counter() - begun)
    return _told(took)


def _told(took: list[float]) -> dict[str, Any]:
    """Give how long the questions took: all together, the middle one, and 95 of a hundred."""
    ordered = sorted(took)
    spans = {
        "p50_ms": ordered[len(took) // 2],
        "p95_ms": ordered[int(len(took) * 0.95)],
        "max_ms": ordered[-1],
    }
    return {"n": len(took), "seconds": sum(took)} | {
        name: round(one * 1000, 2) for name, one in spans.items()
    }
