"""Questions for the values of the company's own fields."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.base.changes import Changes
from inboxcrm.base.money import PRICE_SCALE
from inboxcrm.crm.fields.records import FieldValue

Value = str | Decimal | date
_COLUMNS = {"text": "text", "choice": "text", "number": "number_e4", "amount": "number_e4", "date": "day"}


def field_value(session: Session, record: str, record_id: int, name: str, type_: str) -> Value | None:
    """Give the value of a field of a record; None if it has none."""
    row = session.get(FieldValue, (record, record_id, name))
    return _value(row, type_) if row else None


def set_field_value(
    session: Session, record: str, record_id: int, name: str, type_: str, value: Value | None
) -> None:
    """Write the value of a field of a record; None takes it away."""
    row = session.get(FieldValue, (record, record_id, name))
    if value is None:
        if row is not None:
            session.delete(row)
            session.flush()
        return
    if row is None:
        row = FieldValue(record=record, record_id=record_id, name=name)
        session.add(row)
    row.text = row.number_e4 = row.day = None
    setattr(row, _COLUMNS[type_], _kept(value))
    session.flush()


def row_of_value(record: str, record_id: int, name: str, type_: str, value: Value) -> dict[str, Any]:
    """Give the row of a value, to be inserted with others."""
    columns = dict.fromkeys(("text", "number_e4", "day")) | {_COLUMNS[type_]: _kept(value)}
    return {"record": record, "record_id": record_id, "name": name, **columns}


def _kept(value: Value) -> str | int | date:
    return int(value * PRICE_SCALE) if isinstance(value, Decimal) else value


def field_rows(
    session: Session, records: Iterable[tuple[str, int]]
) -> dict[tuple[str, int, str], FieldValue]:
    """Give all values of these records, by record, its id and the field's name."""
    by_kind = dict[str, list[int]]()
    for record, record_id in records:
        by_kind.setdefault(record, []).append(record_id)
    if not by_kind:
        return {}
    is_theirs = or_(
        *(
            (FieldValue.record == record) & among(session, FieldValue.record_id, ids)
            for record, ids in by_kind.items()
        )
    )
    return {
        (one.record, one.record_id, one.name): one
        for one in session.scalars(select(FieldValue).where(is_theirs))
    }


def value_of_row(row: FieldValue, type_: str) -> Value | None:
    """Give the value of a row as its field's type; None if it was written under another type."""
    return _value(row, type_)


def same_value(one: FieldValue, other: FieldValue) -> bool:
    """Tell whether two rows hold the same value."""
    return all(getattr(one, name) == getattr(other, name) for name in _COLUMNS.values())


def add_field_row(changes: Changes, row: FieldValue, record_id: int) -> None:
    """Give another record of the same kind the value of a row."""
    columns = FieldValue.__table__.columns
    values = {one.name: getattr(row, one.name) for one in columns}
    changes.add_link(FieldValue.__table__, values | {"record_id": record_id})


def _value(row: FieldValue, type_: str) -> Value | None:
    kept = getattr(row, _COLUMNS[type_])
    return Decimal(kept) / PRICE_SCALE if isinstance(kept, int) else kept
