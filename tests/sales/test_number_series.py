"""Numbers of legal series: no gap, no double, and the date never goes back (V8, IV-1)."""

from __future__ import annotations

import threading

import pytest

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Office, Work
from inboxcrm.sales.number_series import draw_number
from tests.build import day, on_both_databases

TODAY = day("2026-11-23")


def draw(office: Office, *, fail: bool = False) -> str:
    with office.work("test", actor="anna") as work:
        number = draw_number(work, "invoice", TODAY)
        if fail:
            raise RuntimeError(number)
        return number


@on_both_databases
def test_a_rollback_gives_the_number_back(office: Office) -> None:
    assert draw(office) == "I-2026-0001"
    for _ in range(3):
        with pytest.raises(RuntimeError, match="I-2026-0002"):
            draw(office, fail=True)

    assert draw(office) == "I-2026-0002"


@on_both_databases
def test_a_rollback_to_a_savepoint_gives_the_number_back(work: Work) -> None:
    savepoint = work.session.begin_nested()
    assert draw_number(work, "quote", TODAY) == "Q-2026-0001"
    savepoint.rollback()

    assert draw_number(work, "quote", TODAY) == "Q-2026-0001"


@on_both_databases
def test_issuers_at_once_leave_no_gap_and_no_double(office: Office) -> None:
    """V8: fifty draws by five threads, every seventh one rolled back."""
    drawn: list[str] = []
    given_back: list[int] = []

    def issue(first: int) -> None:
        for turn in range(first, first + 10):
            try:
                drawn.append(draw(office, fail=turn % 7 == 0))
            except RuntimeError:
                given_back.append(turn)

    threads = [threading.Thread(target=issue, args=(first,)) for first in range(0, 50, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(given_back) == [0, 7, 14, 21, 28, 35, 42, 49]
    assert sorted(drawn) == [f"I-2026-{number:04d}" for number in range(1, 42 + 1)]


def test_the_date_of_a_series_never_goes_back(work: Work) -> None:
    draw_number(work, "invoice", TODAY)
    draw_number(work, "invoice", day("2026-11-25"))

    with pytest.raises(
        Refused, match="I-2026 already has a document of 2026-11-25; 2026-11-24 would go back"
    ):
        draw_number(work, "invoice", day("2026-11-24"))

    assert draw_number(work, "invoice", day("2026-11-25")) == "I-2026-0003"


def test_each_kind_and_year_has_its_own_series(work: Work) -> None:
    on = [("quote", TODAY), ("invoice", TODAY), ("order", TODAY), ("invoice", day("2027-01-04"))]

    numbers = [draw_number(work, kind, moment) for kind, moment in on]

    assert numbers == ["Q-2026-0001", "I-2026-0001", "O-2026-0001", "I-2027-0001"]
