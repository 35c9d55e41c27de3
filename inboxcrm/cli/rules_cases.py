"""Mails as tests of rules: `name.eml` in the folder `tests` beside the rules, and `name.toml` with what is expected.

    at = 2026-11-23T10:30:00+01:00   # when it comes in; without it, when it was written (its Date)
    account = "sales@kestrel.example"   # in which mailbox; without it, the first shared one
    before = ["first.eml"]           # mails that came before, in this order
    wait = "8 days"                  # so much time passes then, for what a schedule does

    [[given]]                        # a setting for this test alone
    setting = "leads.round_robin"
    value   = false

    [[expect]]
    rule   = "new-lead"
    task   = "Answer Bob"            # words of a task that it makes
    letter = "new lead"              # words of the subject of a letter or notice that it writes
    times  = 1                       # how often it fires; without it, at least once; 0: never
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from inboxcrm.base.errors import ConfigError
from inboxcrm.base.settings_rule_case import Expect, FileWrong, Given, read_case_file
from inboxcrm.rules.duration import BadDuration, parse_duration


class CaseFaulty(ConfigError):
    """The file of a test says something that cannot be read."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file}: {reason}")


@dataclass(frozen=True, slots=True)
class Case:
    """One test: mails as raw bytes, the last one is what it is about; when it comes, and what is then expected."""

    name: str
    mails: tuple[bytes, ...]
    at: datetime
    account: str
    wait: timedelta
    given: tuple[Given, ...]
    expect: tuple[Expect, ...]


def read_cases(folder: Path) -> list[Case]:
    """Read the tests of a folder of rules, by their names. Raises CaseFaulty."""
    return [_read_case(file) for file in sorted((folder / "tests").glob("*.toml"))]


def _read_case(file: Path) -> Case:
    try:
        told = read_case_file(tomllib.loads(file.read_text(encoding="utf-8")))
    except FileWrong as error:
        raise CaseFaulty(file, str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CaseFaulty(file, f"this is no TOML: {error}") from error
    mails = tuple(_read_mail(file, name) for name in (*told.before, f"{file.stem}.eml"))
    at = told.at or _written_at(file, mails[-1])
    if at.tzinfo is None:
        raise CaseFaulty(file, "at: write it with its zone, such as 2026-11-23T10:30:00+01:00")
    try:
        wait = parse_duration(told.wait) if told.wait else timedelta()
    except BadDuration as error:
        raise CaseFaulty(file, f"wait: {error}") from error
    return Case(file.stem, mails, at.astimezone(UTC), told.account, wait, told.given, told.expect)


def _read_mail(file: Path, name: str) -> bytes:
    mail = file.parent / name
    if mail.parent != file.parent or not mail.is_file():
        raise CaseFaulty(file, f"there is no mail {name} beside it")
    return mail.read_bytes()


def _written_at(file: Path, raw: bytes) -> datetime:
    head = raw.partition(b"\n\n")[0].partition(b"\r\n\r\n")[0].decode("ascii", "replace")
    line = next((one for one in head.splitlines() if one.lower().startswith("date:")), "")
    try:
        return parsedate_to_datetime(line.partition(":")[2].strip())
    except ValueError as error:
        raise CaseFaulty(file, "write `at`: its mail has no Date") from error
