"""The facts of each kind of record: what conditions and texts of rules may name (docs/rules.md lists them)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement

from inboxcrm.base.database import Session
from inboxcrm.base.money import PRICE_SCALE, Money
from inboxcrm.base.settings_pipeline import STAGES
from inboxcrm.base.spelled import spell_day
from inboxcrm.crm import facts as crm
from inboxcrm.ingest import facts as ingest
from inboxcrm.outbox import facts as outbox
from inboxcrm.rules.field_facts import PREFIX, field_facts
from inboxcrm.rules.language.facts import Fact, FactTable, FactType
from inboxcrm.sales import facts as sales

if TYPE_CHECKING:
    from inboxcrm.base.settings_people import CustomField

_BOX = {
    "box_id": (FactType.INT, "the number of its box"),
    "name": (FactType.TEXT, "what it is called"),
    "owner": (FactType.TEXT, "the key of the user who has it"),
    "last_activity_at": (FactType.TIME, "when mail last went in or out, mere thanks left out"),
    "last_inbound_at": (FactType.TIME, "when the customer last wrote something that may need an answer"),
    "last_outbound_at": (FactType.TIME, "when one of us last wrote"),
    "is_answer_owed": (FactType.BOOL, "whether the customer wrote after us; mere thanks do not count"),
    "answer_due_at": (FactType.TIME, "by when the customer must be answered, as docs/process.md says of EM-6"),
    "contact_name": (FactType.TEXT, "the person at the customer"),
    "contact_title": (FactType.TEXT, "the job of that person"),
    "contact_phone": (FactType.TEXT, "the telephone number of that person, such as +31201234567"),
    "organization_name": (FactType.TEXT, "the customer"),
    "vat_number": (FactType.TEXT, "the customer's VAT number"),
    "tags": (FactType.TEXTS, "the tags of its box"),
}
_LEAD = _BOX | {
    "state": (FactType.TEXT, "New, Assigned, In Process, Converted, Recycled or Dead"),
    "source": (FactType.TEXT, "where it came from"),
    "type": (FactType.TEXT, "of which type it is, of those in [leads]"),
    "campaign": (FactType.TEXT, "the campaign that it names"),
    "is_vague": (
        FactType.BOOL,
        "whether it names no company, number or product, in a language that is none of yours",
    ),
    "created_at": (FactType.TIME, "when it was made"),
    "answered_at": (FactType.TIME, "when one of us first answered"),
    "is_answered": (FactType.BOOL, "whether one of us has answered"),
    "reason": (FactType.TEXT, "why it rests or is dead"),
    "recontact_at": (FactType.TIME, "until when it is Recycled"),
    "revived_at": (FactType.TIME, "when a mail of its contact brought it back"),
    "budget": (FactType.TEXT, "yes, no or unknown"),
    "authority": (FactType.TEXT, "yes or no"),
    "need": (FactType.TEXT, "yes or no"),
    "timeline": (FactType.TEXT, "urgent, mid-term or unclear"),
    "employees": (FactType.INT, "how many people its company has"),
    "industry": (FactType.TEXT, "the industry of its company, in words"),
    "score": (FactType.INT, "its points, of the parts of which somebody can tell, as of its last mail"),
    "score_parts": (FactType.INT, "of how many parts somebody can tell, 0 to 4"),
    "size_points": (FactType.INT, "1 to 5 for the size of its company"),
    "industry_points": (FactType.INT, "1 to 5 for its industry"),
    "engagement_points": (FactType.INT, "1 to 5 for its mails and answers"),
    "fit_points": (FactType.INT, "1 to 5 for what it asks for, and from where"),
    "estimate": (FactType.MONEY, "what its deal may be worth; nobody has said so"),
    "currency": (FactType.TEXT, "of the estimate"),
}
_OPPORTUNITY = _BOX | {
    "kind": (FactType.TEXT, "new, renewal, upgrade or renegotiation"),
    "stage": (FactType.TEXT, "where in the pipeline it stands"),
    "state": (FactType.TEXT, "the lifecycle state that the stage maps to"),
    "probability": (FactType.INT, "in percent"),
    "amount": (FactType.MONEY, "what it is worth, net"),
    "currency": (FactType.TEXT, "of the amount"),
    "close_on": (FactType.DATE, "when it is expected to close"),
    "wake_on": (FactType.DATE, "until when it is on hold"),
    "woken_at": (FactType.TIME, "when it last woke from being on hold"),
    "created_at": (FactType.TIME, "when it was made"),
    "stage_since_at": (FactType.TIME, "since when it stands in its stage"),
    "stage_overdue_at": (
        FactType.TIME,
        "when it has been in its stage for too long, by the days of [[pipeline]]",
    ),
    "is_in_negotiation": (FactType.BOOL, "whether its state is Negotiation, and its stage not the last one"),
    "is_committed": (FactType.BOOL, "whether its rep stands by it, while it is open and not on hold"),
    "weighted": (FactType.MONEY, "amount times probability; nothing of a deal that is on hold or closed"),
    "lost_reason": (FactType.TEXT, "why it was lost, of the reasons in [[pipeline]]"),
    "is_open": (FactType.BOOL, "whether it can still be won or lost"),
    "is_on_hold": (FactType.BOOL, "whether it sleeps until a date"),
    "next_action": (FactType.TEXT, "the text of its next action"),
    "estimate": (FactType.MONEY, "what it may be worth, as long as nobody has said an amount"),
    "unit": (FactType.TEXT, "what it counts instead of money, such as licences"),
    "units": (FactType.INT, "how many of them the customer wants"),
    "units_before": (FactType.INT, "how many the customer has by the agreement so far"),
}
_DOCUMENT = {
    "box_id": (FactType.INT, "the number of its box"),
    "kind": (FactType.TEXT, "quote, order or invoice"),
    "number": (FactType.TEXT, "its number"),
    "state": (FactType.TEXT, "where it stands"),
    "reference": (FactType.TEXT, "the customer's PO number"),
    "currency": (FactType.TEXT, "of its amounts"),
    "net": (FactType.MONEY, "its net total"),
    "total": (FactType.MONEY, "its total"),
    "issued_at": (FactType.TIME, "when it was issued"),
    "issued_on": (FactType.DATE, "the day that it bears"),
    "valid_until": (FactType.DATE, "the last day on which a quote holds"),
    "due_on": (FactType.DATE, "by when an invoice is to be paid"),
    "finalise_at": (FactType.TIME, "when a provisional invoice is finalised"),
    "name": (FactType.TEXT, "what its opportunity is called"),
    "owner": (FactType.TEXT, "the key of the user who has it"),
}
_LETTER = {
    "box_id": (FactType.INT, "the number of its box"),
    "kind": (FactType.TEXT, "notice, receipt, digest, quote or invoice"),
    "state": (FactType.TEXT, "where it stands"),
    "subject": (FactType.TEXT, "its subject"),
    "error": (FactType.TEXT, "what went wrong last"),
    "document_id": (FactType.INT, "the document that it carries"),
    "is_outside": (FactType.BOOL, "whether an addressee is not one of us"),
}
_MESSAGE = {
    "box_id": (FactType.INT, "the number of its box"),
    "name": (FactType.TEXT, "what its box is called"),
    "owner": (FactType.TEXT, "the key of the user who has the box"),
    "kind": (FactType.TEXT, "customer, outbound, bounce and so on"),
    "sender": (FactType.TEXT, "the address that wrote it"),
    "subject": (FactType.TEXT, "its subject"),
    "intents": (FactType.TEXTS, "what its words ask or say, as `inboxcrm show` lists it"),
    "is_first": (FactType.BOOL, "whether it made its lead"),
    "is_open_matter": (FactType.BOOL, "whether it is on a lead, deal or ticket that is still open"),
    "is_acceptance": (FactType.BOOL, "whether its words accept something, or it brings a purchase order"),
    "needs_no_answer": (FactType.BOOL, "whether it is a mere courtesy, such as thanks"),
    "is_late": (FactType.BOOL, "whether it was taken in more than a day after it came, as we were down"),
    "is_answered": (FactType.BOOL, "whether one of us has written on its box since"),
    "received_at": (FactType.TIME, "when it was received"),
}
# What a set holds, or a text is, at most: so a misspelt word is found when rules are read.
_CHOICES = {
    "stage": tuple(stage.name for stage in STAGES),
    "intents": (
        *("acceptance", "rejection", "purchase order", "quote request", "information request", "question"),
        *("renegotiation", "licence count", "upgrade", "cancellation", "payment", "out of office"),
        *("left the company", "unsubscribe", "meeting", "courtesy"),
    ),
}
# Amounts that are in the currency of the fact `currency` beside them; of a deal's estimate it is that of its lead.
_PRICED = ("amount", "weighted", "net", "total", "lead.estimate")
_MAY_BE_EMPTY = {
    *(
        "owner",
        "last_inbound_at",
        "last_outbound_at",
        "answer_due_at",
        "contact_name",
        "contact_title",
        "contact_phone",
        "organization_name",
        "vat_number",
        "type",
        "campaign",
        "answered_at",
        "amount",
        "stage_overdue_at",
        "weighted",
        "lost_reason",
    ),
    *(
        "number",
        "reference",
        "total",
        "issued_at",
        "issued_on",
        "valid_until",
        "due_on",
        "close_on",
        "wake_on",
        "woken_at",
        "finalise_at",
        "error",
        "document_id",
        "letter.box_id",
        "message.box_id",
    ),
    *("reason", "recontact_at", "revived_at", "budget", "authority", "need", "timeline"),
    *("employees", "industry", "score", "estimate"),
    *("size_points", "industry_points", "engagement_points", "fit_points"),
    *("unit", "units", "units_before"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where the records of a kind are: their columns, how they are selected, and the column of their id."""

    columns: Mapping[str, Any]
    select: Callable[[dict[str, Any]], Any]
    id: Any


