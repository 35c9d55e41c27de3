"""The forecast of a Friday: four sums for month and quarter, a small chart, and the deals behind them (MG-1, MG-3)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from inboxcrm.base.money import Money
from inboxcrm.base.spelled import spell_day, spell_weekday
from inboxcrm.crm.access import MANAGERS
from inboxcrm.reports.digests.pressing import section
from inboxcrm.reports.digests.shape import Digest, Line, in_quotes
from inboxcrm.reports.forecast import Figures, Forecast, Period, forecast_for, own_forecast, period_named
from inboxcrm.reports.trouble import spell_count

if TYPE_CHECKING:
    from inboxcrm.base.settings import User
    from inboxcrm.reports.digests.ground import Ground

TOLD = {"closed": "Closed", "committed": "Commit", "weighted": "Weighted", "best": "Best case"}
MEANINGS = (
    "Closed: won in the period. Commit: open deals by which their rep stands. Weighted: amount times probability."
    " Best case: all open deals that are expected to close in it, those on hold too. Net amounts."
)
MOST_DEALS, MOST_PEOPLE = 25, 40


def weekly(ground: Ground, user: User) -> Digest:
    """Give the forecast of this month and this quarter: a rep his own, a manager what he may see."""
    today = ground.today(user)
    periods = [period_named(words, today) for words in ("month", "quarter")]
    found = [_forecast(ground, user, period) for period in periods]
    month = found[0]
    tables = [_table(one, is_whole=user.role in MANAGERS) for one in found if not one.company.is_empty]
    title = f"Forecast, {spell_weekday(today)}"
    if not tables:
        return Digest(title, "nothing is expected")
    deals = _deals(ground, user, periods[1])
    return Digest(
        title,
        f"{month.period.name}: closed {_amounts(month.company, 'closed')}, "
        f"commit {_amounts(month.company, 'committed')}",
        (section("Deals that should close by the end of the quarter", deals, most=MOST_DEALS),),
        examples=(
            ("commit", "you stand by it; `commit no` no longer"),
            ("close 15 jan", "say when it closes"),
            ("amount 12,500 eur", "say what it is worth, net"),
            ("probability 70: they told me so", "say how likely it is"),
        ),
        tables=tables,
        notes=[one for one in (MEANINGS, _left_out(found[1].company), found[1].rates) if one],
        chart=_chart(month if not month.company.is_empty else found[1], ground.settings.company.currency),
    )


def _forecast(ground: Ground, user: User, period: Period) -> Forecast:
    sums = ground.sums(period)
    if user.role in MANAGERS:
        return forecast_for(ground.settings, period, sums, user, ground.teams)
    return own_forecast(ground.settings, period, sums, ground.own(user))


def _table(forecast: Forecast, *, is_whole: bool) -> dict[str, Any]:
    """Give the sums as a table: a line for each rep and team where there are several, and one for all."""
    rows: list[Figures] = []
    if is_whole and len(forecast.people) > 1:
        rows = [*forecast.people[:MOST_PEOPLE], *forecast.teams]
    more = max(len(forecast.people) - MOST_PEOPLE, 0) if rows else 0
    return {
        "title": forecast.period.name,
        "head": list(TOLD.values()),
        "rows": [_cells(one, one.name) for one in rows],
        "total": _cells(forecast.company, forecast.company.name if rows else forecast.people[0].name),
        "more": f"and {spell_count(more, 'person').replace('persons', 'people')} more" if more else "",
    }


def _cells(figures: Figures, name: str) -> dict[str, Any]:
    return {"name": name, "cells": [_amounts(figures, measure) for measure in TOLD]}


def _amounts(figures: Figures, measure: str) -> str:
    return " + ".join(map(str, figures.amounts(measure))) or "–"


def _left_out(company: Figures) -> str:
    """Say what stands in no sum, as nobody has said what it is worth or when it closes."""
    counts = company.counts
    found = [
        f"{spell_count(counts['undated'], 'open deal')} without a closing day" if counts["undated"] else "",
        f"{spell_count(counts['slipped'], 'open deal')} that should have closed before"
        if counts["slipped"]
        else "",
        f"{spell_count(counts['unpriced'], 'deal')} without an amount" if counts["unpriced"] else "",
    ]
    told = "; ".join(one for one in found if one)
    return f"Not in these sums: {told}." if told else ""


def _deals(ground: Ground, user: User, quarter: Period) -> list[Line]:
    """Give the deals that should close in the quarter or should have before, the earliest first."""
    manages = user.role in MANAGERS
    owners = ground.led(user) if manages else ground.own(user)
    rows = ground.of(ground.expected(quarter), owners)
    rows.sort(key=lambda row: (row.close_on, row.deal_id))
    return [_deal_line(ground, user, row, with_owner=manages) for row in rows]


def _deal_line(ground: Ground, user: User, row: Any, *, with_owner: bool) -> Line:
    is_late = row.close_on < ground.today(user)
    amount = Money(row.minor, row.currency) if row.minor is not None else None
    marks = [
        str(amount) if amount else "no amount yet",
        f"{row.probability}\u00a0%",
        row.stage,
        "committed" if row.is_committed else "",
        f"on hold until {spell_day(row.wake_on)}" if row.wake_on else "",
        ground.person(row.box_owner) if with_owner else "",
    ]
    told = {
        "owner": row.box_owner,
        "state": row.deal_state,
        "deal": row.deal_state,
        "amount": str(amount) if amount else "",
    }
    return Line(
        "box",
        row.box_id,
        in_quotes(row.name),
        f"Should have closed {spell_day(row.close_on)}" if is_late else f"Closes {spell_day(row.close_on)}",
        " · ".join(mark for mark in marks if mark),
        is_late,
        told=told,
    )


def _chart(forecast: Forecast, home: str) -> dict[str, Any] | None:
    """Give the bars of a chart, one currency's alone: the company's, else the first there is; None if all is zero."""
    company = forecast.company
    currencies = {money.currency for measure in TOLD for money in company.amounts(measure)}
    if not currencies:
        return None
    currency = home if home in currencies else min(currencies)
    title = f"{forecast.period.name}, {currency} alone" if len(currencies) > 1 else forecast.period.name
    amounts = {measure: Money(company.sums[measure].get(currency, 0), currency) for measure in TOLD}
    greatest = max(one.minor for one in amounts.values())
    bars = [
        {
            "name": TOLD[measure],
            "amount": str(one),
            "share": str((Decimal(one.minor) / greatest).quantize(Decimal("0.0001")) if greatest else 0),
        }
        for measure, one in amounts.items()
    ]
    return {
        "title": title,
        "bars": bars,
        "alt": _alt(title, bars),
        "width": 440,
    }


def _alt(title: str, bars: Sequence[dict[str, str]]) -> str:
    return (
        f"Bar chart of {title}: " + ", ".join(f"{one['name'].lower()} {one['amount']}" for one in bars) + "."
    )
