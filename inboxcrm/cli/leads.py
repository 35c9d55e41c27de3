"""`leads`: how many came by each source, type or campaign, and what became of them (IN-8)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from inboxcrm.cli.start import Start, config_option, json_option, open_from_file
from inboxcrm.reports.leads import BY, Came, leads_by

NUMBERS = ("leads", "answered", "converted", "won")


@click.command()
@click.option(
    "--by", type=click.Choice(BY), default="source", help="What to count by; the default is source."
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Only leads made on this day or later, such as 2026-01-01.",
)
@config_option
@json_option
@click.pass_obj
def leads(start: Start, by: str, since: datetime | None, config: Path, as_json: bool) -> None:
    """Count leads by source, type or campaign: answered, converted, won, and for how much net."""
    office = open_from_file(start, config)
    at = since.replace(tzinfo=office.settings.company.zone).astimezone(UTC) if since else None
    with office.reading() as session:
        found = leads_by(session, by, at)
    if as_json:
        rows = [{by: one.name or None, **_numbers(one), "amounts": _amounts(one)} for one in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    words: list[tuple[str, ...]] = [(by, *NUMBERS, "amount")]
    words += [
        (one.name or "none", *map(str, _numbers(one).values()), ", ".join(map(str, one.amounts)))
        for one in found
    ]
    widths = [max(map(len, column)) for column in zip(*words, strict=True)]
    for name, *numbers in words:
        cells = [f"{number:>{width}}" for number, width in zip(numbers, widths[1:], strict=True)]
        click.echo("  ".join([f"{name:{widths[0]}}", *cells]).rstrip())


def _numbers(one: Came) -> dict[str, int]:
    return {name: getattr(one, name) for name in NUMBERS}


def _amounts(one: Came) -> dict[str, str]:
    return {amount.currency: amount.plain() for amount in one.amounts}
