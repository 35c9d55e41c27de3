"""The questions of `init`; each is asked again until its answer is one that the setting takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import click

from inboxcrm.base.free_mail import FREE_MAIL
from inboxcrm.base.settings_agreement import Place
from inboxcrm.base.settings_file import answer_fault
from inboxcrm.rules.starter_sets import SETS

STARTTLS_PORTS = (143, 587, 25)
NO_SET = "every-team"


def ask_settings() -> dict[str, Any]:
    """Ask for one shared mailbox, one user, one product and a starter set; the rest can be added in the file."""
    click.echo("Who sells?")
    company = _ask_company()
    click.echo("Which mailbox do customers write to?")
    shared = _ask_mailbox("shared", None)
    domain = shared["address"].rpartition("@")[2]
    company["domains"] = [] if domain in FREE_MAIL else [domain]
    click.echo("Who is the first rep?")
    name = _ask("Name", ("user", 0, "name"))
    address = _ask("Mail address", ("user", 0, "address"), str.lower)
    key = re.sub(r"[^a-z0-9_.-]", "-", address.partition("@")[0]).lstrip("_.-")[:40] or "rep"
    user = {"key": key, "name": name, "address": address, "role": "account_manager"}
    accounts = [shared]
    if click.confirm("Watch the rep's mailbox too (only mail with known customers is stored)?", default=True):
        accounts.append(_ask_mailbox("personal", key, address))
    product = _ask_product()
    values = {"company": company, "account": accounts, "user": [user], "product": [product]}
    starter = _ask_starter()
    return {**values, "rules": {"starter": starter}} if starter else values


def _ask(
    text: str, place: Place, change: Callable[[str], str] = str, default: str | None = None, **more: Any
) -> str:
    """Ask for the setting at a place."""

    def read(answer: str) -> str:
        value = change(str(answer).strip())
        if fault := answer_fault(value, place):
            raise click.UsageError(fault)
        return value

    return str(click.prompt(text, default=default, value_proc=read, **more))


def _ask_company() -> dict[str, Any]:
    company: dict[str, Any] = {
        "name": _ask("Company name", ("company", "name")),
        "country": _ask("Country code, such as NL", ("company", "country"), str.upper),
        "time_zone": _ask("Time zone", ("company", "time_zone"), default="Europe/Amsterdam"),
        "currency": _ask("Currency", ("company", "currency"), str.upper, default="EUR"),
    }
    click.echo("What stands on invoices; it can be left empty and added later.")
    address = click.prompt("Address, parts divided by commas", default="", show_default=False)
    company["address"] = [part.strip() for part in address.split(",") if part.strip()]
    for key, text in (("vat_number", "VAT number"), ("register_number", "Register number"), ("iban", "IBAN")):
        company[key] = _ask(text, ("company", key), default="", show_default=False)
    return company


def _ask_mailbox(kind: str, user: str | None, address: str = "") -> dict[str, Any]:
    address = address or _ask("Mail address", ("account", 0, "address"), str.lower)
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
        "port": click.prompt(f"{what} port", default=port, type=click.IntRange(1, 65535)),
    }
    return answers | {"security": "starttls" if answers["port"] in STARTTLS_PORTS else "tls"}


def _ask_starter() -> str:
    click.echo("Which rules do you start with? All can be changed.")
    for name, about in {NO_SET: "what every team gets, and no more", **SETS}.items():
        click.echo(f"  {name}: {about}")
    starter = str(click.prompt("Set", default=NO_SET, type=click.Choice([NO_SET, *SETS]), show_choices=False))
    return "" if starter == NO_SET else starter


def _ask_product() -> dict[str, Any]:
    click.echo("What do you sell? One product to begin with.")
    place = ("product", 0)
    return {
        "code": _ask("Code, as reps write it", (*place, "code"), str.lower, default="standard"),
        "description": _ask("Description", (*place, "description"), default="Standard plan, one year"),
        "price": _ask("Unit price, such as 49.00", (*place, "price"), default="49.00"),
        "unit": _ask("Unit", (*place, "unit"), default="user"),
    }
