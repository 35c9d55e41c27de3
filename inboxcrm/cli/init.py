"""`init`: asks what it must, writes config.toml and the starter rules, makes the tables, tests the sign-in."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any

import click

import inboxcrm
from inboxcrm.app.migrate import migrate_database
from inboxcrm.app.office import open_office
from inboxcrm.base.errors import ConfigError
from inboxcrm.base.settings_file import load_settings
from inboxcrm.cli.config_text import config_text
from inboxcrm.cli.doctor import examine
from inboxcrm.cli.given import FILE
from inboxcrm.cli.start import AWAY, Start
from inboxcrm.ingest.lease import start_accounts

STARTER = Path(inboxcrm.__file__).parent / "rules" / "starter"
STARTTLS_PORTS = (143, 587, 25)


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
    values = _read_answers(answers) if answers else _ask()
    config.parent.mkdir(parents=True, exist_ok=True)
    config.touch(mode=0o600)  # it may hold passwords
    config.write_text(config_text(values), encoding="utf-8")
    try:
        settings = load_settings(config)
    except ConfigError:
        config.rename(config.with_suffix(".faulty.toml"))
        raise
    rules = settings.rules.folder
    if not rules.exists():
        shutil.copytree(STARTER, rules)
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


def _read_answers(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: {error}") from error


def _ask() -> dict[str, Any]:
    """Ask for one shared mailbox, one user and one product; the rest can be added in the file."""
    click.echo("Who sells?")
    company = {
        "name": click.prompt("Company name"),
        "country": click.prompt("Country code, such as NL").upper(),
        "time_zone": click.prompt("Time zone", default="Europe/Amsterdam"),
        "currency": click.prompt("Currency", default="EUR").upper(),
        "address": [part.strip() for part in click.prompt("Address, parts divided by commas").split(",")],
        "vat_number": click.prompt("VAT number", default=""),
        "register_number": click.prompt("Register number", default=""),
        "iban": click.prompt("IBAN", default=""),
    }
    click.echo("Which mailbox do customers write to?")
    shared = _ask_mailbox("shared", None)
    company["domains"] = [shared["address"].rpartition("@")[2]]
    click.echo("Who is the first rep?")
    name, address = click.prompt("Name"), click.prompt("Mail address")
    key = address.partition("@")[0].lower()
    user = {"key": key, "name": name, "address": address, "role": "account_manager"}
    accounts = [shared]
    if click.confirm("Watch the rep's mailbox too (only mail with known customers is stored)?", default=True):
        accounts.append(_ask_mailbox("personal", key, address))
    return {"company": company, "account": accounts, "user": [user], "product": [_ask_product()]}


def _ask_mailbox(kind: str, user: str | None, address: str = "") -> dict[str, Any]:
    address = address or click.prompt("Mail address")
    password = click.prompt(f"Password of {address}", hide_input=True)
    domain = address.rpartition("@")[2]
    imap = _ask_server("IMAP", f"imap.{domain}", 993)
    smtp = _ask_server("SMTP", f"smtp.{domain}", 465)
    server = click.prompt(
        "Name that your mail server writes into Authentication-Results (empty: not known)",
        default="",
        show_default=False,
    )
    account = {"address": address, "kind": kind, "authentication_server": server}
    if user:
        account["user"] = user
    return {**account, "imap": {**imap, "password": password}, "smtp": {**smtp, "password": password}}


def _ask_server(what: str, host: str, port: int) -> dict[str, Any]:
    """Ask for host and port; the port tells how the connection is encrypted (RFC 8314)."""
    answers: dict[str, Any] = {
        "host": click.prompt(f"{what} host", default=host),
        "port": click.prompt(f"{what} port", default=port),
    }
    return answers | {"security": "starttls" if answers["port"] in STARTTLS_PORTS else "tls"}


def _ask_product() -> dict[str, Any]:
    click.echo("What do you sell? One product to begin with.")
    return {
        "code": click.prompt("Code, as reps write it", default="standard"),
        "description": click.prompt("Description", default="Standard plan, one year"),
        "price": click.prompt("Unit price", default="49.00"),
        "unit": click.prompt("Unit", default="user"),
    }
