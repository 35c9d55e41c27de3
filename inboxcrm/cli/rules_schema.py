"""`rules schema`: the JSON Schema of rule files, for editors."""

from __future__ import annotations

import json
from pathlib import Path

import click

from inboxcrm.base.settings_file import load_settings
from inboxcrm.cli.start import config_option
from inboxcrm.rules.book import schema_of_rules


@click.command()
@config_option
def schema(config: Path) -> None:
    """Print the JSON Schema of rule files, with the stages and fields of the company's own.

    Editors that know TOML (Even Better TOML, Taplo) complete and check by it; the first line of a rule file names it:
    `#:schema ./rules.schema.json`.
    """
    settings = load_settings(config)
    found = schema_of_rules(settings.stage_names, settings.field)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))
