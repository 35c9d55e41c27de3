"""Further domains of organizations. Private to the CRM; others ask `store.py` and the verbs."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.database import Base


class OrganizationDomain(Base):
    """A registrable domain of an organization besides its first: somebody said that its people write from there."""

    __tablename__ = "organization_domain"
    domain: Mapped[str] = mapped_column(String(253), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
