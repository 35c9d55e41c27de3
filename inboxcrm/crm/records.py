"""Tables of the CRM. Private to this folder; others ask `store.py` and the verbs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, event
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inboxcrm.base.columns import Json, RowId
from inboxcrm.base.database import Base
from inboxcrm.base.name_key import company_key, person_key

OPEN_NEXT_ACTION = "kind = 'next action' and state = 'open'"
IS_MERGED = sql("merged_into is not null")
IS_OPEN_DEAL = sql("closed_at IS NULL")
# As crm/facts.py writes `is_answer_owed`, so that a rule that asks for it is served.
IS_ANSWER_OWED = sql(
    "last_inbound_at IS NOT NULL AND (last_outbound_at IS NULL OR last_outbound_at < last_inbound_at)"
)


def _merged_index(table: str) -> Index:
    name = f"ix_{table}_merged_into"
    return Index(name, "merged_into", sqlite_where=IS_MERGED, postgresql_where=IS_MERGED)


def _index_of_open_deals(*columns: str) -> Index:
    name = f"ix_opportunity_{'_'.join(columns)}"
    return Index(name, *columns, sqlite_where=IS_OPEN_DEAL, postgresql_where=IS_OPEN_DEAL)


class Organization(Base):
    """A company that we know; the CRM's "account"."""

    __tablename__ = "organization"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str | None] = mapped_column(String(200), index=True)  # its normal form (LD-3)
    merged_into: Mapped[int | None] = mapped_column(RowId)  # its domain leads there
    domain: Mapped[str | None] = mapped_column(String(253), unique=True)
    kind: Mapped[str] = mapped_column(String(20), default="prospect")  # those of [people]
    legal_name: Mapped[str | None] = mapped_column(String(200))
    invoice_address: Mapped[list[str] | None] = mapped_column(Json)
    country: Mapped[str | None] = mapped_column(String(2))
    vat_number: Mapped[str | None] = mapped_column(String(20))
    parent_id: Mapped[int | None] = mapped_column(RowId, index=True)  # the organization to which it belongs
    created_at: Mapped[datetime]
    __table_args__ = (_merged_index("organization"),)


class Contact(Base):
    """A person outside the company."""

    __tablename__ = "contact"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str | None] = mapped_column(String(200))  # its normal form (LD-3)
    merged_into: Mapped[int | None] = mapped_column(RowId)  # his telephone leads there
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    title: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(20), index=True)  # E.164
    away_until: Mapped[datetime | None]  # as his own auto-reply said
    substitute: Mapped[str | None] = mapped_column(String(320))  # whom it named instead
    found: Mapped[dict[str, Any] | None] = mapped_column(Json)  # by field: what was read of him, and where
    created_at: Mapped[datetime]
    organization: Mapped[Organization | None] = relationship()
    addresses: Mapped[list[ContactAddress]] = relationship(order_by="ContactAddress.is_first.desc()")
    __table_args__ = (
        Index("ix_contact_name_key_organization_id", "name_key", "organization_id"),
        _merged_index("contact"),
    )


@event.listens_for(Organization.name, "set")
def _keep_company_key(organization: Organization, name: str, *_: object) -> None:
    organization.name_key = company_key(name or "")


@event.listens_for(Contact.name, "set")
def _keep_person_key(contact: Contact, name: str, *_: object) -> None:
    contact.name_key = person_key(name or "")


class ContactAddress(Base):
    """A mail address of a contact; one address belongs to one contact."""

    __tablename__ = "contact_address"
    address: Mapped[str] = mapped_column(String(320), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    is_first: Mapped[bool] = mapped_column(default=True)


class Box(Base):
    """The container of one matter: a lead, later the opportunity that it became; or a ticket with its deal."""

    __tablename__ = "box"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # lead, opportunity, ticket, organization
    name: Mapped[str] = mapped_column(String(300))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    owner: Mapped[str | None] = mapped_column(String(40))
    is_open: Mapped[bool] = mapped_column(default=True)
    is_asleep: Mapped[bool] = mapped_column(default=False)  # RN-9: no candidate for mail
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("box.id"))
    opened_at: Mapped[datetime]
    last_activity_at: Mapped[datetime]
    last_inbound_at: Mapped[datetime | None]
    last_outbound_at: Mapped[datetime | None]
    contact: Mapped[Contact | None] = relationship()
    organization: Mapped[Organization | None] = relationship()
    __table_args__ = (
        _merged_index("box"),
        Index("ix_box_last_activity_at", "last_activity_at"),
        Index(
            "ix_box_last_inbound_at",
            "last_inbound_at",
            sqlite_where=IS_ANSWER_OWED,
            postgresql_where=IS_ANSWER_OWED,
        ),
    )


