"""The company's own fields: their values read from words, kept, and told (OP-14)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.spelled import spell_day
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.fields.store import Value, field_rows, field_value, set_field_value, value_of_row
from inboxcrm.crm.store import lead_of_box, opportunity_of_box

if TYPE_CHECKING:
    from inboxcrm.base.database import Session
    from inboxcrm.base.settings import Settings
    from inboxcrm.base.settings_people import CustomField
    from inboxcrm.crm.records import Box

_NUMBER = re.compile(r"[+-]?\d{1,13}(?:\.\d{1,4})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[, ]\d{3}){1,4}(?:\.\d{1,4})?")
_DAY = re.compile(r"(\d{1,2}) ([a-z]{3,9})\.? (\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LONGEST_TEXT = 500


class ValueUnfit(Refused):
    """Words that are no value of a field's type."""

    def __init__(self, field: CustomField, words: str) -> None:
        super().__init__(
            f"{words[:60]!r} does not fit {field.name}, which takes {what_fits(field)}; nothing was changed"
        )


class RecordMissing(Refused):
    """A field of a record that the box does not have."""

    def __init__(self, field: CustomField, box: Box) -> None:
        super().__init__(f"{field.name} is a field of the {field.record}, and {box.name} has none")


def what_fits(field: CustomField) -> str:
    """Say what a field takes, with an example."""
    return {
        "number": "a number such as 200 or 12.5",
        "amount": "an amount such as 12500 or 12500.50",
        "date": "a day such as 2026-12-03 or 3 December 2026",
        "choice": f"one of {', '.join(field.choices)}",
        "text": f"words, {LONGEST_TEXT} characters at most",
    }[field.type]


def read_value(field: CustomField, words: str) -> Value:
    """Give the value that words say for a field. Raises ValueUnfit."""
    words = " ".join(words.split())
    found: Value | None = None
    if field.type == "text":
        found = words if 0 < len(words) <= LONGEST_TEXT else None
    elif field.type == "choice":
        found = next((one for one in field.choices if one.casefold() == words.casefold()), None)
    elif field.type == "date":
        found = _read_day(words.lower())
    elif _NUMBER.fullmatch(words) or _GROUPED.fullmatch(words):
        found = Decimal(re.sub("[, ]", "", words))
    if found is None:
        raise ValueUnfit(field, words)
    return found


def _read_day(words: str) -> date | None:
    spelled = _DAY.fullmatch(words)
    try:
        if spelled and spelled[2][:3] in _MONTHS:
            return date(int(spelled[3]), _MONTHS.index(spelled[2][:3]) + 1, int(spelled[1]))
        return date.fromisoformat(words)
    except ValueError:
        return None


def set_field(work: Work, box: Box, field: CustomField, value: Value | None) -> Value | None:
    """Set a field of a box's record, or empty it by None; give what it was before. Raises RecordMissing."""
    work.session.flush()
    record_id = _records(work.session, box).get(field.record)
    if record_id is None:
        raise RecordMissing(field, box)
    old = field_value(work.session, field.record, record_id, field.name, field.type)
    if old != value:
        set_field_value(work.session, field.record, record_id, field.name, field.type, value)
        work.emit(
            events.FIELD_CHANGED,
            (field.record, record_id),
            box_id=box.id,
            is_quiet=True,
            field=field.name,
            old=plain_value(field, old),
            new=plain_value(field, value),
        )
    return old


def fields_of_box(session: Session, settings: Settings, box: Box) -> list[tuple[CustomField, Value]]:
    """Give the fields that the records of a box have values of, as they are declared."""
    if not settings.field:
        return []
    records = _records(session, box)
    rows = field_rows(session, records.items())
    found = []
    for field in settings.field:
        row = rows.get((field.record, records.get(field.record, 0), field.name))
        value = value_of_row(row, field.type) if row else None
        if value is not None:
            found.append((field, value))
    return found


def _records(session: Session, box: Box) -> dict[str, int]:
    lead, deal = lead_of_box(session, box.id), opportunity_of_box(session, box.id)
    found = {
        "contact": box.contact_id,
        "organization": box.organization_id,
        "lead": lead.id if lead else None,
        "opportunity": deal.id if deal else None,
    }
    return {record: number for record, number in found.items() if number is not None}


def plain_value(field: CustomField, value: Value | None) -> str | None:
    """Give a value as it can be said again: 200, 12500.50, 2026-12-03, words; None for none."""
    if isinstance(value, Decimal):
        plain = f"{value:f}"
        plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
        return (
            f"{value:.2f}" if field.type == "amount" and value == value.quantize(Decimal("0.01")) else plain
        )
    return value.isoformat() if isinstance(value, date) else value


def spelled_value(field: CustomField, value: Value, currency: str) -> str:
    """Give a value as people read it: EUR 12,500.50, 3 December 2026."""
    if isinstance(value, Decimal) and field.type == "amount":
        return f"{currency} {value:,.2f}"
    return spell_day(value) if isinstance(value, date) else str(plain_value(field, value))
