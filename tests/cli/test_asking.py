"""`init` asks, and asks again where an answer cannot be right; an owner is never sent back to the first question."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_file import load_settings
from inboxcrm.cli.commands import cli
from inboxcrm.cli.start import Start
from tests.ingest.building import HandClock

SELLER = ["Acme", "nl", "Europe/Amsterdam", "eur", "", "", "", ""]
SERVERS = ["127.0.0.1", "1", "127.0.0.1", "2", ""]
MAILBOX = ["sales@acme.example", "pw", *SERVERS]
REP = ["Anna", "Anna.Visser+crm@acme.example", "n"]
PRODUCT = ["standard", "Standard", "49.00", "user"]
EVERY_TEAM = [""]


def init(folder: Path, *answers: list[str]) -> Result:
    """Answer the questions one after the other; nobody is at the servers."""
    lines = "".join(f"{line}\n" for part in answers for line in part)
    words = ["init", "--config", str(folder / "config.toml")]
    return CliRunner().invoke(cli, words, input=lines, obj=Start(HandClock()), standalone_mode=False)


def settings_of(folder: Path) -> Settings:
    return load_settings(folder / "config.toml")


def test_what_is_not_known_yet_can_be_left_empty(tmp_path: Path) -> None:
    told = init(tmp_path, SELLER, MAILBOX, REP, PRODUCT, EVERY_TEAM)

    assert told.return_value == 3  # nobody is at 127.0.0.1:1
    settings = settings_of(tmp_path)
    assert settings.company.address == ()
    assert settings.company.missing_particulars
    assert (settings.user[0].key, settings.company.domains) == ("anna.visser-crm", ("acme.example",))


def test_a_wrong_answer_is_said_and_asked_again_at_once(tmp_path: Path) -> None:
    seller = ["Acme", "Holland", "NL", "Mars", "Europe/Amsterdam", "euro", "EUR", "", "", "", ""]
    mailbox = ["sales", "sales@acme.example", "pw", "127.0.0.1", "0", "993x", "1", "127.0.0.1", "2", ""]
    rep = ["Anna", "anna", "anna@acme.example", "n"]
    product = ["Standard plan", "standard", "Standard", "49,00", "-1", "49.00", "user"]

    told = init(tmp_path, seller, mailbox, rep, product, EVERY_TEAM)

    assert told.return_value == 3
    for words in (
        "a country code such as NL",
        "a time zone such as",
        "a currency code such as EUR",
        "0 is not in",
    ):
        assert words in told.output
    assert told.output.count("should be a mail address such as anna@example.com") == 2
    assert settings_of(tmp_path).product[0].price == 49


def test_a_free_mail_address_makes_nobody_else_there_one_of_us(tmp_path: Path) -> None:
    """IN-2: who sells from gmail.com has customers there."""
    told = init(tmp_path, SELLER, ["acme.sales@gmail.com", "pw", *SERVERS], REP, PRODUCT, EVERY_TEAM)

    assert told.return_value == 3
    settings = settings_of(tmp_path)
    assert settings.company.domains == ()
    assert settings.is_inside("acme.sales@gmail.com")
    assert not settings.is_inside("customer@gmail.com")


def test_a_starter_set_is_offered_and_its_rules_and_fields_are_put_there(tmp_path: Path) -> None:
    told = init(tmp_path, SELLER, MAILBOX, REP, PRODUCT, ["make to order", "make-to-order"])

    assert told.return_value == 3
    assert "streak: licences sold by the year" in told.output
    assert (tmp_path / "rules" / "production.toml").is_file()
    assert not (tmp_path / "rules" / "trials.toml").exists()
    settings = settings_of(tmp_path)
    assert (settings.rules.starter, [one.name for one in settings.field]) == ("make-to-order", ["delivery_on"])
