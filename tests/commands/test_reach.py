"""Whoever may not see a deal can do nothing with it by a word, and learns nothing of it (MG-6)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.records import Event
from inboxcrm.base.settings import Settings, User
from inboxcrm.base.settings_team import Team
from inboxcrm.base.work import Office
from inboxcrm.crm.absence import note_absence
from inboxcrm.crm.records import Box, Task
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.sweep import run_due_rules
from tests.build import START, HandClock, letters, the_settings
from tests.commands.shop import STARTER, Shop

PEOPLE = (
    ("anna", "account_manager"),
    ("ben", "account_manager"),
    ("tess", "team_lead"),
    ("zoe", "account_manager"),
    ("theo", "team_lead"),
    ("mark", "marketing"),
    ("fred", "finance"),
    ("olga", "operations"),
    ("maria", "sales_director"),
)
TEAMS = (
    Team(key="home", name="Home", lead="tess", members=("anna", "ben")),
    Team(key="away", name="Away", lead="theo", members=("zoe",)),
)
SECRET = "Zebra deal"
OUTSIDERS = ("zoe", "theo", "ben", "mark", "fred", "olga")


@pytest.fixture
def shop(make_office: Callable[[Settings], Office], tmp_path: Path, clock: HandClock) -> Shop:
    users = tuple(
        User(key=key, name=key.title(), address=f"{key}@kestrel.example", role=role) for key, role in PEOPLE
    )
    settings = the_settings(tmp_path, user=users, team=TEAMS)
    return Shop(make_office(settings), clock, RuleBook(STARTER))


def secret_deal(shop: Shop) -> int:
    """A deal of Anna's, which Anna, Tess and Maria may see."""
    message = shop.customer("We need licences.", subject=SECRET)
    assert shop.anna("quote 20 x standard", answers=shop.notice(0).message_id)["lines"][0]["is_done"]
    with shop.office.work("test", actor="test") as work:
        work.session.get_one(Box, message.box_id).name = SECRET
    return message.box_id


def state_of(shop: Shop, box_id: int) -> tuple[object, ...]:
    with Session(shop.office.engine) as session:
        tasks = session.scalars(select(Task).where(Task.box_id == box_id).order_by(Task.id)).all()
        kinds = session.scalars(select(Event.kind).where(Event.box_id == box_id).order_by(Event.id)).all()
        box = session.get_one(Box, box_id)
        told = ("command.received", "message.sent", "note.added", "letter.written")
        return (
            box.owner,
            box.name,
            [(task.owner, task.state, task.due_at) for task in tasks],
            [kind for kind in kinds if kind not in told],
            kinds.count("note.added"),
        )


WORDS = (
    "done",
    "snooze 3 days",
    "quote 99 x standard",
    "invoice to Acme B.V., Damrak 1, 1012 LG Amsterdam, NL",
    "stop",
    "delivered",
    "paid",
    "yes",
    "file new",
    "ignore",
    "call: in, 12 min, they said yes",
    "ask: size",
    "source: trade show",
    "campaign: spring fair",
    "assign zoe",
    "assign me",
    "score",
    "dead: no",
)


@pytest.mark.parametrize("words", WORDS)
def test_a_colleague_of_another_team_can_do_nothing_by_answering_its_notice(shop: Shop, words: str) -> None:
    """By a forwarded notice, say: the answer names it, and changes and tells nothing."""
    box_id = secret_deal(shop)
    before = state_of(shop, box_id)

    facts = shop.user(
        "zoe", f"{words}\n\nAnd a note of mine.", answers=shop.notice(0).message_id, subject="Hm"
    )

    assert [line["is_done"] for line in facts["lines"]] == [False], facts
    assert SECRET not in str(facts)
    assert "Acme" not in str(facts["lines"][0]["text"])
    assert "not kept" in str(facts["note"])
    assert state_of(shop, box_id) == before


@pytest.mark.parametrize("user", ["zoe", "theo", "ben"])
@pytest.mark.parametrize("where", ["#{box}", "{box}", "Zebra", "Zebra deal", "#{box} always"])
def test_no_number_and_no_name_puts_a_mail_on_it(shop: Shop, user: str, where: str) -> None:
    """By guessing: the answer is the one for a deal that there is not."""
    box_id = secret_deal(shop)
    mine = shop.customer("Another question.", sender="eve@other.example", subject="Mine")
    with shop.office.work("test", actor="test") as work:
        work.session.get_one(Box, mine.box_id).owner = user
    notice = next(one for one in letters(shop.office, "notice") if "Mine" in one.subject)

    [line] = shop.user(user, f"file {where.format(box=box_id)}", answers=notice.message_id)["lines"]

    assert not line["is_done"]
    said = where.format(box=box_id).removesuffix(" always")
    assert line["text"] == f"no deal is called {said!r}"


