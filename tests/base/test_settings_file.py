"""A faulty configuration is answered with all faults at once, each with file, line, key and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from inboxcrm.base.errors import ConfigError
from inboxcrm.base.settings_file import SettingsFaulty, load_settings

GOOD = """\
[company]
name = "Kestrel"
domains = ["kestrel.example"]
country = "NL"

[sales]
payment_days = 30

[[user]]
key = "anna"
name = "Anna Visser"
address = "anna@kestrel.example"
role = "account_manager"

[[account]]
address = "sales@kestrel.example"
imap = { host = "mx", port = 993 }
smtp = { host = "mx", port = 465 }
"""
PERSONAL = """
[[account]]
address = "anna@kestrel.example"
kind = "personal"
imap = { host = "mx", port = 993 }
smtp = { host = "mx", port = 465 }
"""


def faults_of(folder: Path, text: str) -> list[tuple[int, str, str]]:
    file = folder / "config.toml"
    file.write_text(text)
    with pytest.raises(SettingsFaulty) as faulty:
        load_settings(file)
    assert all(line.startswith(f"{file}:") for line in str(faulty.value).splitlines())
    return [(fault.line, fault.key, fault.text) for fault in faulty.value.faults]


def test_a_right_file_is_read_with_folders_at_its_own_place(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(GOOD)

    settings = load_settings(tmp_path / "config.toml")

    assert settings.storage.folder == tmp_path / "data"
    assert settings.rules.folder == tmp_path / "rules"
    assert settings.house_account.address == "sales@kestrel.example"


@pytest.mark.parametrize(
    ("right", "wrong", "line", "key", "words"),
    [
        ("payment_days = 30", "paiment_days = 30", 7, "sales.paiment_days", "did you mean payment_days?"),
        ("payment_days = 30", "colour = 1", 7, "sales.colour", "known are quote_valid_days, payment_days"),
        ('name = "Kestrel"\n', "", 1, "company.name", "is missing"),
        ("payment_days = 30", 'payment_days = "soon"', 7, "sales.payment_days", "not 'soon'"),
        ('country = "NL"', 'country = "Holland"', 4, "company.country", "expected a country code such as NL"),
        ("port = 993", "port = 99993", 17, "account.1.imap.port", "less than or equal to 65535"),
        ('"anna@kestrel.example"', '"anna"', 12, "user.1.address", "a mail address such as anna@example.com"),
        ('role = "account_manager"', 'role = "boss"', 13, "user.1.role", "not 'boss'"),
        ("[sales]", "[sails]", 6, "sails", "did you mean sales?"),
        (
            '["kestrel.example"]',
            '["GMAIL.com"]',
            3,
            "company.domains.1",
            "anybody can have an address at gmail.com",
        ),
        (
            '["kestrel.example"]',
            '["@kestrel.example"]',
            3,
            "company.domains.1",
            "a domain such as example.com",
        ),
    ],
)
def test_one_fault_is_told_with_its_line_and_key(tmp_path: Path, right, wrong, line, key, words) -> None:
    [(at, what, text)] = faults_of(tmp_path, GOOD.replace(right, wrong, 1))

    assert (at, what) == (line, key)
    assert words in text


@pytest.mark.parametrize(
    ("added", "words"),
    [
        (PERSONAL, 'a personal account needs user = "key of its owner"'),
        (PERSONAL.replace("imap", 'user = "zoe"\nimap'), "belongs to user 'zoe', who is not listed"),
        (
            '\n[[user]]\nkey = "anna"\nname = "B"\naddress = "b@kestrel.example"\nrole = "sdr"\n',
            "user key 'anna' stands twice",
        ),
        (
            '\n[[user]]\nkey = "b"\nname = "B"\naddress = "ANNA@kestrel.example"\nrole = "sdr"\n',
            "user address 'anna@kestrel.example' stands twice",
        ),
    ],
)
def test_what_does_not_agree_is_told(tmp_path: Path, added: str, words: str) -> None:
    [(_, _, text)] = faults_of(tmp_path, GOOD + added)

    assert words in text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("zoe", "'zoe' is not the key of a user; the users are anna"),
        ("anna", "anna cannot stand in for anna"),
    ],
)
def test_a_deputy_who_cannot_be_one_is_told_in_his_line(tmp_path: Path, wrong: str, words: str) -> None:
    text = GOOD.replace('role = "account_manager"', f'role = "account_manager"\ndeputy = "{wrong}"')

    [(line, key, told)] = faults_of(tmp_path, text)

    assert (line, key) == (14, "user.1.deputy")
    assert words in told


def test_all_tables_that_do_not_agree_are_told_at_once_each_in_its_line(tmp_path: Path) -> None:
    text = GOOD.replace('role = "account_manager"', 'role = "account_manager"\ndeputy = "zoe"')
    second = '\n[[user]]\nkey = "ben"\nname = "B"\naddress = "ANNA@kestrel.example"\nrole = "sdr"\n'
    form = '\n[[form]]\nsender = "kestrel.example"\n[form.fields]\nemail = ["Mail"]\n'

    found = faults_of(tmp_path, text + PERSONAL.replace("imap", 'user = "max"\nimap') + second + form)

    assert [(line, key) for line, key, _ in found] == [
        (14, "user.1.deputy"),
        (24, "account.2.user"),
        (31, "user.2.address"),
        (35, "form.1.sender"),
    ]


def test_two_who_stand_in_for_each_other_are_no_fault(tmp_path: Path) -> None:
    second = (
        '\n[[user]]\nkey = "ben"\nname = "B"\naddress = "b@kestrel.example"\nrole = "sdr"\ndeputy = "anna"\n'
    )
    text = GOOD.replace('role = "account_manager"', 'role = "account_manager"\ndeputy = "ben"')
    (tmp_path / "config.toml").write_text(text + second)

    assert [user.deputy for user in load_settings(tmp_path / "config.toml").user] == ["ben", "anna"]


def test_some_account_must_be_the_address_that_customers_write_to(tmp_path: Path) -> None:
    text = GOOD.replace("imap =", 'kind = "personal"\nuser = "anna"\nimap =', 1)

    [(_, _, words)] = faults_of(tmp_path, text)

    assert 'one account must be kind = "shared"' in words


def test_all_faults_are_told_at_once_in_the_order_of_their_lines(tmp_path: Path) -> None:
    text = GOOD.replace('country = "NL"', 'country = "nl"').replace("payment_days", "paiment_days")

    found = faults_of(tmp_path, text.replace("port = 465", 'port = "x"') + PERSONAL)

    assert [(line, key) for line, key, _ in found] == [
        (4, "company.country"),
        (7, "sales.paiment_days"),
        (18, "account.1.smtp.port"),
        (20, "account.2"),
    ]


def test_a_price_as_float_is_refused_because_it_is_not_exact(tmp_path: Path) -> None:
    text = GOOD + '\n[[product]]\ncode = "standard"\ndescription = "S"\nprice = 49.10\n'

    [(line, key, words)] = faults_of(tmp_path, text)

    assert (line, key) == (23, "product.1.price")
    assert 'an amount in quotes, such as "49.00"' in words


def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    [(line, key, _)] = faults_of(tmp_path, GOOD.replace("[sales]", "[sales"))

    assert (line, key) == (6, "TOML")


def test_what_ends_too_early_is_told_at_its_end(tmp_path: Path) -> None:
    [(line, key, _)] = faults_of(tmp_path, GOOD + "\n[[product]]\ncode = [\n")

    assert (line, key) == (21, "TOML")


def test_a_mark_that_an_editor_put_before_the_text_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(GOOD, encoding="utf-8-sig")

    assert load_settings(tmp_path / "config.toml").company.name == "Kestrel"


@pytest.mark.parametrize("price", ["49.00001", "1e400", "1000000000"])
def test_a_price_that_cannot_be_kept_exactly_is_refused(tmp_path: Path, price: str) -> None:
    """V9: unit prices are integer ten-thousandths; nothing is rounded in silence."""
    text = GOOD + f'\n[[product]]\ncode = "standard"\ndescription = "S"\nprice = "{price}"\n'

    [(line, key, _)] = faults_of(tmp_path, text)

    assert (line, key) == (23, "product.1.price")


def test_a_missing_file_says_what_writes_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="`inboxcrm init` writes one"):
        load_settings(tmp_path / "config.toml")


def test_a_file_that_is_no_text_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b'[company]\nname = "\xff"')

    with pytest.raises(ConfigError, match=r"is not UTF-8 text \(byte 18\)"):
        load_settings(tmp_path / "config.toml")


def test_a_password_is_never_shown(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(GOOD.replace("port = 993", 'port = 993, password = "s3cret"'))

    assert "s3cret" not in repr(load_settings(tmp_path / "config.toml"))
