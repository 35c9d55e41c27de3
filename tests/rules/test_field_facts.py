"""Fields of the company's own are facts of rules: in conditions of both kinds, and in texts (OP-14)."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from inboxcrm.base.settings_people import CustomField
from inboxcrm.base.work import Work
from inboxcrm.crm.field import set_field
from inboxcrm.rules.book import read_rules
from inboxcrm.rules.facts import facts_of, find_records, in_words
from tests.build import a_lead, an_opportunity, on_both_databases

FIELDS = (
    CustomField(name="size", record="organization", type="number"),
    CustomField(name="grade", record="contact", type="choice", choices=("Gold", "Silver")),
    CustomField(name="budget", record="opportunity", type="amount"),
    CustomField(name="expires", record="opportunity", type="date"),
)
RULE = """
version = "1"
[[rule]]
id = "big"
version = 1
why = "Big customers."
{when}
for = "opportunity"
when = "{condition}"
  [[rule.do]]
  action = "notice"
  to = "owner"
  text = "size {{{{ field_size }}}}"
"""


def rules_with(folder: Path, condition: str, when: str = 'every = "daily 07:00"'):
    (folder / "own.toml").write_text(RULE.format(condition=condition, when=when))
    return read_rules(folder, (), FIELDS)


@on_both_databases
@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("field_size >= 200", True),
        ("field_size > 200", False),
        ("field_size == 200 and field_grade == 'Gold'", True),
        ("field_grade == 'Silver'", False),
        ("field_budget is None", True),
        ("field_budget < 100", False),
        ("field_expires < today + days(60)", True),
        ("field_expires - months(1) > today", False),
        ("date(created_at) == field_expires", False),
    ],
)
def test_a_condition_sees_the_fields_of_person_company_and_deal(
    work: Work, tmp_path: Path, condition: str, holds: bool
) -> None:
    work = dataclasses.replace(work, settings=work.settings.model_copy(update={"field": FIELDS}))
    deal = an_opportunity(work)
    set_field(work, deal.box, FIELDS[0], Decimal(200))
    set_field(work, deal.box, FIELDS[1], "Gold")
    set_field(work, deal.box, FIELDS[3], date(2026, 12, 20))
    work.session.flush()

    read = rules_with(tmp_path, condition)
    assert read.faults == ()
    asked = read.rules[0].condition
    found = find_records(work.session, "opportunity", asked.where(work.now), FIELDS)
    assert any(asked.holds(facts, work.now) for facts in found.values()) is holds
    facts = facts_of(work.session, "opportunity", deal.id, FIELDS)
    told = rules_with(tmp_path, condition, 'on = "opportunity.won"').rules[0].condition
    assert told.holds(facts, work.now) is holds
    words = in_words(facts, work.settings.company.zone)
    assert (words["field_grade"], words["field_size"]) == ("Gold", "200")


def test_a_field_that_is_not_declared_or_a_choice_that_is_none_is_a_fault(tmp_path: Path) -> None:
    assert "has no fact 'field_colour'" in str(rules_with(tmp_path, "field_colour == 'red'").faults[0])
    assert "Gold" in str(rules_with(tmp_path, "field_grade == 'Gld'").faults[0])


def test_a_lead_has_the_fields_of_its_person_and_company_alone(work: Work) -> None:
    lead = a_lead(work)
    work.session.flush()

    facts = facts_of(work.session, "lead", lead.id, FIELDS)
    assert {name for name in facts if name.startswith("field_")} == {"field_size", "field_grade"}
