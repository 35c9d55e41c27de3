"""`doctor` looks at everything; what is broken is one line that names it, and does not hide the next."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from inboxcrm.ingest.sync.pulse import note_beat
from tests.cli.shop import Shop, Told
from tests.ingest.building import NOON, open_box, raw_mail, settings_values, write
from tests.outbox.letters import put


def line_of(told: Told, what: str) -> str:
    [line] = [line for line in told.out.splitlines() if f" {what}:" in line]
    return line


def test_a_healthy_system_is_ok_line_by_line(shop: Shop) -> None:
    """Only what a person has to decide is left to do: `live`."""
    shop.open()
    told = shop.say("doctor")

    assert told.code == 1
    for what in ("configuration", "database", "redis", "rules", "calendar"):
        assert line_of(told, what).startswith("ok ")
    for address in ("sales@kestrel.test", "anna@kestrel.test"):
        assert line_of(told, f"{address} IMAP").startswith("ok ")
        assert line_of(told, f"{address} SMTP").startswith("ok ")
    assert [line for line in told.out.splitlines() if line.startswith("to do")] == [
        "to do  sales@kestrel.test: on hold for outsiders; say `inboxcrm live` when you are ready"
    ]
    shop.say("live")
    assert shop.say("doctor").code == 0
    assert {row["state"] for row in shop.say("doctor", "--json").json} == {"ok"}


def test_a_mailbox_whose_letters_ask_for_answers_at_plus_addresses_must_have_got_a_mail_by_one(
    shop: Shop,
) -> None:
    """T2: else answers of customers could come back to them."""
    accounts = settings_values(imap=shop.imap.port, smtp=shop.smtp.port)["account"]
    shop.open(account=[accounts[0] | {"plus_addresses": True}, *accounts[1:]])
    name = "sales@kestrel.test plus-addresses"
    assert "write to sales+test@kestrel.test from outside" in line_of(shop.say("doctor"), name)

    inbox = open_box(shop.office())
    inbox.take(
        raw_mail("bob@brouwer.test", "presales+x@kestrel.test, sales+x@other.test, sales@kestrel.test")
    )
    assert line_of(shop.say("doctor"), name).startswith("to do ")
    inbox.take(raw_mail("bob@brouwer.test", "Sales+Test@kestrel.test", mid="<test@b>"))
    assert line_of(shop.say("doctor"), name).startswith("ok ")


@pytest.mark.parametrize("server", ["imap", "smtp"])
@pytest.mark.parametrize("trouble", ["password", "port"])
def test_a_mail_server_in_trouble_is_named(shop: Shop, server: str, trouble: str) -> None:
    """One line says which account, which server and what is wrong; the others are looked at all the same."""
    shop.open()
    port = getattr(shop, server).port
    if trouble == "port":
        shop.rewrite(f"port = {port}", "port = 1")
    else:
        shop.rewrite(
            f'port = {port}, security = "none", password = "pw"',
            f'port = {port}, security = "none", password = "wrong"',
        )
    told = shop.say("doctor")

    assert told.code == 3
    line = line_of(told, f"sales@kestrel.test {server.upper()}")
    assert line.startswith("away ")
    assert ("login was refused" if trouble == "password" else "cannot be reached") in line
    other = "SMTP" if server == "imap" else "IMAP"
    assert line_of(told, f"sales@kestrel.test {other}").startswith("ok ")
    assert line_of(told, "rules").startswith("ok ")
    assert "Traceback" not in told.err


@pytest.mark.parametrize(
    ("key", "value", "what", "code"),
    [
        ("redis", "redis://u:Pl4nted@127.0.0.1:1/0", "redis", 3),
        ("redis", "nonsense", "redis", 2),
        ("database", "postgresql+psycopg://u:Pl4nted@127.0.0.1:1/crm", "database", 3),
        ("database", "sqlite:////no/such/folder/crm.db", "database", 3),
        ("database", "nonsense", "database", 2),
        ("database", "nosuch://x", "database", 2),
    ],
)
def test_a_database_or_redis_in_trouble_is_named(
    shop: Shop, key: str, value: str, what: str, code: int
) -> None:
    """Away is exit 3, a URL that is none is wrong configuration; the password in it is not printed."""
    shop.open()
    shop.config.write_text(f'[storage]\n{key} = "{value}"\n\n' + shop.config.read_text())
    told = shop.say("doctor")

    assert told.code == (3 if code == 3 else told.code)
    assert told.code in (1, 2, 3)
    assert "Traceback" not in told.err
    assert "Pl4nted" not in told.out + told.err
    assert f" {what}: " in told.out or what in told.err
    if key == "database":
        other = shop.say("ledger")
        assert other.code == code
        assert len(other.err.strip().splitlines()) == 1
        assert "Pl4nted" not in other.err


def test_a_faulty_rule_and_missing_particulars_are_to_do(shop: Shop) -> None:
    shop.open()
    (shop.folder / "rules" / "own.toml").write_text('[[rule]]\nid = "x"\nwhen = "nonsense is"\n')
    shop.rewrite('iban = "NL91"', 'iban = ""')
    told = shop.say("doctor")

    assert told.code == 1
    assert "own.toml:" in line_of(told, "rules")
    assert "iban" in line_of(told, "company")


def test_an_uncertain_letter_is_shown(shop: Shop) -> None:
    """V6: within five minutes a person can see it, wherever he looks."""
    shop.open()
    office = shop.office()
    letter_id = put(office, "carla@brouwer.test")
    with office.engine.begin() as connection:
        connection.exec_driver_sql("update letter set state = 'uncertain', error = 'nobody knows'")
    told = shop.say("doctor")

    assert f"to do  letter {letter_id}: uncertain: Your quote" in told.out
    assert json.loads(shop.say("doctor", "--json").out)[-1]["what"] == f"letter {letter_id}"


def test_a_folder_without_rules_is_not_called_right(shop: Shop) -> None:
    """Without rules nobody is told of a new lead, so it must not look healthy."""
    shop.open()
    for file in (shop.folder / "rules").glob("*.toml"):
        file.unlink()

    assert line_of(shop.say("doctor"), "rules").startswith("to do  rules: there is none in ")


def test_passwords_that_others_may_read_are_named_with_the_remedy(shop: Shop) -> None:
    """A file that was written with an editor instead of by `init` lies open, as most files do."""
    shop.open()
    config = shop.folder / "config.toml"
    config.chmod(0o644)

    assert f"to do  configuration: it holds passwords, and others may open it: chmod 600 {config}" in (
        shop.say("doctor").out.splitlines()
    )


def test_a_mailbox_that_is_not_read_is_named_though_its_login_works(shop: Shop) -> None:
    """P13: by what pollers noted in the database; it exits 1, also when the sign-in would succeed now."""
    shop.open()
    shop.say("live")
    office = shop.office()
    for account in office.settings.account:
        note_beat(office, account, None)
    shop.clock.move(timedelta(minutes=14))
    assert shop.say("doctor").code == 0
    shop.clock.move(timedelta(minutes=2))
    note_beat(office, office.settings.account[1], None)
    told = shop.say("doctor")

    assert told.code == 1
    assert line_of(told, "sales@kestrel.test IMAP").startswith("ok ")
    line = line_of(told, "sales@kestrel.test reading")
    assert line.startswith("to do ")
    assert "16 minutes ago" in line
    assert "inboxcrm run" in line
    assert line_of(told, "anna@kestrel.test reading").startswith("ok ")
    assert 'inboxcrm_account_stale{account="sales@kestrel.test"} 1' in shop.say("metrics").out


def test_a_folder_that_is_read_no_more_is_named(shop: Shop) -> None:
    """I4: with what is wrong and when it is looked at again."""
    shop.open()
    shop.say("live")
    office = shop.office()
    place = open_box(office)
    assert shop.say("doctor").code == 0
    write(
        office.engine,
        "update folder set state = 'paused', renumbered_at = :at where id = :id",
        at=int(NOON.timestamp() * 1_000_000),
        id=place.folder_id,
    )
    told = shop.say("doctor")

    assert told.code == 1
    line = line_of(told, "sales@kestrel.test INBOX")
    assert line.startswith("to do ")
    assert "read no more, as its server keeps changing its UIDVALIDITY" in line
    assert "looked at again after Tuesday 3 March 2026, 12:00" in line


def test_a_configured_folder_that_is_not_there_is_named(shop: Shop) -> None:
    """P25: mail there is not read, and nobody would know."""
    shop.open()
    shop.rewrite('address = "sales@kestrel.test"', 'address = "sales@kestrel.test"\nfolders = ["Webshop"]')

    told = shop.say("doctor")

    assert told.code == 1
    line = line_of(told, "sales@kestrel.test IMAP")
    assert line.startswith("to do ")
    assert "no folder 'Webshop'" in line


def test_all_sending_that_is_stopped_is_named(shop: Shop) -> None:
    shop.open()
    shop.say("live")
    shop.say("hold")

    assert line_of(shop.say("doctor"), "sending").startswith("to do ")


def test_run_says_a_lost_key_once_and_starts_nothing(shop: Shop) -> None:
    """It would make every token and sealed password worthless; no restart can mend it."""
    shop.open()
    shop.say("live")
    (shop.office().settings.storage.folder / "secret.key").unlink()

    told = shop.say("run")

    assert told.code == 2
    assert "secret.key" in told.err
    assert told.err.count("put this file back") == 1
