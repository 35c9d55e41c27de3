"""`rules list`: the rules with version, trigger and what they did; the faults of their files below."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from inboxcrm.base.settings import Settings
from inboxcrm.cli.rules_given import read_folder, spelled
from inboxcrm.cli.start import TO_DO, Start, config_option, json_option, open_from_file
from inboxcrm.rules.trial.listing import Listed, lately
from inboxcrm.rules.trial.listing import list_rules as listed_rules
from inboxcrm.rules.trial.store import hits_by_rule

HEAD = ("rule", "version", "row", "for", "fires", "last", "all", "30 days", "refused")
NUMBERS = 3  # the last columns are numbers


@click.command("list")
@config_option
@json_option
@click.pass_obj
def list_rules(start: Start, config: Path, as_json: bool) -> int:
    """List the rules with version and date, what fires them, and how often they did.

    The faults of their files are told below; then it exits 1, and the rules that ran before are still in force.
    """
    office = open_from_file(start, config)
    settings = office.settings
    found = read_folder(settings, None)
    with office.reading() as session:
        hits = hits_by_rule(session, lately(office.clock.now()))
    rows = listed_rules(found.rules, hits)
    if as_json:
        told = {"rules": [_plain(one) for one in rows], "faults": [str(fault) for fault in found.faults]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _print_table([HEAD, *(_cells(one, settings) for one in rows)])
        for fault in found.faults:
            click.echo(str(fault))
    return TO_DO if found.faults else 0


def _plain(one: Listed) -> dict[str, Any]:
    rule, hits = one.rule, one.hits
    return {
        "id": one.id,
        "version": rule.version if rule else None,
        "file_version": rule.file_version if rule else None,
        "row": rule.row if rule else None,
        "for": rule.kind if rule else None,
        "why": rule.why if rule else None,
        "fires": one.trigger,
        "last_at": hits.last_at.isoformat() if hits.last_at else None,
        "fired": hits.total,
        "fired_in_30_days": hits.lately,
        "refused": hits.refused,
    }


def _cells(one: Listed, settings: Settings) -> tuple[str, ...]:
    rule, hits = one.rule, one.hits
    words = (one.id, one.version, rule.row if rule else "", rule.kind if rule else "", one.trigger)
    return (*words, spelled(hits.last_at, settings), *map(str, (hits.total, hits.lately, hits.refused)))


def _print_table(rows: list[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            f"{cell:>{width}}" if place >= len(HEAD) - NUMBERS else f"{cell:{width}}"
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())
