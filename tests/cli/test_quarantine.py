"""`quarantine`: what an owner sees of mails that could not be read, and what he can do about each."""

from __future__ import annotations

import pytest

from tests.cli.shop import Shop
from tests.ingest.building import SALES, ask, open_box, raw_mail
from tests.ingest.test_quarantined import break_parser

POISON = raw_mail("Carla <carla@brouwer.test>", SALES, "Order 42", "How \x1b[2J much?", mid="<1@b>")


@pytest.fixture
def held(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A system with one mail that could not be read."""
    shop.open()
    with monkeypatch.context() as patch:
        break_parser(patch)
        open_box(shop.office()).take(POISON)
    return shop


def test_quarantine_is_listed_with_code_place_error_and_size(held: Shop) -> None:
    """P12: it exits 1, as a person has to look; --json has the same."""
    told = held.say("quarantine", "list")
    [row] = held.say("quarantine", "list", "--json").json

    assert told.code == 1
    assert row["code"] == f"{row['folder_id']}:1"
    assert (row["account"], row["folder"], row["stage"], row["error"]) == (
        "sales@kestrel.test",
        "INBOX",
        "parse",
        "a bug of ours",
    )
    assert row["size"] == len(POISON)
    for words in (row["code"], "sales@kestrel.test INBOX", f"{len(POISON):,} bytes", "parse, 1 attempt"):
        assert words in told.out


def test_one_is_shown_without_its_control_characters_and_can_be_saved(held: Shop) -> None:
    """V13: what is in it reaches no terminal as a command; the file has every byte."""
    code = held.say("quarantine", "list", "--json").json[0]["code"]
    file = held.folder / "one.eml"
    told = held.say("quarantine", "show", code, "--save", str(file))

    assert told.code == 0
    assert "Carla <carla@brouwer.test>" in told.out
    assert "Order 42" in told.out
    assert "\x1b" not in told.out
    assert "How \\x1b[2J much?" in told.out
    assert file.read_bytes() == POISON
    assert held.say("quarantine", "show", "9:9").code == 2
    assert held.say("quarantine", "show", code, "--save", str(held.folder / "no" / "such.eml")).code == 2


def test_reprocess_takes_it_in_once_and_then_there_is_nothing(held: Shop) -> None:
    """I6: by --all, and again by --all."""
    assert held.say("quarantine", "reprocess").code == 2
    told = held.say("quarantine", "reprocess", "--all")

    assert told.code == 0
    assert "taken in as message 1" in told.out
    assert "Nothing" in held.say("quarantine", "reprocess", "--all").out
    assert held.say("quarantine", "list").code == 0
    assert ask(held.office().engine, "select count(*) from lead") == [(1,)]


def test_what_fails_again_says_so_and_can_be_released(held: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """I6, P12."""
    break_parser(monkeypatch)
    code = held.say("quarantine", "list", "--json").json[0]["code"]
    told = held.say("quarantine", "reprocess", code)

    assert told.code == 1
    assert "still cannot be read: a bug of ours" in told.out
    assert "taken in as message 1" in held.say("quarantine", "release", code).out
    assert held.say("quarantine", "release", code).code == 2
    assert held.say("why", "1", "--json").json["subject"] == "Order 42"