class Absence(Base):
    """A time in which one of our own people is away, and who stands in."""

    __tablename__ = "absence"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    user: Mapped[str] = mapped_column(String(40), index=True)
    occasion: Mapped[str] = mapped_column(String(200), unique=True)  # the mail or calendar entry that says so
    start_at: Mapped[datetime]
    until_at: Mapped[datetime]
    deputy: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime]


class Meeting(Base):
    """A meeting, or one occurrence of a series, as its invitations tell of it (RFC 5545)."""

    __tablename__ = "meeting"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    uid: Mapped[str] = mapped_column(String(500))
    organizer: Mapped[str] = mapped_column(String(320))
    recurrence: Mapped[str] = mapped_column(String(40), default="")  # which occurrence; "" for all
    box_id: Mapped[int | None] = mapped_column(ForeignKey("box.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))  # planned, cancelled
    sequence: Mapped[int] = mapped_column(RowId)
    written_at: Mapped[datetime]
    starts_at: Mapped[datetime | None] = mapped_column(index=True)
    ends_at: Mapped[datetime | None]
    is_all_day: Mapped[bool] = mapped_column(default=False)
    summary: Mapped[str] = mapped_column(String(300))
    location: Mapped[str] = mapped_column(String(300))
    attendees: Mapped[dict[str, str]] = mapped_column(Json)  # address: answer
    __table_args__ = (UniqueConstraint("uid", "organizer", "recurrence"),)


class PhoneCall(Base):
    """A call with somebody outside (IN-14); without a box it is known of its contact alone."""

    __tablename__ = "phone_call"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    occasion: Mapped[str] = mapped_column(String(200), unique=True)  # the mail, or the system's id
    box_id: Mapped[int | None] = mapped_column(ForeignKey("box.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    message_id: Mapped[int] = mapped_column(RowId)
    direction: Mapped[str] = mapped_column(String(3))  # in, out
    phone: Mapped[str] = mapped_column(String(20))  # E.164
    started_at: Mapped[datetime]
    seconds: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)
    user: Mapped[str | None] = mapped_column(String(40))  # who of us spoke


class BoxContact(Base):
    """A person who wrote on a box, or to whom one of us wrote there: his next mail may belong to it too (IN-3)."""

    __tablename__ = "box_contact"
    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), primary_key=True, index=True)


class BoxGuest(Base):
    """An address to which one of us wrote on a box before anything else was known of it: whoever has it takes part."""

    __tablename__ = "box_guest"
    address: Mapped[str] = mapped_column(String(320), primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"), primary_key=True)


class Lead(Base):
    """An unqualified contact with a need (LD-1)."""

    __tablename__ = "lead"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"), unique=True)
    state: Mapped[str] = mapped_column(String(20), default="New")
    source: Mapped[str] = mapped_column(String(40))
    type: Mapped[str | None] = mapped_column(String(40), index=True)
    is_by_mail: Mapped[bool] = mapped_column(default=False)  # a mail made it, whatever its source is
    need: Mapped[str] = mapped_column(Text)
    campaign: Mapped[str | None] = mapped_column(String(100), index=True)
    is_vague: Mapped[bool] = mapped_column(default=False)  # IN-11
    details: Mapped[dict[str, Any] | None] = mapped_column(Json)  # what a form said besides
    owner: Mapped[str | None] = mapped_column(String(40), index=True)
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    lost_opportunity_id: Mapped[int | None] = mapped_column(RowId, index=True)  # whose deal was lost for now (OP-11)
    recontact_at: Mapped[datetime | None]  # Recycled until then (LD-10)
    revived_at: Mapped[datetime | None]  # when its contact wrote, and so brought it back (LD-2)
    box: Mapped[Box] = relationship()
    __table_args__ = (Index("ix_lead_state_created_at", "state", "created_at"),)


class Opportunity(Base):
    """A qualified sales chance (OP-1)."""

    __tablename__ = "opportunity"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"), unique=True)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"), unique=True)
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("opportunity.id"))
    kind: Mapped[str] = mapped_column(String(20), default="new")
    name: Mapped[str] = mapped_column(String(300))
    stage: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    probability: Mapped[int]
    owner: Mapped[str] = mapped_column(String(40))
    amount_minor: Mapped[int | None] = mapped_column(RowId)
    currency: Mapped[str] = mapped_column(String(3))
    unit: Mapped[str | None] = mapped_column(String(40))  # what it counts instead of money, such as licences (V9)
    units: Mapped[int | None]
    units_before: Mapped[int | None]  # by the agreement so far
    account_code: Mapped[str | None] = mapped_column(String(100), index=True)  # the customer's, at a provider
    wake_on: Mapped[date | None] = mapped_column(index=True)  # on hold until then
    woken_at: Mapped[datetime | None]  # when it last was so no more
    close_on: Mapped[date | None]
    stage_since_at: Mapped[datetime]
    stage_overdue_at: Mapped[datetime | None]  # when it will have been there too long (OP-9)
    is_closing: Mapped[bool] = mapped_column(default=False)  # on the stage from which deals are won
    is_committed: Mapped[bool] = mapped_column(default=False)  # the rep's word (OP-8)
    probability_why: Mapped[str | None] = mapped_column(Text)  # who set it by hand says so
    lost_reason: Mapped[str | None] = mapped_column(String(40), index=True)
    lost_why: Mapped[str | None] = mapped_column(Text)  # in his own words (OP-11)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    box: Mapped[Box] = relationship()
    # A deal has at most one renewal, whoever asks for it and how often (RN-9).
    __table_args__ = (
        Index("uq_opportunity_origin_kind", "origin_id", "kind", unique=True),
        _index_of_open_deals("stage", "stage_since_at"),
        _index_of_open_deals("stage_overdue_at"),
        Index("ix_opportunity_close_on", "close_on"),
        Index("ix_opportunity_closed_at", "closed_at"),
    )

    @property
    def is_open(self) -> bool:
        """Tell whether it can still be won or lost."""
        return not self.state.startswith("Closed")


