"""The brake (DESIGN: sending): a rule that would write to more than 20 outsiders in one sweep asks a manager first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_running import Sending
from inboxcrm.base.store import set_switch
from inboxcrm.base.work import Office
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.burst import settle_abandoned
from inboxcrm.outbox.bursts.records import Burst
from inboxcrm.outbox.delivery import claim_letter
from inboxcrm.outbox.letter import Plan, write_letter
from inboxcrm.outbox.records import Letter
from inboxcrm.outbox.store import due_letter_ids, held_letters
from inboxcrm.reports.digests.daily import daily
from inboxcrm.reports.digests.ground import Ground
from inboxcrm.reports.digests.shape import number_lines
from inboxcrm.rules.sweep import run_due_rules
from tests.build import HOUSE, HandClock, a_lead, letters, on_both_databases
from tests.commands.shop import Shop
from tests.rules.writing import a_book, a_rule

RULE = a_rule(
    'every = "every 10 minutes"',
    'for = "lead"',
    "catch_up = true",
    do='{ action = "letter", letter = "follow_up" }',
)


@pytest.fixture
def shop(make_office: Callable[[Settings], Office], settings: Settings, clock: HandClock) -> Shop:
    """A shop that is live, whose only rule writes to each lead; 0 letters are too many where the brake is 0."""
    office = make_office(settings)
    with office.work("test", actor="test") as work:
        set_switch(work.session, f"live:{HOUSE}", "live", work.now)
    return Shop(office, clock, a_book(settings.rules.folder, RULE))


def sweep(shop: Shop, leads: int) -> None:
    """So many leads, and one sweep of the rule over them."""
    with shop.office.work("test", actor="test") as work:
        for number in range(leads):
            a_lead(work, f"bob{number}@firm{number}.example")
    run_due_rules(shop.office, shop.rules.current())


def leaving(shop: Shop) -> list[Letter]:
    """The letters to customers that may leave now, and can be claimed."""
    with shop.office.reading() as session:
        due = due_letter_ids(session, shop.clock.now(), "letter")
    found = [one for one in letters(shop.office, "letter") if one.id in due]
    assert all(claim_letter(shop.office, one.id) for one in found)
    return found


def bursts(shop: Shop) -> list[Burst]:
    with Session(shop.office.engine, expire_on_commit=False) as session:
        return list(session.scalars(select(Burst).order_by(Burst.id)))


def answer(shop: Shop, word: str, key: str = "maria", of: str = "maria") -> dict[str, object]:
    """What a user is answered who says a word to the mail that asked."""
    [asked] = [one for one in letters(shop.office, "burst") if one.user == of]
    return shop.user(key, word, answers=asked.message_id)


@on_both_databases
def test_twenty_letters_leave_by_themselves(shop: Shop) -> None:
    sweep(shop, 20)

    assert len(leaving(shop)) == 20
    assert letters(shop.office, "burst") == []


@on_both_databases
def test_of_twenty_one_none_leaves_and_one_question_is_asked(shop: Shop) -> None:
    sweep(shop, 21)

    assert leaving(shop) == []
    [question] = letters(shop.office, "burst")
    assert (question.user, question.subject) == ("maria", "21 letters of the rule test wait for you")
    assert "Nothing has left" in question.facts["text"]
    assert [one["words"] for one in question.facts["commands"]] == ["release", "drop"]


def test_none_can_be_claimed_while_the_question_is_open(shop: Shop) -> None:
    sweep(shop, 21)

    assert [claim_letter(shop.office, one.id) for one in letters(shop.office, "letter")] == [None] * 21


@on_both_databases
def test_release_lets_each_leave_once(shop: Shop) -> None:
    sweep(shop, 21)

    [line] = answer(shop, "release")["lines"]

    assert (line["is_done"], line["text"]) == (True, "the 21 letters of the rule test leave now")
    assert "undo" not in line["undo"] or "does not" in line["undo"]
    assert len({one.recipients[0].address for one in leaving(shop)}) == 21
    assert leaving(shop) == []  # each is claimed
    [line] = answer(shop, "release")["lines"]
    assert line["text"].startswith("maria has released the letters of the rule test already")
    assert len(letters(shop.office, "letter")) == 21


def test_drop_lets_none_leave(shop: Shop) -> None:
    sweep(shop, 21)

    [line] = answer(shop, "drop")["lines"]

    assert line["text"] == "none of the 21 letters of the rule test leaves; they are cancelled"
    assert {one.state for one in letters(shop.office, "letter")} == {"cancelled"}
    [line] = answer(shop, "release")["lines"]
    assert line["text"].startswith("maria has dropped the letters of the rule test already")
    assert leaving(shop) == []


@pytest.mark.parametrize("word", ["release", "drop"])
def test_nobody_but_who_was_asked_decides(shop: Shop, word: str) -> None:
    """Anna answers the mail that was sent to Maria."""
    sweep(shop, 21)

    [line] = answer(shop, word, "anna")["lines"]

    assert not line["is_done"]
    assert bursts(shop)[0].state == "asked"
    assert leaving(shop) == []


def test_an_outsider_who_forges_the_answer_is_not_heard(shop: Shop) -> None:
    """V10: from Maria's address, without any proof."""
    sweep(shop, 21)
    [asked] = letters(shop.office, "burst")

    from tests.build import Mail, deliver

    deliver(shop.office, Mail("release", "maria@kestrel.example", answers=asked.message_id, proof=None))
    shop.react()

    assert bursts(shop)[0].state == "asked"
    assert leaving(shop) == []