SOURCES = {
    "lead": Source(crm.LEAD, crm.select_leads, crm.LEAD_ID),
    "opportunity": Source(crm.OPPORTUNITY, crm.select_opportunities, crm.OPPORTUNITY_ID),
    "document": Source(sales.DOCUMENT, sales.select_documents, sales.DOCUMENT_ID),
    "message": Source(ingest.MESSAGE, ingest.select_messages, ingest.MESSAGE_ID),
    "letter": Source(outbox.LETTER, outbox.select_letters, outbox.LETTER_ID),
}


def _table(kind: str, facts: Mapping[str, tuple[FactType, str]]) -> FactTable:
    columns = SOURCES[kind].columns
    return FactTable(
        kind,
        {
            name: Fact(
                fact_type,
                is_nullable=bool({name, f"{kind}.{name}"} & _MAY_BE_EMPTY),
                column=columns[name],
                doc=doc,
                scale=PRICE_SCALE if fact_type is FactType.MONEY else 1,
                choices=_CHOICES.get(name, ()),
                currency="currency" if {name, f"{kind}.{name}"} & set(_PRICED) else "",
            )
            for name, (fact_type, doc) in facts.items()
        },
    )


FACT_TABLES: dict[str, FactTable] = {
    "lead": _table("lead", _LEAD),
    "opportunity": _table("opportunity", _OPPORTUNITY),
    "document": _table("document", _DOCUMENT),
    "message": _table("message", _MESSAGE),
    "letter": _table("letter", _LETTER),
    # The whole company: for rules that are about no record, such as a digest.
    "company": FactTable("company", {}),
}


