"""Links between boxes. Private to the CRM; others ask `store.py` and the verbs."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.database import Base


class OrganizationBox(Base):
    """The one box of kind `organization` that an organization with several deals has."""

    __tablename__ = "organization_box"
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"), unique=True)


class BoxParty(Base):
    """An organization with another part in a deal than the customer's: for whom a partner buys."""

    __tablename__ = "box_party"
    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)  # end user
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)


class BoxLink(Base):
    """A box that belongs to another one, and how: a deal to its organization box."""

    __tablename__ = "box_link"
    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)  # organization
    linked_id: Mapped[int] = mapped_column(ForeignKey("box.id"), index=True)
