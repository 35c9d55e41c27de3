"""Trials by the starter set `streak`: none for small customers, 45 days for large ones, then a yes or no (RN-12)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.build import letters, on_both_databases
from tests.rules.starter.year import Customer, Year, open_year

TESS, FINN = Customer("tess", 100), Customer("finn", 99)


@pytest.fixture
def year(make_office, clock, tmp_path: Path) -> Year:
    found = open_year(make_office, clock, tmp_path)
    found.look()
    return found


def made(year: Year, row: str = "RN-12") -> list[str]:
    """What rules of a row made: day, what it is, and its words."""
    return [
        f"{on} {what}: {words}" for on, _, what, its_row, words in year.what_rules_made() if its_row == row
    ]


@on_both_databases
def test_a_hundred_users_are_large_and_ninety_nine_are_not(year: Year) -> None:
    year.begins_trial(TESS)
    year.later()
    year.begins_trial(FINN)
    year.later()

    assert made(year) == [
        "2026-11-23 notice: No trial below 100 users; offer a demonstration: Licences for Finn",
        "2026-11-23 task for 2026-11-24: Send tess the evaluation agreement; "
        "once it is signed answer: field trial: running",
    ]


@on_both_databases
def test_a_size_that_nobody_knows_is_asked_and_the_answer_goes_on(year: Year) -> None:
    year.asks(TESS)
    year.anna(TESS, "qualify")
    year.anna(TESS, "field trial: asked")
    year.later()
    [question] = [one for one in letters(year.office, "notice") if "How many would use it" in one.subject]
    assert "field users: 120" in question.facts["commands"]

    year.shop.anna("field users: 120", answers=question.message_id)
    year.later()

    agreement = "2026-11-23 task for 2026-11-24: Send tess the evaluation agreement"
    assert len([line for line in made(year) if line.startswith(agreement)]) == 1


def test_a_trial_is_followed_week_by_week_until_there_is_a_yes(year: Year) -> None:
    """Forty-five days from Monday 23 November are Thursday 7 January; a week before is New Year's Eve."""
    year.begins_trial(TESS)
    year.anna(TESS, "field trial: running")
    year.anna(TESS, "hold until 8 jan")
    year.later()
    year.until("2027-01-22")
    followed = [line for line in made(year) if not line.startswith("2026-11-23")]
    year.anna(TESS, "field trial: yes")
    year.until("2027-02-05")

    over = "notice: The trial is over and tess has said neither yes nor no: Licences for Tess"
    assert followed == [
        "2026-12-31 task for 2027-01-04: Arrange with tess to talk about the trial, it ends on 7 January 2027",
        f"2027-01-08 {over}",
        f"2027-01-15 {over}",
        f"2027-01-22 {over}",
    ]
    assert [line for line in made(year) if line > "2027-01-23"] == []
