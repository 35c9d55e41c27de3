"""`assign` gives a lead, a deal or a task to another of us, to whom its author may give it (LD-5, MG-6)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.settings import Settings, User
from inboxcrm.base.settings_team import Team
from inboxcrm.base.work import Office
from inboxcrm.crm.records import Box, Lead, Opportunity, Task
from inboxcrm.rules.book import RuleBook
from tests.build import HandClock, letters, the_settings
from tests.commands.shop import STARTER, Shop

PEOPLE = (
    ("anna", "Anna de Vries", "account_manager"),
    ("ann", "Ann Archer", "account_manager"),
    ("ben", "Ben Bakker", "sdr"),
    ("zoe", "Zoe Smit", "account_manager"),
    ("tess", "Tess Lead", "team_lead"),
    ("olga", "Olga Ops", "operations"),
    ("maria", "Maria Jansen", "sales_director"),
)
TEAM = Team(key="home", name="Home", lead="tess", members=("anna", "ann", "ben"))


def people() -> tuple[User, ...]:
    return tuple(
        User(key=key, name=name, address=f"{key}@kestrel.example", role=role) for key, name, role in PEOPLE
    )


@pytest.fixture(params=[False, True], ids=["no teams", "teams"])
def has_teams(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def shop(
    make_office: Callable[[Settings], Office], tmp_path: Path, clock: HandClock, has_teams: bool
) -> Shop:
    settings = the_settings(tmp_path, user=people(), team=(TEAM,) if has_teams else ())
    return Shop(make_office(settings), clock, RuleBook(STARTER))


def owners(shop: Shop, box_id: int) -> dict[str, object]:
    with Session(shop.office.engine) as session:
        deal = session.scalar(select(Opportunity).where(Opportunity.box_id == box_id))
        lead = session.scalar(select(Lead).where(Lead.box_id == box_id))
        tasks = session.scalars(select(Task).where(Task.box_id == box_id, Task.state == "open"))
        return {
            "box": session.get_one(Box, box_id).owner,
            "lead": lead and lead.owner,
            "deal": deal and deal.owner,
            "tasks": sorted({task.owner for task in tasks}),
        }


def said(shop: Shop, user: str, words: str, answers: str = "") -> tuple[bool, str]:
    [line] = shop.user(user, words, answers=answers or shop.notice(0).message_id)["lines"]
    return bool(line["is_done"]), str(line["text"])


def test_a_lead_goes_with_its_open_tasks_and_both_are_told(shop: Shop) -> None:
    box_id = shop.customer("We need licences.").box_id
    assert owners(shop, box_id) == {"box": "anna", "lead": "anna", "deal": None, "tasks": ["anna"]}

    done, text = said(shop, "maria", "assign ben")

    assert (done, text) == (True, "Licences for Acme is Ben Bakker's now with 1 open task")
    assert owners(shop, box_id) == {"box": "ben", "lead": "ben", "deal": None, "tasks": ["ben"]}
    assert [letter.user for letter in letters(shop.office, "notice")][1:] == ["ben", "anna"]


def test_a_deal_goes_with_its_next_action(shop: Shop) -> None:
    box_id = shop.customer("We need licences.").box_id
    shop.anna("quote 20 x standard", answers=shop.notice(0).message_id)

    assert said(shop, "anna", "assign ben")[0]

    assert owners(shop, box_id) == {"box": "ben", "lead": "ben", "deal": "ben", "tasks": ["ben"]}


def test_a_task_alone_leaves_the_deal_where_it_is(shop: Shop) -> None:
    box_id = shop.customer("We need licences.").box_id

    done, text = said(shop, "anna", "assign task to ben")

    assert (done, text.endswith("is Ben Bakker's now")) == (True, True)
    assert owners(shop, box_id) == {"box": "anna", "lead": "anna", "deal": None, "tasks": ["ben"]}


@pytest.mark.parametrize(
    ("words", "owner"),
    [
        ("assign to ben", "ben"),
        ("assign be", "ben"),
        ("assign bakker", "ben"),
        ("assign Ben Bakker", "ben"),
        ("assign ben@kestrel.example", "ben"),
        ("assign ann", "ann"),  # the whole key goes before the beginning of another
    ],
)
def test_a_colleague_is_named_by_key_name_or_their_beginning(shop: Shop, words: str, owner: str) -> None:
    box_id = shop.customer("We need licences.").box_id

    assert said(shop, "anna", words)[0]

    assert owners(shop, box_id)["box"] == owner


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("assign an", "'an' could be anna (Anna de Vries), ann (Ann Archer)"),
        ("assign nobody", "who is 'nobody'? one of: anna (Anna de Vries)"),
        ("assign", "say to whom, such as: assign anna"),
        ("assign olga", "Olga Ops is operations and has no leads or deals"),
        ("assign anna", "is Anna de Vries's already"),
    ],
)
def test_what_is_unclear_or_wrong_is_refused_with_what_would_be_right(
    shop: Shop, words: str, told: str
) -> None:
    box_id = shop.customer("We need licences.").box_id
    before = owners(shop, box_id)

    done, text = said(shop, "anna", words)

    assert (done, told in text) == (False, True), text
    assert owners(shop, box_id) == before


@pytest.mark.parametrize("has_teams", [True], indirect=True, ids=["teams"])
@pytest.mark.parametrize(
    ("author", "to", "is_done"),
    [
        ("anna", "ben", True),  # what is hers
        ("anna", "zoe", True),
        ("ben", "ben", False),  # what is not his
        ("zoe", "zoe", False),
        ("tess", "ben", True),  # within the team
        ("tess", "zoe", False),  # out of the team
        ("maria", "zoe", True),
        ("olga", "ben", False),
    ],
)
def test_who_may_give_a_lead_of_annas_to_whom(shop: Shop, author: str, to: str, is_done: bool) -> None:
    """MG-6: managers within their team, reps what is theirs."""
    box_id = shop.customer("We need licences.").box_id

    done, text = said(shop, author, f"assign {to}")

    assert done is is_done, text
    assert owners(shop, box_id)["box"] == (to if is_done else "anna")


@pytest.mark.parametrize(("author", "is_done"), [("zoe", True), ("ben", True), ("olga", False)])
def test_a_lead_that_is_nobodys_is_taken_by_who_sells(shop: Shop, author: str, is_done: bool) -> None:
    shop.rules = RuleBook(Path("/nonexistent"))
    message = shop.customer("We need licences.")

    [line] = shop.user(author, "assign me", answers=message.message_id)["lines"]

    assert line["is_done"] is is_done, line
    assert owners(shop, message.box_id)["lead"] == (author if is_done else None)


def test_a_numbered_line_of_the_digest_is_given_away(shop: Shop) -> None:
    """As a manager says it: 1 assign ben."""
    box_id = shop.customer("We need licences.").box_id
    from inboxcrm.rules.sweep import run_due_rules

    run_due_rules(shop.office, shop.rules.current())  # notes what already holds
    shop.clock.move(days=1, hours=2)
    run_due_rules(shop.office, shop.rules.current())
    digest = next(one for one in letters(shop.office, "digest") if one.user == "maria")

    assert said(shop, "maria", "1 assign ben", digest.message_id)[0]

    assert owners(shop, box_id)["tasks"] == ["ben"]
