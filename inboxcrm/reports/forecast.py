"""The forecast: weighted, best case, commit and closed of a period, for each rep, team and the company (MG-3).

weighted   the amounts of open deals times their probability, rounded half up deal by deal
best case  all open deals that are expected to close in the period, those on hold too
commit     those by which their rep stands
closed     what was won in the period
What is on hold is in best case alone; a renewal that sleeps is nowhere, and no lead is. Amounts are net. Currencies
stay apart unless `[forecast] rates` states what they are worth; then each owner's sum is converted, and rounded once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from inboxcrm.base.database import Session
from inboxcrm.base.errors import Refused
from inboxcrm.base.money import Money
from inboxcrm.base.months import months_later
from inboxcrm.base.spelled import spell_day
from inboxcrm.base.teams import Teams
from inboxcrm.crm.access import forecast_owners
from inboxcrm.crm.expected.store import forecast_sums

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings, User
    from inboxcrm.base.settings_team import Team

MEASURES = ("weighted", "best", "committed", "closed")
COUNTS = ("deals", "committed_deals", "won", "unpriced", "undated", "slipped")
_PERIOD = re.compile(r"(\d{4})(?:-(?:q([1-4])|(\d{2})))?", re.IGNORECASE)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class PeriodUnclear(Refused):
    """Words that name no period; shows those that do."""

    def __init__(self, words: str) -> None:
        super().__init__(f"{words!r} is no period; write month, quarter, year, 2026-12, 2026-q4 or 2026")


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months: from `first_on` to before `until_on`."""

    name: str
    first_on: date
    until_on: date


@dataclass(slots=True)
class Figures:
    """The four sums of a rep, a team or the company, each by currency in minor units, and what is behind them."""

    key: str
    name: str
    sums: dict[str, dict[str, int]] = field(default_factory=lambda: {name: {} for name in MEASURES})
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))

    def add(self, measure: str, amount: Money) -> None:
        """Add an amount to a sum."""
        by_currency = self.sums[measure]
        by_currency[amount.currency] = by_currency.get(amount.currency, 0) + amount.minor

    def take(self, other: Figures) -> None:
        """Add another's sums and counts to these."""
        for measure in MEASURES:
            for currency, minor in other.sums[measure].items():
                self.add(measure, Money(minor, currency))
        for name in COUNTS:
            self.counts[name] += other.counts[name]

    def amounts(self, measure: str) -> list[Money]:
        """Give a sum, one amount for each currency."""
        return [Money(minor, currency) for currency, minor in sorted(self.sums[measure].items()) if minor]

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to tell at all."""
        return not any(self.counts.values())


@dataclass(frozen=True, slots=True)
class Forecast:
    """The sums of a period: each rep's, each team's, and all together; `rates` says at what was converted."""

    period: Period
    people: tuple[Figures, ...]
    teams: tuple[Figures, ...]
    company: Figures
    rates: str


def period_named(words: str, today: date) -> Period:
    """Read a period: month, quarter or year (those of today), 2026-12, 2026-q4, 2026. Raises PeriodUnclear."""
    wanted = words.strip().lower()
    if wanted in _MONTHS:
        count = _MONTHS[wanted]
        return _period(date(today.year, (today.month - 1) // count * count + 1, 1), count)
    match = _PERIOD.fullmatch(wanted)
    if match is None or not 1 <= int(match[3] or 1) <= 12 or not 1990 <= int(match[1]) <= 2200:
        raise PeriodUnclear(words)
    year = int(match[1])
    if match[2]:
        return _period(date(year, int(match[2]) * 3 - 2, 1), 3)
    return _period(date(year, int(match[3]), 1), 1) if match[3] else _period(date(year, 1, 1), 12)


def _period(first_on: date, months: int) -> Period:
    names = {
        1: f"{first_on:%B %Y}",
        3: f"Q{(first_on.month + 2) // 3} {first_on.year}",
        12: str(first_on.year),
    }
    return Period(names[months], first_on, months_later(first_on, months))


def sums_of_period(session: Session, settings: Settings, period: Period) -> dict[str, Figures]:
    """Give every owner's figures; one query, whoever reads them."""
    zone = settings.company.zone
    since, until = (
        datetime.combine(day, time(0), zone).astimezone(UTC) for day in (period.first_on, period.until_on)
    )
    names = {user.key: user.name for user in settings.user}
    found: dict[str, Figures] = {}
    for row in forecast_sums(session, period.first_on, period.until_on, since, until):
        figures = found.setdefault(row.owner, Figures(row.owner, names.get(row.owner, row.owner)))
        for measure in MEASURES:
            figures.add(measure, at_stated_rate(settings, Money(int(getattr(row, measure)), row.currency)))
        for name in COUNTS:
            figures.counts[name] += int(getattr(row, name))
    return found


