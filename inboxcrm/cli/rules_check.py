"""`rules check`: all faults of all rule files at once, and of which conditions the database is asked how much."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from inboxcrm.base.settings_file import load_settings
from inboxcrm.cli.rules_given import folder_argument, read_folder
from inboxcrm.cli.start import TO_DO, config_option, json_option
from inboxcrm.rules.rule import Rule
from inboxcrm.rules.trial.asked import asked_of_database, judged_one_by_one


@click.command()
@folder_argument
@config_option
@json_option
def check(folder: Path | None, config: Path, as_json: bool) -> int:
    """Find all faults of the rule files of FOLDER, or of those in force. Exits 1 if there is one.

    Of rules with a schedule it says what the database is asked, and what is judged record by record.
    """
    found = read_folder(load_settings(config), folder)
    if as_json:
        faults = [{**asdict(one.place), "what": one.what, "remedy": one.remedy} for one in found.faults]
        rules = [_plain(rule) for rule in found.rules]
        click.echo(json.dumps({"faults": faults, "rules": rules}, ensure_ascii=False, indent=2))
        return TO_DO if found.faults else 0
    for fault in found.faults:
        click.echo(str(fault))
    if found.faults:
        click.echo(f"{len(found.faults)} to mend; nothing of this folder would come into force")
        return TO_DO
    for rule in found.rules:
        if rule.on is None:
            _print_asked(rule)
    click.echo(f"{len(found.rules)} rules are right")
    return 0


def _plain(rule: Rule) -> dict[str, Any]:
    asked, judged = asked_of_database(rule), judged_one_by_one(rule)
    return {"id": rule.id, "version": rule.version, "asked": list(asked), "judged": list(judged)}


def _print_asked(rule: Rule) -> None:
    click.echo(f"{rule.id} ({rule.place.file}:{rule.place.line})")
    if asked := asked_of_database(rule):
        click.echo(f"  asked of the database: {_joined(asked)}")
    if judged := judged_one_by_one(rule):
        click.echo(f"  judged record by record: {_joined(judged)}")


def _joined(parts: Sequence[str]) -> str:
    """Give the parts as one condition; an `or` keeps to itself."""
    alone = len(parts) == 1
    return " and ".join(one if alone or " or " not in one else f"({one})" for one in parts)
