"""Fields of the company's own: typed values of their records (OP-14)."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import pytest

from inboxcrm.base.records import Event
from inboxcrm.base.settings_people import CustomField
from inboxcrm.base.work import Work
from inboxcrm.crm.field import RecordMissing, ValueUnfit, fields_of_box, read_value, set_field
from tests.build import a_lead, an_opportunity, on_both_databases

SIZE = CustomField(name="size", record="organization", type="number", label="Number of employees")
GRADE = CustomField(name="grade", record="contact", type="choice", choices=("Gold", "Silver"))
BUDGET = CustomField(name="budget", record="opportunity", type="amount")
EXPIRES = CustomField(name="expires", record="opportunity", type="date")
NOTE = CustomField(name="note", record="lead")
ALL = (SIZE, GRADE, BUDGET, EXPIRES, NOTE)


@pytest.mark.parametrize(
    ("field", "words", "value"),
    [
        (SIZE, "200", Decimal(200)),
        (SIZE, "1,200", Decimal(1200)),
        (SIZE, "-0.5", Decimal("-0.5")),
        (BUDGET, "12 500.50", Decimal("12500.50")),
        (GRADE, "SILVER", "Silver"),
        (EXPIRES, "2026-12-03", date(2026, 12, 3)),
        (EXPIRES, "3 december 2026", date(2026, 12, 3)),
        (NOTE, "  wants   blue ", "wants blue"),
    ],
)
def test_a_value_is_read_as_its_type(field: CustomField, words: str, value: object) -> None:
    assert read_value(field, words) == value


@pytest.mark.parametrize(
    ("field", "words", "told"),
    [
        (SIZE, "many", "takes a number such as 200"),
        (SIZE, "12,50", "takes a number"),
        (SIZE, "1e9", "takes a number"),
        (SIZE, "99999999999999", "takes a number"),
        (GRADE, "bronze", "takes one of Gold, Silver"),
        (EXPIRES, "2026-02-30", "takes a day such as 2026-12-03"),
        (EXPIRES, "soon", "takes a day"),
        (NOTE, "x" * 501, "500 characters at most"),
    ],
)
def test_a_value_of_another_type_is_refused_with_what_would_be_right(field, words: str, told: str) -> None:
    with pytest.raises(ValueUnfit, match=told):
        read_value(field, words)


@on_both_databases
def test_values_of_every_type_stay_as_they_were_said_and_are_told_in_order(work: Work) -> None:
    work = dataclasses.replace(work, settings=work.settings.model_copy(update={"field": ALL}))
    box = an_opportunity(work).box
    values = [Decimal("200.25"), "Gold", Decimal("12500.50"), date(2026, 12, 3), "wants blue"]

    for field, value in zip(ALL, values, strict=True):
        assert set_field(work, box, field, value) is None
    work.session.expire_all()

    assert fields_of_box(work.session, work.settings, box) == list(zip(ALL, values, strict=True))
    assert set_field(work, box, SIZE, None) == Decimal("200.25")
    assert next(field.name for field, _ in fields_of_box(work.session, work.settings, box)) == "grade"


def test_the_history_keeps_the_old_value_and_the_new_one(work: Work) -> None:
    box = an_opportunity(work).box
    set_field(work, box, SIZE, Decimal(200))
    set_field(work, box, SIZE, Decimal("250.5"))
    work.session.flush()

    told = [one.payload for one in work.session.query(Event).filter(Event.kind == "field.changed")]
    assert told == [
        {"field": "size", "old": None, "new": "200"},
        {"field": "size", "old": "200", "new": "250.5"},
    ]


def test_a_field_of_a_record_that_is_not_there_is_refused(work: Work) -> None:
    with pytest.raises(RecordMissing, match="field of the opportunity"):
        set_field(work, a_lead(work).box, BUDGET, Decimal(1))
