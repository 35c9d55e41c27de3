"""Digests, notices, search and decisions show each of our people what he may see, and no more (MG-6)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from inboxcrm.base.settings import Settings, User
from inboxcrm.base.work import Office
from inboxcrm.crm.records import Box
from inboxcrm.ingest.store import message_by_id
from inboxcrm.reports.decision import mail_decision
from inboxcrm.reports.digests.ground import Ground
from inboxcrm.reports.digests.shape import number_lines
from inboxcrm.reports.digests.table import KINDS
from inboxcrm.reports.search import search
from inboxcrm.rules.book import RuleBook
from inboxcrm.sales.access import Sight
from tests.build import HandClock, letters, the_settings
from tests.commands.shop import STARTER, Shop
from tests.commands.test_reach import PEOPLE, SECRET, TEAMS

SEEING, OTHERS = ("anna", "tess", "maria"), ("ben", "zoe", "theo", "mark", "olga")


def shop_with(
    make_office: Callable[[Settings], Office], tmp_path: Path, clock: HandClock, **tables: object
) -> Shop:
    users = tuple(
        User(key=key, name=key.title(), address=f"{key}@kestrel.example", role=role) for key, role in PEOPLE
    )
    return Shop(make_office(the_settings(tmp_path, user=users, **tables)), clock, RuleBook(STARTER))


@pytest.fixture
def shop(make_office: Callable[[Settings], Office], tmp_path: Path, clock: HandClock) -> Shop:
    shop = shop_with(make_office, tmp_path, clock, team=TEAMS)
    make_deal(shop)
    return shop


def make_deal(shop: Shop) -> None:
    """Anna's quoted deal, on a mail of Bob's about zebras."""
    message = shop.customer("Our zebra counts need twenty licences.", subject="About zebras")
    shop.anna("quote 20 x standard", answers=shop.notice(0).message_id)
    with shop.office.work("test", actor="test") as work:
        work.session.get_one(Box, message.box_id).name = SECRET


def user(shop: Shop, key: str) -> User:
    found = shop.office.settings.user_by_key(key)
    assert found is not None
    return found


@pytest.mark.parametrize("key", SEEING)
@pytest.mark.parametrize("words", ["zebra", "box:zebra licences", "Q-2026-0001"])
def test_a_search_finds_what_its_reader_may_see(shop: Shop, key: str, words: str) -> None:
    assert any(search(shop.office, words, user=user(shop, key)).values())


@pytest.mark.parametrize("key", OTHERS)
@pytest.mark.parametrize(
    "words", ["zebra", "box:zebra licences", "from:bob@acme.example", "Bob", "Acme", "1"]
)
def test_a_search_finds_nothing_of_another_teams_deal(shop: Shop, key: str, words: str) -> None:
    """By its mails, its name, its number, its people or its papers."""
    assert search(shop.office, words, user=user(shop, key)) == {"mails": [], "records": []}


@pytest.mark.parametrize("key", [*OTHERS, "fred"])
def test_a_paper_is_found_by_finance_and_by_nobody_of_another_team(shop: Shop, key: str) -> None:
    number = shop.documents("quote")[0].number

    found = search(shop.office, number, user=user(shop, key))["records"]

    assert [one["name"] for one in found if one["kind"] == "quote"] == ([number] if key == "fred" else [])


def test_hidden_mails_do_not_push_others_out_of_a_search(shop: Shop) -> None:
    """However many newer ones may not be seen."""
    shop.rules = RuleBook(Path("/nonexistent"))  # who has a task on a box sees it
    mine = shop.customer("A zebra of mine.", sender="eve@other.example", subject="Mine")
    with shop.office.work("test", actor="test") as work:
        work.session.get_one(Box, mine.box_id).owner = "zoe"
    for number in range(7):
        message = shop.customer("A zebra.", sender=f"p{number}@third{number}.example", subject="Theirs")
        with shop.office.work("test", actor="test") as work:
            work.session.get_one(Box, message.box_id).owner = "anna"

    found = search(shop.office, "zebra", 2, user(shop, "zoe"))["mails"]

    assert [one["message"] for one in found] == [mine.id]


@pytest.mark.parametrize("key", ["maria", "tess", "theo"])
def test_a_digest_has_the_lines_of_the_team(shop: Shop, key: str) -> None:
    shop.clock.move(days=8)

    with shop.office.work("test", actor="test") as work:
        numbered = number_lines(KINDS["due"](Ground(work), user(shop, key)))

    facts = numbered.facts
    assert (SECRET in str(facts["sections"]), bool(numbered.lines)) == (key != "theo", key != "theo")
    assert facts["summary"].startswith("0 things" if key == "theo" else "1 thing")


def test_managers_are_told_of_their_own_teams_boxes(shop: Shop) -> None:
    """By a rule whose notice goes to managers: the director and the one who leads the team."""
    from inboxcrm.rules.actions.shape import Occasion, people

    with shop.office.work("test", actor="test") as work:
        facts = {"box_id": 1, "owner": "anna"}
        rule = next(one for one in shop.rules.current() if one.id == "uncertain-document")
        occasion = Occasion(rule, "letter", 1, facts, "k", None, "1")

        assert [one.key for one in people(work, occasion, "managers")] == ["tess", "maria"]
        assert [one.key for one in people(work, occasion, "finance")] == ["fred"]
        assert [one.key for one in people(work, occasion, "zoe")] == ["anna"]  # who has it, instead of nobody


def test_why_names_no_box_that_its_reader_may_not_see(shop: Shop) -> None:
    with shop.office.work("test", actor="test") as work:
        message = message_by_id(work.session, 1)
        message.match_others = [{"box": 1, "name": SECRET}]
    with Session(shop.office.engine) as session:
        settings, now = shop.office.settings, shop.clock.now()
        message = message_by_id(session, 1)
        told = {
            key: mail_decision(session, settings, message, Sight(session, settings, user(shop, key), now))
            for key in ("anna", "zoe")
        }

    assert [len(told[key]["others"]) for key in ("anna", "zoe")] == [1, 0]
    assert told["anna"]["effects"]
    assert told["zoe"]["effects"] == []


def test_without_teams_everybody_finds_everything(
    make_office: Callable[[Settings], Office], tmp_path: Path, clock: HandClock
) -> None:
    shop = shop_with(make_office, tmp_path, clock)
    make_deal(shop)

    for key in (*SEEING, *OTHERS):
        assert search(shop.office, "zebra", user=user(shop, key))["mails"]
    assert letters(shop.office, "notice")
