"""`report forecast` prints the four sums (MG-3)."""

from __future__ import annotations

from tests.cli.shop import Shop


def test_the_forecast_of_an_empty_firm_is_a_table_without_amounts(shop: Shop) -> None:
    shop.open()

    told = shop.say("report", "forecast", "--period", "2026-q4")

    assert told.code == 0
    assert told.out.splitlines()[0].split() == ["Q4", "2026", "closed", "commit", "weighted", "best", "case"]
    assert shop.say("report", "forecast", "--period", "2026-q4", "--json").json["people"] == []


def test_what_is_no_period_is_told_with_what_would_be_right(shop: Shop) -> None:
    shop.open()

    told = shop.say("report", "forecast", "--period", "soon")

    assert told.code != 0
    assert "write month, quarter, year" in told.err
