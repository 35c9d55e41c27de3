"""Values of the company's own fields. Private to the CRM; others ask `store.py` and the verbs."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.columns import RowId
from inboxcrm.base.database import Base


class FieldValue(Base):
    """One value of one record; which of the three columns holds it, its field's type says."""

    __tablename__ = "field_value"
    record: Mapped[str] = mapped_column(
        String(20), primary_key=True
    )  # contact, organization, lead, opportunity
    record_id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    text: Mapped[str | None] = mapped_column(String(500))
    number_e4: Mapped[int | None] = mapped_column(BigInteger)  # numbers and amounts, in ten-thousandths
    day: Mapped[date | None]
