"""`init` sets a system up once, for the owner's eyes only, on hold; a faulty answer is said with its line."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.cli.shop import Shop
from tests.ingest.building import file_holds

MINIMAL = """
[company]
name = "Kestrel"
domains = ["kestrel.test"]
country = "NL"

[[account]]
address = "sales@kestrel.test"
imap = { host = "127.0.0.1", port = 1, security = "none" }
smtp = { host = "127.0.0.1", port = 1, security = "none" }

[[user]]
key = "anna"
name = "Anna"
address = "anna@kestrel.test"
role = "account_manager"
"""


def test_init_on_real_servers_ends_on_hold(shop: Shop) -> None:
    told = shop.say("init", "--answers", str(shop.answers()))

    assert told.code == 0
    assert "On hold: nothing leaves for outsiders until `inboxcrm live`" in told.out
    assert "away" not in told.out
    assert stat.S_IMODE(shop.config.stat().st_mode) == 0o600
    assert stat.S_IMODE((shop.folder / "data" / "secret.key").stat().st_mode) == 0o600
    assert list((shop.folder / "rules").glob("*.toml"))
    with shop.office().reading() as session:
        assert session.connection().exec_driver_sql("select count(*) from switch").scalar() == 0


def test_init_twice_is_refused_and_changes_nothing(shop: Shop) -> None:
    shop.open()
    before = shop.config.read_bytes()
    told = shop.say("init", "--answers", str(shop.answers()))

    assert told.code == 2
    assert "is there already" in told.err
    assert shop.config.read_bytes() == before


def test_init_with_a_server_that_is_away_says_so_and_keeps_the_configuration(shop: Shop) -> None:
    file = shop.answers()
    file.write_text(file.read_text().replace(f"port = {shop.imap.port}", "port = 1"))
    told = shop.say("init", "--answers", str(file))

    assert told.code == 3
    assert "sales@kestrel.test IMAP" in told.out
    assert shop.config.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"[company\n", "answers.toml"),
        (b"\xff\xfe", "answers.toml"),
        (b"company = 3\n", "company"),
        (b"[company]\nname = 2026-01-01\n", "name"),
        (b"", "is missing"),
    ],
)
def test_faulty_answers_are_wrong_usage_and_leave_no_configuration(
    shop: Shop, text: bytes, said: str
) -> None:
    file = shop.folder / "answers.toml"
    file.write_bytes(text)
    told = shop.say("init", "--answers", str(file))

    assert told.code == 2
    assert said in told.err
    assert "Traceback" not in told.err
    assert not shop.config.exists()


def test_faulty_answers_can_be_corrected_where_the_faults_were_told(shop: Shop) -> None:
    file = shop.folder / "answers.toml"
    file.write_text(MINIMAL.replace('"NL"', '"Holland"'))
    faulty = shop.folder / "config.faulty.toml"

    told = shop.say("init", "--answers", str(file))
    assert f"{faulty}:7: company.country" in told.err
    assert f"inboxcrm init --answers {faulty}" in told.err

    faulty.write_text(faulty.read_text().replace('"Holland"', '"NL"'))
    assert shop.say("init", "--answers", str(faulty)).code == 3  # nobody is at port 1
    assert shop.config.exists()


def test_answers_that_are_not_there_are_wrong_usage(shop: Shop) -> None:
    assert shop.say("init", "--answers", str(shop.folder / "none.toml")).code == 2


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ('country = "NL"', 'country = "Netherlands"', 5, "company.country"),
        ('name = "Kestrel"', 'nmae = "Kestrel"', 3, "did you mean name?"),
        ('role = "account_manager"', 'role = "boss"', 16, "user.1.role"),
        ('address = "sales@kestrel.test"', 'address = "sales"', 8, "account.1.address"),
        ("port = 1,", "port = 0,", 9, "account.1.imap.port"),
        ('key = "anna"', 'key = "Anna!"', 13, "user.1.key"),
        ("[company]", "[company", 2, "TOML"),
        ("[company]", "colour = 1\n[company]", 2, "colour"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_every_fault_of_a_configuration_is_said_with_its_line(
    shop: Shop, old: str, new: str, line: int, key: str
) -> None:
    shop.config.write_text(MINIMAL.replace(old, new, 1))
    told = shop.say("ledger")

    assert told.code == 2
    assert f"config.toml:{line}:" in told.err
    assert key in told.err


def test_all_faults_are_said_at_once(shop: Shop) -> None:
    shop.config.write_text(
        MINIMAL.replace('"NL"', '"nl"').replace("port = 1", "port = 99999").replace('"Anna"', '""')
    )
    told = shop.say("doctor")

    assert told.code == 2
    assert len(told.err.strip().splitlines()) == 4
    assert [line.split(":")[1] for line in told.err.strip().splitlines()] == ["5", "9", "10", "14"]


@pytest.mark.parametrize(
    "command", ["doctor", "ledger", "run", "poll", "work", "tick", "migrate", "live", "hold"]
)
def test_a_configuration_that_is_not_there_is_wrong_usage(shop: Shop, command: str) -> None:
    told = shop.say(command)

    assert told.code == 2
    assert "`inboxcrm init` writes one" in told.err


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('password = "Pl4nted-secret"', "password = 424242424242"),
        (
            'imap = { host = "127.0.0.1", port = 1, security = "none", password = "Pl4nted-secret" }',
            'imap = "imaps://u:Pl4nted-secret@h"',
        ),
        ("port = 1", 'port = "x"'),
    ],
)
def test_a_faulty_configuration_is_never_quoted_with_its_password(shop: Shop, old: str, new: str) -> None:
    text = MINIMAL.replace('security = "none" }', 'security = "none", password = "Pl4nted-secret" }')
    assert old in text
    shop.config.write_text(text.replace(old, new, 1))
    told = shop.say("doctor")

    assert told.code == 2
    assert "Pl4nted-secret" not in told.err + told.out
    assert "424242424242" not in told.err + told.out


def test_the_password_is_nowhere_but_in_the_configuration(shop: Shop, tmp_path: Path) -> None:
    """Also not in the database, whose bytes are looked at."""
    shop.open()
    shop.rewrite('password = "pw"', 'password = "Pl4nted-secret"')
    told = [
        shop.say("doctor"),
        shop.say("doctor", "--json"),
        shop.say("ledger"),
        shop.say("ledger", "--json"),
    ]

    assert all("Pl4nted-secret" not in one.out + one.err for one in told)
    assert [one.code for one in told] == [3, 3, 3, 3]
    assert file_holds(tmp_path, b"Pl4nted-secret") == [str(shop.config)]


def test_init_takes_the_starter_set_that_the_answers_name(shop: Shop) -> None:
    """Its rules and letters beside those of every team, and the fields that they ask for."""
    file = shop.folder / "answers.toml"
    file.write_text(MINIMAL + '\n[rules]\nstarter = "streak"\n')

    assert shop.say("init", "--answers", str(file)).code == 3  # nobody is at port 1
    rules = shop.folder / "rules"

    assert {"sales.toml", "trials.toml", "letters"} <= {one.name for one in rules.iterdir()}
    assert (rules / "letters" / "renewal_users" / "nl" / "body.txt").is_file()
    assert "renewal-large-or-important" in (rules / "renewals.toml").read_text()
    assert 'name = "early_release"' in shop.config.read_text()
    assert shop.say("rules", "check").code == 0


def test_a_starter_set_that_there_is_not_is_told_with_those_that_there_are(shop: Shop) -> None:
    file = shop.folder / "answers.toml"
    file.write_text(MINIMAL + '\n[rules]\nstarter = "streek"\n')

    told = shop.say("init", "--answers", str(file))

    assert told.code == 2
    assert "rules.starter" in told.err
    assert "make-to-order" in told.err