def fact_tables(stages: Iterable[str]) -> dict[str, FactTable]:
    """Give the tables with these as the stages of deals, so that a misspelt one is found when rules are read."""
    deals = FACT_TABLES["opportunity"]
    stage = replace(deals.facts["stage"], choices=tuple(stages))
    return FACT_TABLES | {"opportunity": FactTable(deals.kind, {**deals.facts, "stage": stage})}


def with_fields(tables: Mapping[str, FactTable], fields: Collection[CustomField]) -> Mapping[str, FactTable]:
    """Give the tables with the fields of the company's own among the facts of leads and deals (OP-14)."""
    own = {kind: field_facts(kind, fields) for kind in tables} if fields else {}
    changed = {kind: FactTable(kind, {**tables[kind].facts, **facts}) for kind, facts in own.items() if facts}
    return {**tables, **changed}


# The kind of record whose facts a rule sees, by the kind of thing that an event is about.
KIND_OF_SUBJECT = {
    "lead": "lead",
    "opportunity": "opportunity",
    "quote": "document",
    "order": "document",
    "invoice": "document",
    "message": "message",
    "letter": "letter",
}


def facts_of(
    session: Session, kind: str, record_id: int, fields: Collection[CustomField] = ()
) -> dict[str, object] | None:
    """Give the facts of one record as plain values, fields of the company's own too; None if it is not there."""
    rows = find_records(session, kind, SOURCES[kind].id == record_id, fields)
    return rows[record_id] if rows else None


def find_records(
    session: Session, kind: str, where: ColumnElement[bool], fields: Collection[CustomField] = ()
) -> dict[int, dict[str, object]]:
    """Give the facts of all records for which a condition holds, in one query."""
    source, own = SOURCES[kind], field_facts(kind, fields)
    facts = {**FACT_TABLES[kind].facts, **own}
    columns = {**source.columns, **{name: fact.column for name, fact in own.items()}}
    query = source.select(columns).where(where).order_by(source.id)
    names = list(columns)
    return {
        row[0]: {name: _plain(facts[name], value) for name, value in zip(names, row[1:], strict=True)}
        for row in session.execute(query)
    }


def _plain(fact: Fact, value: Any) -> object:
    if fact.type is FactType.MONEY and value is not None:
        return Decimal(value) / fact.scale
    if fact.type is FactType.TEXTS and value is not None:
        return tuple(value)
    return bool(value) if fact.type is FactType.BOOL else value


def in_words(values: Mapping[str, object], zone: ZoneInfo) -> dict[str, object]:
    """Give facts as they stand in texts: times in a zone, amounts with their currency's digits, the rest as it is."""
    currency = str(values.get("currency") or "")
    return {
        name: _in_words(value, zone, "" if name.startswith(PREFIX) else currency)
        for name, value in values.items()
    }


def _in_words(value: object, zone: ZoneInfo, currency: str) -> object:
    if isinstance(value, datetime):
        local = value.astimezone(zone)
        return f"{spell_day(local)} {local:%H:%M}"
    if isinstance(value, date):
        return spell_day(value)
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, Decimal) and not currency:  # a number, of a field of the company's own
        return f"{value:.0f}" if value == int(value) else f"{value.normalize():f}"
    return Money.of(value, currency).plain() if isinstance(value, Decimal) else value
