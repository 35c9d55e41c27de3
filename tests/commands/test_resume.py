"""IN-15: a word about a deal of the old CRM wakes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.build import letters
from tests.commands.shop import Shop
from tests.crm.importing.building import OldCrm


@pytest.fixture
def old(shop: Shop, tmp_path: Path) -> OldCrm:
    """Three deals sleep."""
    crm = OldCrm(tmp_path, shop.office)
    rows = [
        (f"d{n}", name, "", "", "Jane Doe", "Quote", "5")
        for n, name in enumerate(("Acme", "Acme licences", "Globex"))
    ]
    crm.take(crm.file("deals", *rows))
    return crm


def say(shop: Shop, words: str) -> list[str]:
    return [str(line["text"]) for line in shop.anna(words)["lines"]]


@pytest.mark.parametrize(
    ("words", "name"),
    [("resume: globex", "Globex"), ("resume: acme", "Acme"), ("resume: licen", "Acme licences")],
)
def test_a_word_with_its_name_wakes_a_deal(shop: Shop, old: OldCrm, words: str, name: str) -> None:
    [told] = say(shop, words)

    assert told == f"{name} is awake; its owner is anna"
    assert old.ask("select name, owner from box") == [(name, "anna")]


def test_a_name_that_is_none_or_several_wakes_nothing(shop: Shop, old: OldCrm) -> None:
    assert "more than one deal is called 'ac'" in say(shop, "resume: ac")[0]
    assert "there is no such deal among those that you may act on" in say(shop, "resume: Initech")[0]
    assert old.ask("select count(*) from box") == [(0,)]


def test_resume_in_a_sentence_is_no_command(shop: Shop, old: OldCrm) -> None:
    shop.anna("Resume of the meeting with Globex is attached")

    assert old.ask("select count(*) from box") == [(0,)]


def test_undo_of_it_says_what_hangs_on_the_box_by_now(shop: Shop, old: OldCrm) -> None:
    """EM-5: the mail that woke it lies on the box; nothing is half undone."""
    say(shop, "resume: globex")
    [line] = shop.anna("undo", answers=letters(shop.office, "receipt")[-1].message_id)["lines"]

    assert "nothing was undone" in line["text"]
    assert old.ask("select count(*) from opportunity") == [(1,)]
