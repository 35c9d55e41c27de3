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


def test_undo_of_it_lets_the_deal_sleep_again(shop: Shop, old: OldCrm) -> None:
    """EM-4, EM-5: only her own words lie on the box; they are about no box then, and say so when asked again."""
    say(shop, "resume: globex")
    woken = letters(shop.office, "receipt")[-1].message_id
    [line] = shop.anna("undo", answers=woken)["lines"]

    assert (line["is_done"], line["text"]) == (True, "undone: resume: globex")
    assert old.ask("select (select count(*) from box), (select count(*) from opportunity)") == [(0, 0)]
    assert old.ask("select count(*) from message where box_id is not null") == [(0,)]
    assert old.ask("select count(*) from thread where box_id is not null") == [(0,)]
    [again] = shop.anna("undo", answers=woken)["lines"]
    assert "was undone already by anna" in again["text"]
    [late] = shop.anna("note: they call on friday", answers=woken)["lines"]
    assert not late["is_done"]
    assert say(shop, "resume: globex") == ["Globex is awake; its owner is anna"]


def test_undo_of_it_says_what_hangs_on_the_box_by_now(shop: Shop, old: OldCrm) -> None:
    """EM-4: what a customer wrote is not pushed off its box; nothing is half undone."""
    say(shop, "resume: globex")
    woken = letters(shop.office, "receipt")[-1].message_id
    mail = shop.customer("Any news of our licences?")
    shop.anna("file globex", answers=shop.notice().message_id)
    assert old.ask(
        f"select box.name from message join box on box.id = box_id where message.id = {mail.id}"
    ) == [("Globex",)]
    [line] = shop.anna("undo", answers=woken)["lines"]

    assert "nothing was undone" in line["text"]
    assert old.ask("select count(*) from opportunity where name = 'Globex'") == [(1,)]