def test_the_limit_is_a_setting(shop: Shop, make_office: Callable[[Settings], Office]) -> None:
    settings = shop.office.settings.model_copy(update={"sending": Sending(at_once=2)})
    shop.office = make_office(settings)

    sweep(shop, 3)

    assert leaving(shop) == []
    assert len(letters(shop.office, "burst")) == 1


def test_the_next_sweep_is_another_matter(shop: Shop) -> None:
    sweep(shop, 21)
    shop.clock.move(minutes=10)
    with shop.office.work("test", actor="test") as work:
        a_lead(work, "new@other.example")
    run_due_rules(shop.office, shop.rules.current())

    assert [one.recipients[0].address for one in leaving(shop)] == ["new@other.example"]
    assert [one.state for one in bursts(shop)] == ["asked", "passed"]


def test_a_sweep_that_was_killed_before_its_end_is_settled_by_the_ticker(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """V5."""
    monkeypatch.setattr("inboxcrm.rules.sweep.end_sweep", lambda office, rule: None)
    sweep(shop, 21)
    settle_abandoned(shop.office)
    assert bursts(shop)[0].state == "gathering"  # it may be going on

    shop.clock.move(minutes=11)
    settle_abandoned(shop.office)

    assert bursts(shop)[0].state == "asked"
    assert leaving(shop) == []


def test_what_is_held_is_counted_for_the_digest(shop: Shop) -> None:
    sweep(shop, 21)

    with shop.office.reading() as session:
        assert held_letters(session) == [
            ("of rules held, as they are many at once: answer that mail `release` or `drop`", 21)
        ]


@pytest.mark.parametrize(("word", "left"), [("release", 21), ("drop", 0)])
def test_what_is_held_waits_in_the_managers_digest_for_his_word(shop: Shop, word: str, left: int) -> None:
    """MG-2: answered there by number, as in the mail that asked."""
    sweep(shop, 21)
    with shop.office.work("test", actor="test") as work:
        numbered = number_lines(daily(Ground(work), work.settings.user_by_key("maria")))
        plan = Plan(
            kind="digest", dedupe="digest:test", account=HOUSE, user="maria", subject="Monday",
            to=[Address("Maria", "maria@kestrel.example")], facts=numbered.facts, lines=numbered.lines,
        )  # fmt: skip
        message_id = write_letter(work, plan).message_id
        assert not any(
            row.kind == "burst"
            for row in daily(Ground(work), work.settings.user_by_key("anna")).sections[0].lines
        )
    first = numbered.facts["sections"][0]
    assert first["title"] == "Waiting for your word"
    assert first["rows"][0]["text"].endswith("would write to 21 addresses outside at once")
    assert ["1 release", "the letters that a rule wants to send leave; `drop`: none does"] in numbered.facts[
        "examples"
    ]

    [line] = shop.user("maria", f"1 {word}", answers=message_id)["lines"]

    assert line["is_done"], line
    assert len(leaving(shop)) == left
