"""`report forecast`: weighted, best case, commit and closed of a period, for each rep, team and the company (MG-3)."""

from __future__ import annotations

import json
from pathlib import Path

import click

from inboxcrm.cli.given import WORDS
from inboxcrm.cli.start import Start, config_option, json_option, open_from_file
from inboxcrm.cli.viewer import as_option, viewer
from inboxcrm.reports.forecast import Figures, Forecast, forecast_for, period_named, plain, sums_of_period

COLUMNS = (("closed", "closed"), ("commit", "committed"), ("weighted", "weighted"), ("best case", "best"))


@click.group()
def report() -> None:
    """Print figures: what is expected of the open deals, and what was won."""


@report.command()
@click.option(
    "--period", type=WORDS, default="month", show_default=True,
    help="month, quarter or year of today, or 2026-12, 2026-q4, 2026.",
)  # fmt: skip
@as_option
@config_option
@json_option
@click.pass_obj
def forecast(start: Start, period: str, as_user: str | None, config: Path, as_json: bool) -> None:
    """Print weighted, best case, commit and closed of a period, by rep and team, net; leads are in none."""
    office = open_from_file(start, config)
    settings = office.settings
    span = period_named(period, office.clock.now().astimezone(settings.company.zone).date())
    with office.reading() as session:
        sums = sums_of_period(session, settings, span)
    found = forecast_for(settings, span, sums, viewer(settings, as_user))
    click.echo(json.dumps(plain(found), ensure_ascii=False, indent=2) if as_json else _told(found))


def _told(found: Forecast) -> str:
    rows = [(found.period.name, *(head for head, _ in COLUMNS))]
    rows += [_row(one.name, one) for one in found.people]
    rows += [_row(f"team {one.name}", one) for one in found.teams]
    rows.append(_row(found.company.name, found.company))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            [
                f"{name:{widths[0]}}",
                *(f"{cell:>{width}}" for cell, width in zip(cells, widths[1:], strict=True)),
            ]
        )
        for name, *cells in rows
    ]
    return "\n".join([*lines, *_left_out(found)])


def _row(name: str, figures: Figures) -> tuple[str, ...]:
    return name, *(", ".join(map(str, figures.amounts(measure))) or "-" for _, measure in COLUMNS)


def _left_out(found: Forecast) -> list[str]:
    counts = found.company.counts
    told = [f"{counts[name]} {words}" for name, words in LEFT_OUT if counts[name]]
    return [f"in no sum: {', '.join(told)}"] * bool(told) + [found.rates] * bool(found.rates)


LEFT_OUT = (
    ("undated", "without a closing day"),
    ("slipped", "that should have closed before"),
    ("unpriced", "without an amount"),
)