class Notification(Base):
    """A notice of a provider about a deal, by the provider's own id: each counts once (IN-17)."""

    __tablename__ = "notification"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    sender: Mapped[str] = mapped_column(String(320))
    number: Mapped[str] = mapped_column(String(200))
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"), index=True)
    at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("sender", "number"),)


class Task(Base):
    """Something that one of our people has to do."""

    __tablename__ = "task"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"), index=True)
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey("opportunity.id"))
    text: Mapped[str] = mapped_column(String(500))
    why: Mapped[str] = mapped_column(String(500), default="")
    rule: Mapped[str | None] = mapped_column(String(80))
    rule_version: Mapped[str | None] = mapped_column(String(40))
    owner: Mapped[str] = mapped_column(String(40))
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="open")  # open, done, dropped
    question: Mapped[dict[str, Any] | None] = mapped_column(Json)
    # One open question or errand of a kind about a thing, however often its cause is handled.
    occasion: Mapped[str | None] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(200))
    box: Mapped[Box] = relationship()
    __table_args__ = (
        # OP-4: exactly one open next action; LD-11: on opportunities only.
        Index(
            "uq_task_open_next_action",
            "opportunity_id",
            unique=True,
            sqlite_where=sql(OPEN_NEXT_ACTION),
            postgresql_where=sql(OPEN_NEXT_ACTION),
        ),
        CheckConstraint(
            "kind not in ('next action', 'follow-up') or opportunity_id is not null",
            name="on_opportunities_only",
        ),
        Index("ix_task_state_owner_due_at", "state", "owner", "due_at"),
    )
