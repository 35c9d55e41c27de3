"""A password may stand in the configuration, a variable, a file or a program's output, and never shows."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import pytest

from inboxcrm.base import secret as secret_module
from inboxcrm.base.errors import ConfigError
from inboxcrm.base.secret import Secret, SecretUnreadable
from inboxcrm.base.settings_file import SettingsFaulty, has_plain_secret, load_settings

VALUE = "Pl4nted pass=wörd"
CONFIG = """\
[company]
name = "Kestrel"
domains = ["kestrel.example"]
country = "NL"

[[user]]
key = "anna"
name = "Anna Visser"
address = "anna@kestrel.example"
role = "account_manager"

[[account]]
address = "sales@kestrel.example"
smtp = { host = "mx", port = 465, password = "x" }
[account.imap]
host = "mx"
port = 993
password = %s
"""
LINE = CONFIG.splitlines().index("password = %s") + 1


def of(folder: Path, written: str) -> Secret:
    (folder / "config.toml").write_text(CONFIG % written)
    return load_settings(folder / "config.toml").account[0].imap.password


def python(code: str) -> str:
    words = ", ".join(f"'{word}'" for word in (sys.executable, "-c", code))
    return f"{{ command = [{words}] }}"


@pytest.mark.parametrize(
    "written",
    [
        f'"{VALUE}"',
        '{ env = "CRM_TEST_SECRET" }',
        '{ file = "pass.txt" }',
        python('import os; print(os.environ["CRM_TEST_SECRET"])'),
    ],
)
def test_each_spelling_gives_the_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    """A file is looked for beside config.toml, and its line end does not count."""
    monkeypatch.setenv("CRM_TEST_SECRET", VALUE)
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    (tmp_path / "pass.txt").write_text(f"{VALUE}\n", encoding="utf-8")

    secret = of(tmp_path, written)

    assert secret.read() == VALUE
    assert bool(secret)
    assert VALUE not in f"{secret!r} {secret}"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ('{ env = "CRM_NO_SUCH" }', "the environment variable CRM_NO_SUCH is empty or not there"),
        ('{ file = "nowhere.txt" }', "nowhere.txt cannot be read"),
        ('{ file = "two-lines.txt" }', "has several lines"),
        ('{ file = "empty.txt" }', "is empty"),
        ('{ file = "bytes.txt" }', "is not UTF-8"),
        ('{ command = ["/no/such/program"] }', "/no/such/program cannot be run"),
        (python("print(1); raise SystemExit(3)"), "ended with code 3; 0 is right"),
        (python("pass"), "is empty"),
    ],
)
def test_a_secret_that_is_not_there_is_told_by_file_line_and_key(
    tmp_path: Path, written: str, words: str
) -> None:
    """And only when it is needed: a configuration with such a secret can be read."""
    (tmp_path / "two-lines.txt").write_text(f"{VALUE}\n{VALUE}\n")
    (tmp_path / "empty.txt").write_text("\n")
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe")
    secret = of(tmp_path, written)

    with pytest.raises(SecretUnreadable) as told:
        secret.read()

    assert isinstance(told.value, ConfigError)
    assert str(told.value).startswith(f"{tmp_path / 'config.toml'}:{LINE}: account.1.imap.password: ")
    assert words in str(told.value)
    assert VALUE not in "".join(traceback.format_exception(told.value))


def test_a_program_that_waits_for_somebody_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret_module, "COMMAND_TIMEOUT_S", 0.2)

    with pytest.raises(SecretUnreadable, match=r"gave no answer in 0\.2 s"):
        of(tmp_path, python("import threading; threading.Event().wait()")).read()


def test_a_program_gets_no_shell_and_what_it_complains_of_is_not_repeated(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert of(tmp_path, '{ command = ["echo", "$HOME; echo two"] }').read() == "$HOME; echo two"

    with pytest.raises(SecretUnreadable):
        of(tmp_path, python(f'import sys; sys.exit("{VALUE}")')).read()
    assert VALUE not in str(capfd.readouterr())


@pytest.mark.parametrize(
    "written",
    [
        "7",
        "[]",
        "{}",
        '{ env = "" }',
        '{ env = "A", file = "b" }',
        '{ command = "pass show" }',
        '{ pass = "x" }',
    ],
)
def test_a_wrong_spelling_says_what_would_be_right_and_repeats_nothing(tmp_path: Path, written: str) -> None:
    with pytest.raises(SettingsFaulty) as told:
        of(tmp_path, written)

    [fault] = told.value.faults
    assert (fault.line, fault.key) == (LINE, "account.1.imap.password")
    assert '{ env = "NAME" }' in fault.text
    assert "pass show" not in fault.text


def test_doctor_can_tell_a_configuration_that_holds_a_password(tmp_path: Path) -> None:
    of(tmp_path, '{ env = "X" }')
    assert has_plain_secret(load_settings(tmp_path / "config.toml"))  # that of SMTP

    text = (tmp_path / "config.toml").read_text().replace('password = "x"', 'password = { env = "X" }')
    (tmp_path / "config.toml").write_text(text)
    assert not has_plain_secret(load_settings(tmp_path / "config.toml"))


def test_the_address_of_the_database_can_stand_elsewhere_too(tmp_path: Path) -> None:
    """It holds a password."""
    (tmp_path / "url").write_text("postgresql+psycopg://crm:Pl4nted@db.example/crm")
    (tmp_path / "config.toml").write_text(CONFIG % '"x"' + '\n[storage]\ndatabase = { file = "url" }\n')

    settings = load_settings(tmp_path / "config.toml")

    assert settings.database_url == "postgresql+psycopg://crm:Pl4nted@db.example/crm"
    assert "Pl4nted" not in repr(settings)
