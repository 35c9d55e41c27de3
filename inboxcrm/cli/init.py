"""`init`: asks what it must, writes config.toml and the starter rules, makes the tables, tests the sign-in."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import click

from inboxcrm.app.migrate import migrate_database
from inboxcrm.app.office import open_office
from inboxcrm.base.errors import ConfigError
from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_file import load_settings
from inboxcrm.cli.asking import ask_settings
from inboxcrm.cli.config_text import config_text
from inboxcrm.cli.doctor import examine
from inboxcrm.cli.given import FILE
from inboxcrm.cli.start import AWAY, Start
from inboxcrm.ingest.lease import start_accounts
from inboxcrm.rules.starter_sets import SETS, put_starter_rules, with_set


@click.command()
@click.option(
    "--config",
    "config",
    type=FILE,
    envvar="INBOXCRM_CONFIG",
    default=Path("config.toml"),
)
@click.option("--answers", type=FILE, help="A TOML file of answers: then nothing is asked.")
@click.pass_obj
def init(start: Start, config: Path, answers: Path | None) -> int:
    """Set up a new system. It ends on hold: nothing leaves for outsiders until `inboxcrm live`."""
    if config.exists():
        raise ConfigError(f"{config}: is there already; edit it, or remove it first")
    values = _with_starter_set(_read_answers(answers) if answers else ask_settings())
    config.parent.mkdir(parents=True, exist_ok=True)
    config.touch(mode=0o600)  # it may hold passwords
    config.write_text(config_text(values), encoding="utf-8")
    settings = _load_or_set_aside(config)
    rules = settings.rules.folder
    if not rules.exists():
        put_starter_rules(rules, settings.rules.starter)
    office = open_office(settings, clock=start.clock)
    migrate_database(office.engine)
    with office.work("init", actor="owner") as work:
        start_accounts(work)
    click.echo(f"Wrote {config}, the rules in {rules}, and the database.")
    findings = [finding for finding in examine(start, settings) if finding.state != "ok"]
    for finding in findings:
        click.echo(f"{finding.state:6} {finding.what}: {finding.text}")
    click.echo(
        "More can be set there, such as [[form]] for web forms and calls: `inboxcrm --help` names the example."
    )
    click.echo("On hold: nothing leaves for outsiders until `inboxcrm live`. Start with `inboxcrm run`.")
    return AWAY if any(finding.state == "away" for finding in findings) else 0


def _with_starter_set(values: dict[str, Any]) -> dict[str, Any]:
    """Give the answers with what their starter set needs; a set that there is not is told when they are read."""
    rules = values.get("rules")
    name = rules.get("starter") if isinstance(rules, dict) else None
    return with_set(values, name) if isinstance(name, str) and name in SETS else values


def _load_or_set_aside(config: Path) -> Settings:
    """Read what was written; what is faulty is kept under another name, from which it can be corrected."""
    try:
        return load_settings(config)
    except ConfigError:
        faulty = config.rename(config.with_suffix(".faulty.toml"))
    try:
        return load_settings(faulty)
    except ConfigError as error:
        raise ConfigError(
            f"{error}\nNothing was set up. Correct that file and say: inboxcrm init --answers {faulty}"
        ) from None


def _read_answers(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: {error}") from error
