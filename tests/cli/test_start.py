"""Every command ends with one clear line and its exit code, whatever it meets at its start."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shop import Shop

OPENING = (
    "migrate", "ledger", "show 1", "why 1", "search x", "metrics", "waiting", "filings list", "quarantine list",
    "outbox list", "live", "hold", "run", "poll", "tick --redis unix:///nowhere", "work --redis unix:///nowhere",
    "import --account sales@kestrel.test .", "login anna@kestrel.test",
)  # fmt: skip


@pytest.mark.parametrize("words", OPENING)
def test_a_file_that_is_no_database_ends_every_command_with_its_name_and_what_to_do(
    shop: Shop, words: str
) -> None:
    shop.open()
    shop.database.write_bytes(b"garbage" * 1000)

    told = shop.say(*words.split())

    assert (told.code, told.out) == (2, "")
    assert told.err.startswith(f"{shop.database}: this is no database of SQLite; put the file back")
    assert told.err.count("\n") == 1
    assert shop.database.read_bytes() == b"garbage" * 1000


def test_doctor_looks_at_the_rest_beside_a_file_that_is_no_database(shop: Shop) -> None:
    shop.open()
    shop.database.write_bytes(b"garbage" * 1000)

    told = shop.say("doctor")

    assert told.code == 2
    assert f"wrong  database: {shop.database}: this is no database" in told.out
    assert "sales@kestrel.test IMAP: signed in" in told.out


def test_help_says_where_all_settings_are_explained(shop: Shop) -> None:
    told = shop.say_plainly("--help")

    [file] = [line.strip() for line in told.out.splitlines() if line.strip().endswith("config.example.toml")]
    assert "[[form]]" in told.out
    assert "[[form]]" in Path(file).read_text()
