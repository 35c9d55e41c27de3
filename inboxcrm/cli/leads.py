"""`leads`: how many came by each source, type or campaign (IN-8); one by one with points and BANT (LD-7, LD-8)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from inboxcrm.cli.start import Start, config_option, json_option, open_from_file
from inboxcrm.cli.viewer import as_option, sight_of, viewer
from inboxcrm.crm.access import lead_owners
from inboxcrm.reports.leads import BY, Came, leads_by, open_leads

NUMBERS = ("leads", "answered", "converted", "won")
EACH = ("box", "state", "score", "bant", "owner", "name")


@click.command()
@click.option(
    "--by", type=click.Choice(BY), default="source", help="What to count by; the default is source."
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Only leads made on this day or later, such as 2026-01-01.",
)
@click.option(
    "--list", "is_list", is_flag=True, help="List the leads that are open or rest, each with what is known."
)
@as_option
@config_option
@json_option
@click.pass_obj
def leads(
    start: Start, by: str, since: datetime | None, is_list: bool, as_user: str | None, config: Path, as_json: bool
) -> None:
    """Count leads by source, type or campaign: answered, converted, won, and for how much net."""
    office = open_from_file(start, config)
    if is_list:
        with office.reading() as session:
            sight = sight_of(office, session, as_user)
            _print_each([row for row in open_leads(session) if sight.sees_box(row["box"])], as_json=as_json)
        return
    at = since.replace(tzinfo=office.settings.company.zone).astimezone(UTC) if since else None
    with office.reading() as session:
        user = viewer(office.settings, as_user)
        found = leads_by(session, by, at, lead_owners(office.settings, user) if user else None)
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


def _print_each(found: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    words = [EACH, *([_cell(row[key]) for key in EACH] for row in found)]
    widths = [max(map(len, column)) for column in zip(*words, strict=True)]
    for row in words:
        click.echo("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())


def _cell(value: object) -> str:
    return "-" if value in (None, "") else str(value)[:60]


def _numbers(one: Came) -> dict[str, int]:
    return {name: getattr(one, name) for name in NUMBERS}


def _amounts(one: Came) -> dict[str, str]:
    return {amount.currency: amount.plain() for amount in one.amounts}
