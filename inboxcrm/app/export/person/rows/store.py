"""Which rows of each table are about a person, and which tables hold nothing of him that does not stand elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import and_, or_

from inboxcrm.app.export.person.scope import Scope
from inboxcrm.base.among import among
from inboxcrm.base.database import Session
from inboxcrm.migrations.tables import METADATA

Condition = Callable[[Session, Scope], Any]


def _of(table: str, **columns: str) -> Condition:
    """Say which column names which part of a scope; one that fits is enough."""

    def fits(session: Session, scope: Scope) -> Any:
        wanted = METADATA.tables[table].c
        return or_(*(among(session, wanted[name], getattr(scope, part)) for name, part in columns.items()))

    return fits


def _boxes(session: Session, scope: Scope) -> Any:
    return among(session, METADATA.tables["box"].c.id, scope.boxes | scope.taking_part)


def _fields(session: Session, scope: Scope) -> Any:
    field = METADATA.tables["field_value"].c
    parts = {"contact": scope.contacts, "lead": scope.leads, "opportunity": scope.deals}
    return or_(
        *(and_(field.record == name, among(session, field.record_id, ids)) for name, ids in parts.items())
    )


def _events(session: Session, scope: Scope) -> Any:
    """What happened on his boxes, and what happened to his mails and to himself elsewhere."""
    event = METADATA.tables["event"].c
    parts = {"contact": scope.contacts, "message": scope.messages, "letter": scope.letters}
    about = (
        and_(event.subject_kind == name, among(session, event.subject_id, ids)) for name, ids in parts.items()
    )
    return or_(among(session, event.box_id, scope.boxes), *about)


def _merges(session: Session, scope: Scope) -> Any:
    merge = METADATA.tables["merge"].c
    own = or_(
        among(session, merge.survivor_id, scope.contacts), among(session, merge.loser_id, scope.contacts)
    )
    return and_(merge.kind == "contact", own)


def _taken_in(session: Session, scope: Scope) -> Any:
    imported = METADATA.tables["imported"].c
    parts = {"contact": scope.contacts, "deal": scope.sleeping}
    return or_(
        *(and_(imported.kind == name, among(session, imported.target_id, ids)) for name, ids in parts.items())
    )


# Sheets for people; the same rows stand in records/ with all fields.
SHEETS = {
    "contacts.csv": "contact",
    "addresses.csv": "contact_address",
    "roles.csv": "contact_role",
    "fields.csv": "field_value",
    "suppressions.csv": "suppression",
    "boxes.csv": "box",
    "leads.csv": "lead",
    "deals.csv": "opportunity",
    "tasks.csv": "task",
    "calls.csv": "phone_call",
    "meetings.csv": "meeting",
    "documents.csv": "document",
    "payments.csv": "payment",
    "letters.csv": "letter",
    "mails.csv": "message",
    "events.csv": "event",
}
HIS: dict[str, Condition] = {
    "contact": _of("contact", id="contacts"),
    "contact_address": _of("contact_address", contact_id="contacts"),
    "contact_role": _of("contact_role", contact_id="contacts"),
    "field_value": _fields,
    "organization": _of("organization", id="companies"),
    "merge": _merges,
    "suppression": _of("suppression", address="addresses"),
    "filing": _of("filing", sender="addresses"),
    "junk_mail": _of("junk_mail", sender="addresses"),
    "offer": _of("offer", about="addresses"),
    "box": _boxes,
    "box_contact": _of("box_contact", contact_id="contacts"),
    "box_guest": _of("box_guest", address="addresses"),
    "box_tag": _of("box_tag", box_id="boxes"),
    "ticket": _of("ticket", box_id="boxes"),
    "webhook_call": _of("webhook_call", box_id="boxes"),
    "sequence_run": _of("sequence_run", box_id="boxes", contact_id="contacts"),
    "lead": _of("lead", box_id="boxes"),
    "qualification": _of("qualification", lead_id="leads"),
    "first_contact": _of("first_contact", lead_id="leads"),
    "opportunity": _of("opportunity", box_id="boxes"),
    "notification": _of("notification", opportunity_id="deals"),
    "project": _of("project", opportunity_id="deals"),
    "task": _of("task", box_id="boxes"),
    "phone_call": _of("phone_call", box_id="boxes", contact_id="contacts"),
    "meeting": _of("meeting", box_id="boxes"),
    "owed_answer": _of("owed_answer", box_id="boxes"),
    "handover": _of("handover", box_id="boxes"),
    "technical_question": _of("technical_question", box_id="boxes"),
    "document": _of("document", id="documents"),
    "evidence": _of("evidence", document_id="documents"),
    "payment": _of("payment", invoice_id="documents"),
    "letter": _of("letter", id="letters"),
    "letter_recipient": _of("letter_recipient", letter_id="letters"),
    "message": _of("message", id="messages"),
    "event": _events,
    "imported": _taken_in,
    "dormant_deal": _of("dormant_deal", id="sleeping"),
    "imported_note": _of("imported_note", contact_id="contacts", deal_id="sleeping"),
}
NOT_HIS: dict[str, str] = {
    "blob": "his mails are in mails/, the papers in papers/",
    "thread": "only numbers: which mails are one conversation",
    "thread_key": "made of the mails: which of them are one conversation",
    "threads_apart": "only numbers: which mails are not one conversation",
    "location": "only numbers: in which folder of which mailbox a mail lies",
    "waiting_notice": "what our own people are told of a mail that stands in mails/, until it is sent",
    "command_mail": "whether a mail of our own people was an instruction",
    "change_set": "what an instruction of our own people changed; the changes stand in events",
    "box_link": "only numbers: which box belongs to which",
    "box_party": "of companies",
    "organization_box": "of companies",
    "organization_domain": "of companies",
    "attempt": "how our letters were sent",
    "letter_line": "only numbers: the lines of a letter",
    "erased_address": "nobody can be told by it",
}
