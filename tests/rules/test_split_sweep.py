"""A scheduled rule may say what no database can answer: it is judged on what the database finds, never approximated."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from inboxcrm.base.work import Office
from inboxcrm.crm.store import opportunity_by_id
from inboxcrm.rules.records import Episode, Firing
from inboxcrm.rules.sweep import run_due_rules
from tests.build import HandClock, an_opportunity, on_both_databases
from tests.rules.writing import a_rule, rules_of


def named_deals(office: Office, *names: str) -> dict[str, int]:
    """Make a deal of each of these names, each of a customer of its own."""
    found = {}
    with office.work("test", actor="user:anna") as work:
        for number, name in enumerate(names):
            deal = an_opportunity(work, f"bob{number}@acme{number}.example", name)
            work.session.flush()
            found[name] = deal.id
    return found


def fired_for(office: Office) -> list[int]:
    with office.reading() as session:
        return list(session.scalars(select(Firing.subject_id).order_by(Firing.subject_id)))


def rename(office: Office, deal: int, name: str) -> None:
    with office.work("test", actor="test") as work:
        opportunity_by_id(work.session, deal).name = name


@on_both_databases
@pytest.mark.parametrize(
    "when",
    [
        "is_open and matches(name, '(?i)^tender')",
        "lower(name) == 'tender' or starts_with(name, 'TENDER')",
        "is_open and created_at + business_hours(1) < now and matches(name, '(?i)tender') and not is_on_hold",
    ],
)
def test_only_records_of_which_the_whole_condition_holds_fire(
    office: Office, clock: HandClock, tmp_path: Path, when: str
) -> None:
    deals = named_deals(office, "TENDER", "tender", "Renewal", "")
    rule = a_rule('every = "daily 07:00"', 'for = "opportunity"', f'when = "{when}"', "catch_up = true")
    rules = rules_of(tmp_path / "rules", rule)
    assert rules[0].condition.judged

    for _ in range(3):
        clock.move(days=1)
        run_due_rules(office, rules)

    assert fired_for(office) == sorted([deals["TENDER"], deals["tender"]])


@on_both_databases
def test_an_episode_ends_when_only_the_judged_part_holds_no_more(
    office: Office, clock: HandClock, tmp_path: Path
) -> None:
    deal = named_deals(office, "tender")["tender"]
    keys = ('every = "daily 07:00"', 'for = "opportunity"', "when = \"is_open and upper(name) == 'TENDER'\"")
    rules = rules_of(tmp_path / "rules", a_rule(*keys, "catch_up = true"))
    run_due_rules(office, rules)
    assert fired_for(office) == [deal]

    for name, episodes in (("other", 0), ("Tender", 1)):
        rename(office, deal, name)
        clock.move(days=1)
        run_due_rules(office, rules)
        with office.reading() as session:
            assert len(session.scalars(select(Episode)).all()) == episodes

    assert fired_for(office) == [deal, deal]


def test_a_deal_is_late_by_its_owners_own_working_hours(
    office: Office, clock: HandClock, tmp_path: Path
) -> None:
    """Monday 10:30 in Amsterdam, and three business hours later."""
    named_deals(office, "tender")
    keys = (
        'every = "every 10 minutes"',
        'for = "opportunity"',
        'when = "created_at <= now - business_hours(3)"',
    )
    rules = rules_of(tmp_path / "rules", a_rule(*keys))
    moments: list[datetime] = []
    for _ in range(30):
        run_due_rules(office, rules)
        moments += [clock.now()] * (len(fired_for(office)) - len(moments))
        clock.move(minutes=10)

    assert [f"{at:%a %H:%M}" for at in moments] == ["Mon 12:30"]
