"""The example configuration shows every setting, and no setting that there is not."""

from __future__ import annotations

from pydantic import BaseModel

from inboxcrm.base.settings import Settings
from tests.house.guards.settings_keys import settings_findings
from tests.house.places import HOUSE, assert_none


class Login(BaseModel):
    host: str
    port: int = 993


class Mailbox(BaseModel):
    address: str
    imap: Login
    smtp: Login | None = None


class Example(BaseModel):
    folder: str = "data"
    account: tuple[Mailbox, ...] = ()


GOOD = """
# Where the data is. An equals sign = in prose is no key.
# folder = "data"

[[account]]
address = "sales@example.com"
imap = { host = "localhost", port = 993 }
# [account.smtp]
# host = "localhost"
# port = 465
"""


def test_the_example_shows_every_setting_and_nothing_else() -> None:
    for example in HOUSE.glob("config.example.toml"):
        assert_none(settings_findings(Settings, example.read_text(encoding="utf-8")))


def test_lines_that_are_commented_out_count_as_shown() -> None:
    assert settings_findings(Example, GOOD) == []


def test_the_guard_bites_a_setting_that_is_not_shown() -> None:
    assert settings_findings(Example, GOOD.replace("# port = 465\n", "")) == [
        "account.smtp.port is a setting that the example does not show"
    ]


def test_the_guard_bites_a_key_that_is_no_setting() -> None:
    assert settings_findings(Example, GOOD + "# colour = [\n#   1,\n# ]\n") == [
        "account.smtp.colour stands in the example and is no setting"
    ]