def at_stated_rate(settings: Settings, amount: Money) -> Money:
    """Give an amount in the company's currency if a rate for it is stated, else as it is."""
    home, rate = settings.company.currency, settings.forecast.worth.get(amount.currency)
    if amount.currency == home or rate is None:
        return amount
    return Money.of(amount.amount * rate, home)


def forecast_for(
    settings: Settings,
    period: Period,
    sums: Mapping[str, Figures],
    user: User | None = None,
    teams: Teams | None = None,
) -> Forecast:
    """Put together what a user may see of the sums; without one all (MG-6). With `teams` many users are asked for."""
    teams = teams or Teams(settings)
    owners = forecast_owners(settings, user, teams) if user else None
    seen = sums.values() if owners is None else [sums[key] for key in sorted(owners & sums.keys())]
    shown = settings.team if owners is None else teams.led_teams(user) if user else []
    name = settings.company.name if owners is None else "Together"
    found = _together(settings, period, seen, name)
    figures = (_team(team, teams, sums) for team in shown)
    return replace(found, teams=tuple(one for one in figures if not one.is_empty))


def own_forecast(
    settings: Settings, period: Period, sums: Mapping[str, Figures], owners: Iterable[str]
) -> Forecast:
    """Put together the sums of a rep and of those for whom he stands in, and no team's."""
    return _together(settings, period, [sums[key] for key in sorted(owners) if key in sums], "Together")


def _together(settings: Settings, period: Period, seen: Iterable[Figures], name: str) -> Forecast:
    people = sorted((one for one in seen if not one.is_empty), key=lambda one: one.name)
    company = Figures("company", name)
    for one in people:
        company.take(one)
    return Forecast(period, tuple(people), (), company, _rates(settings))


def _team(team: Team, teams: Teams, sums: Mapping[str, Figures]) -> Figures:
    figures = Figures(team.key, team.name)
    for key in sorted(teams.members(team) & sums.keys()):
        figures.take(sums[key])
    return figures


def _rates(settings: Settings) -> str:
    """Say at which rates was converted; "" if nothing was to be."""
    stated = settings.forecast
    if not stated.rates or stated.rates_on is None:
        return ""
    home = settings.company.currency
    listed = ", ".join(
        f"{code} 1 = {home} {rate.normalize():f}" for code, rate in sorted(stated.worth.items())
    )
    return f"at the rates of {spell_day(stated.rates_on)}: {listed}"


def plain(forecast: Forecast) -> dict[str, Any]:
    """Give a forecast as plain values, for JSON: amounts as texts of digits by currency."""
    period = forecast.period
    return {
        "period": {
            "name": period.name,
            "from": period.first_on.isoformat(),
            "until": period.until_on.isoformat(),
        },
        "people": [_plain(one) for one in forecast.people],
        "teams": [_plain(one) for one in forecast.teams],
        "company": _plain(forecast.company),
        "rates": forecast.rates,
    }


def _plain(one: Figures) -> dict[str, Any]:
    names = {"weighted": "weighted", "best": "best_case", "committed": "commit", "closed": "closed"}
    amounts = {
        told: {money.currency: money.plain() for money in one.amounts(name)} for name, told in names.items()
    }
    return {"key": one.key, "name": one.name, **amounts, **one.counts}
