"""Lines of a digest with all words that fit them, each carried out on its line's matter (EM-4, MG-2)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_commands import Commands
from inboxcrm.base.spelled import spell_day
from inboxcrm.crm.stages import LOST
from inboxcrm.crm.store import box_by_id, open_tasks_of_box, opportunity_of_box
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, write_letter
from tests.build import HOUSE, Mail, deliver, the_settings
from tests.commands.shop import Shop

DEALS = ("ash", "birch", "cedar", "elm", "fir", "hazel")


def a_digest(shop: Shop) -> str:
    """Six deals on the lines 1 to 6 and a lead on line 7, mailed to Maria; give its Message-ID."""
    boxes = []
    for name in (*DEALS, "larch"):
        message = shop.customer("We need it.", sender=f"bob@{name}.example", subject=f"Licences for {name}")
        boxes.append(message.box_id)
        if name in DEALS:
            notice = next(one for one in shop.notices() if one.box_id == message.box_id)
            said = shop.user("maria", "qualify", answers=notice.message_id)
            assert said["lines"][0]["is_done"], said
    with shop.office.work("test", actor="test") as work:
        tasks = [open_tasks_of_box(work.session, box_id) for box_id in boxes]
        plan = Plan(
            kind="digest",
            dedupe="digest:test",
            account=HOUSE,
            to=[Address("Maria", "maria@kestrel.example")],
            user="maria",
            subject="7 things to do",
            facts={},
            task_ids=[
                next((task.id for task in each if task.kind == "next action"), each[0].id) for each in tasks
            ],
        )
        return write_letter(work, plan).message_id


@pytest.fixture
def shops(make_shop: Callable[[Settings], Shop], tmp_path: Path) -> Callable[..., Shop]:
    return lambda *languages: make_shop(the_settings(tmp_path, commands=Commands(languages=languages)))


def states(shop: Shop) -> list[tuple[object, ...]]:
    """Of the six deals: state, stage, amount, held until, owner."""
    with shop.office.reading() as session:
        deals = [opportunity_of_box(session, number) for number in range(1, 7)]
        return [
            (one.state, one.stage, one.amount_minor, one.wake_on and spell_day(one.wake_on), one.owner)
            for one in deals
        ]


def snoozed(shop: Shop, box_id: int) -> object:
    with shop.office.reading() as session:
        box = box_by_id(session, box_id)
        [task] = [one for one in open_tasks_of_box(session, box.id) if one.kind == "next action"]
        return task.due_at.date().isoformat()


@pytest.mark.parametrize(
    ("languages", "words"),
    [
        ((), "5 lost price, 4 snooze fri, 2 amount 12k\n3 stage negotiation\n1 assign maria\n6 hold until 3 dec"),
        (("nl",), "5 verloren prijs, 4 uitstellen vr, 2 bedrag 12k\n3 fase negotiation\n"
                  "1 toewijzen aan maria\n6 pauze tot 3 dec"),
        (("de",), "5 verloren preis, 4 später fr, 2 betrag 12k\n3 phase negotiation\n"
                  "1 zuweisen an maria\n6 pause bis 3. Dez"),
    ],
    ids=["en", "nl", "de"],
)  # fmt: skip
def test_each_line_is_carried_out_on_its_own_matter(
    shops: Callable[..., Shop], languages: tuple[str, ...], words: str
) -> None:
    shop = shops(*languages)
    digest = a_digest(shop)
    before = states(shop)

    lines = shop.user("maria", words, answers=digest)["lines"]

    assert [line["is_done"] for line in lines] == [True] * 6, lines
    after = states(shop)
    assert after[4][0] == LOST
    assert snoozed(shop, 4) == "2026-11-27"
    assert after[1][2] == 1_200_000
    assert after[2][1] == "Negotiation"
    assert after[5][3] is not None
    with shop.office.reading() as session:
        [first] = [one for one in open_tasks_of_box(session, 1) if one.kind == "next action"]
        assert (first.owner, after[0][4]) == ("maria", "maria")
    assert after[3][:4] == before[3][:4]  # a task that is put off changes nothing of its deal


def test_a_deals_word_on_a_line_about_a_lead_is_refused_with_what_goes(shops: Callable[..., Shop]) -> None:
    shop = shops()
    digest = a_digest(shop)
    before = shop.tasks(7)

    lines = shop.user("maria", "7 lost price, 7 stage negotiation, 7 amount 12k", answers=digest)["lines"]

    assert [line["is_done"] for line in lines] == [False] * 3
    for line in lines:
        assert "is a lead, and no deal yet" in line["text"]
        assert "7 qualify" in line["text"]
        assert "7 dead: why" in line["text"]
    assert shop.tasks(7) == before


def test_a_line_that_there_is_not_changes_nothing(shops: Callable[..., Shop]) -> None:
    shop = shops("nl")
    digest = a_digest(shop)
    before = states(shop)

    lines = shop.user("maria", "8 verloren prijs, 77 amount 12k", answers=digest)["lines"]

    assert [line["text"] for line in lines] == [
        "there is no line 8 in what you answered",
        "there is no line 77 in what you answered",
    ]
    assert states(shop) == before


def test_an_answer_that_nobody_proves_moves_none_of_the_lines(shops: Callable[..., Shop]) -> None:
    """V10."""
    shop = shops("nl")
    digest = a_digest(shop)
    before = states(shop)

    for sender in ("maria@kestrel.example", "eve@evil.example"):
        words = "5 lost price, 4 uitstellen vr, 2 bedrag 12k, 6 hold until 3 dec"
        deliver(shop.office, Mail(words, sender, answers=digest, proof=None))
        shop.react()

    assert states(shop) == before