@pytest.mark.parametrize("words", ["1 done", "1 snooze 3 days", "1 quote 5 x standard", "1 assign zoe"])
def test_the_numbered_lines_of_anothers_digest_are_nobody_elses(shop: Shop, words: str) -> None:
    box_id = secret_deal(shop)
    run_due_rules(shop.office, shop.rules.current())
    shop.clock.move(days=1, hours=2)
    run_due_rules(shop.office, shop.rules.current())
    digest = next(one for one in letters(shop.office, "digest") if one.user == "maria")
    before = state_of(shop, box_id)

    [line] = shop.user("zoe", words, answers=digest.message_id)["lines"]

    assert (line["is_done"], SECRET in line["text"]) == (False, False)
    assert state_of(shop, box_id) == before


@pytest.mark.parametrize("user", ["anna", "tess", "maria"])
def test_its_owner_the_team_lead_and_the_director_work_on_it(shop: Shop, user: str) -> None:
    box_id = secret_deal(shop)

    facts = shop.user(user, "snooze 3 days\n\nAnd a note of mine.", answers=shop.notice(0).message_id)

    assert facts["lines"][0]["is_done"], facts
    assert "kept as a note" in facts["note"]
    assert state_of(shop, box_id)[4] == 1


def test_who_stands_in_works_on_it_while_its_owner_is_away(shop: Shop) -> None:
    secret_deal(shop)
    with shop.office.work("test", actor="test") as work:
        anna = work.settings.user_by_key("anna")
        until = START.replace(month=12)
        note_absence(work, anna, start_at=work.now, until_at=until, deputy="zoe", occasion="test")

    assert shop.user("zoe", "snooze 3 days", answers=shop.notice(0).message_id)["lines"][0]["is_done"]
    shop.clock.move(days=60)
    assert not shop.user("zoe", "snooze 3 days", answers=shop.notice(0).message_id)["lines"][0]["is_done"]


def test_finance_pays_and_operations_deliver_what_is_ordered_and_do_nothing_else(shop: Shop) -> None:
    """MG-6: documents are Finance's, the steps of an order Operations'."""
    shop.quoted(subject=SECRET)
    quote = shop.documents("quote")[0]
    assert "may not say" in str(shop.user("fred", "quote 9 x standard", answers=shop.notice(0).message_id))
    [line] = shop.user("olga", "delivered", answers=shop.notice(0).message_id)["lines"]
    assert "no such deal" in line["text"], line  # nothing is ordered yet

    [line] = shop.user("fred", "paid", answers=shop.notice(0).message_id)["lines"]

    assert "no such deal" not in line["text"], quote  # it has a document: he is told what is missing


def test_marketing_says_where_a_lead_comes_from_and_nothing_of_a_deal(shop: Shop) -> None:
    shop.customer("We need licences.", subject=SECRET)
    first = shop.notice(0).message_id
    assert shop.user("mark", "source: trade show", answers=first)["lines"][0]["is_done"]
    assert not shop.user("mark", "done", answers=first)["lines"][0]["is_done"]
    assert not shop.user("mark", "assign me", answers=first)["lines"][0]["is_done"]

    shop.anna("quote 20 x standard", answers=first)

    [line] = shop.user("mark", "source: referral", answers=first)["lines"]
    assert (line["is_done"], SECRET in line["text"]) == (False, False)


@pytest.mark.parametrize("user", OUTSIDERS)
def test_without_teams_everybody_who_sells_works_on_every_deal(
    make_office: Callable[[Settings], Office], tmp_path: Path, clock: HandClock, user: str
) -> None:
    """As it was before there were teams."""
    users = tuple(
        User(key=key, name=key.title(), address=f"{key}@kestrel.example", role=role) for key, role in PEOPLE
    )
    shop = Shop(make_office(the_settings(tmp_path, user=users)), clock, RuleBook(STARTER))
    secret_deal(shop)

    assert shop.user(user, "snooze 3 days", answers=shop.notice(0).message_id)["lines"][0]["is_done"]
