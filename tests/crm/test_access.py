"""Who may see and do what, cell by cell: the table of docs/config.md, "Who sees what" (MG-6)."""

from __future__ import annotations

from pathlib import Path

import pytest

from inboxcrm.base.settings import Settings, User
from inboxcrm.base.settings_team import Roles, Team
from inboxcrm.crm.access import Matter, may_act_on, may_approve, may_assign, may_see_box, may_see_forecast
from tests.build import the_settings

# Anna, Ben and Sid are in Tess's team, Zoe in Theo's.
PEOPLE = {
    "maria": "sales_director",
    "tess": "team_lead",
    "theo": "team_lead",
    "anna": "account_manager",
    "ben": "account_manager",
    "sid": "sdr",
    "zoe": "account_manager",
    "mark": "marketing",
    "fred": "finance",
    "olga": "operations",
}
TEAMS = (
    Team(key="home", name="Home", lead="tess", members=("anna", "ben", "sid")),
    Team(key="away", name="Away", lead="theo", members=("zoe",)),
)
MATTERS = {
    "annas lead": Matter("lead", "anna"),
    "nobodys lead": Matter("lead", None),
    "annas deal": Matter("opportunity", "anna"),
    "nobodys deal": Matter("opportunity", None),
    "annas quoted deal": Matter("opportunity", "anna", has_documents=True),
    "annas order": Matter("opportunity", "anna", has_documents=True, is_ordered=True),
    "annas deal with a task of olgas": Matter("opportunity", "anna", frozenset({"olga"})),
}
#                                    maria tess theo anna ben sid zoe mark fred olga
SEES = """
annas lead                           x     x    -    x    -   x   -   x    -    -
nobodys lead                         x     x    x    x    x   x   x   x    -    -
annas deal                           x     x    -    x    -   -   -   -    -    -
nobodys deal                         x     x    x    -    -   -   -   -    -    -
annas quoted deal                    x     x    -    x    -   -   -   -    x    -
annas order                          x     x    -    x    -   -   -   -    x    x
annas deal with a task of olgas      x     x    -    x    -   -   -   -    -    x
"""
#                                    maria tess theo anna ben sid zoe mark fred olga
DOES = """
work annas lead                      x     x    -    x    -   x   -   -    -    -
work nobodys lead                    x     x    x    x    x   x   x   -    -    -
work annas deal                      x     x    -    x    -   -   -   -    -    -
describe annas lead                  x     x    -    x    -   x   -   x    -    -
describe annas deal                  x     x    -    x    -   -   -   -    -    -
documents annas quoted deal          x     x    -    x    -   -   -   -    x    -
documents annas deal                 x     x    -    x    -   -   -   -    -    -
steps annas order                    x     x    -    x    -   -   -   -    -    x
steps annas quoted deal              x     x    -    x    -   -   -   -    -    -
work annas order                     x     x    -    x    -   -   -   -    -    -
task annas deal with a task of olgas x     x    -    x    -   -   -   -    -    x
work annas deal with a task of olgas x     x    -    x    -   -   -   -    -    -
task annas deal                      x     x    -    x    -   -   -   -    -    -
"""


def cells(table: str) -> list[tuple[str, str, bool]]:
    found = []
    for line in table.strip().splitlines():
        *words, marks = line[:37], line[37:].split()
        found += [(words[0].strip(), key, mark == "x") for key, mark in zip(PEOPLE, marks, strict=True)]
    return found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return with_teams(tmp_path, team=TEAMS)


def with_teams(folder: Path, **tables: object) -> Settings:
    users = tuple(
        User(key=key, name=key.title(), address=f"{key}@kestrel.example", role=role)
        for key, role in PEOPLE.items()
    )
    return the_settings(folder, user=users, **tables)


def user(settings: Settings, key: str) -> User:
    found = settings.user_by_key(key)
    assert found is not None
    return found


@pytest.mark.parametrize(("what", "key", "expected"), cells(SEES))
def test_who_sees_what(settings: Settings, what: str, key: str, expected: bool) -> None:
    assert may_see_box(settings, user(settings, key), MATTERS[what]) is expected


@pytest.mark.parametrize(("what", "key", "expected"), cells(DOES))
def test_who_does_what(settings: Settings, what: str, key: str, expected: bool) -> None:
    act, _, matter = what.partition(" ")

    assert may_act_on(settings, user(settings, key), MATTERS[matter], act) is expected


@pytest.mark.parametrize("key", PEOPLE)
@pytest.mark.parametrize("what", MATTERS)
def test_without_teams_everybody_sees_everything(tmp_path: Path, key: str, what: str) -> None:
    settings = with_teams(tmp_path)

    assert may_see_box(settings, user(settings, key), MATTERS[what])
    assert may_act_on(settings, user(settings, key), MATTERS[what])


def test_strict_roles_hold_without_teams_and_a_team_lead_leads_all(tmp_path: Path) -> None:
    settings = with_teams(tmp_path, roles=Roles(strict=True))

    seeing = [key for key in PEOPLE if may_see_box(settings, user(settings, key), MATTERS["annas deal"])]

    assert seeing == ["maria", "tess", "theo", "anna"]


def test_who_stands_in_sees_what_he_sees_for_whom_he_stands_in(settings: Settings) -> None:
    zoe = user(settings, "zoe")

    assert not may_see_box(settings, zoe, MATTERS["annas deal"])
    assert may_see_box(settings, zoe, MATTERS["annas deal"], for_whom=["anna"])
    assert may_act_on(settings, zoe, MATTERS["annas deal"], for_whom=["anna"])


@pytest.mark.parametrize(
    ("key", "owners"),
    [
        ("maria", list(PEOPLE)),
        ("tess", ["tess", "anna", "ben", "sid"]),
        ("theo", ["theo", "zoe"]),
        ("anna", ["anna"]),
        ("sid", ["sid"]),
        ("mark", ["mark"]),
        ("fred", ["fred"]),
    ],
)
def test_whose_forecast_is_seen_by_whom(settings: Settings, key: str, owners: list[str]) -> None:
    assert [one for one in PEOPLE if may_see_forecast(settings, user(settings, key), one)] == owners


@pytest.mark.parametrize(
    ("key", "owner", "to", "is_lead", "expected"),
    [
        ("maria", "anna", "zoe", False, True),
        ("maria", None, "zoe", True, True),
        ("tess", "anna", "ben", False, True),
        ("tess", None, "ben", True, True),
        ("tess", "anna", "zoe", False, False),  # out of the team
        ("tess", "zoe", "anna", False, False),  # from another team
        ("anna", "anna", "ben", False, True),
        ("anna", "anna", "zoe", False, True),
        ("anna", "ben", "anna", False, False),
        ("anna", None, "anna", True, True),  # takes a lead that is nobody's
        ("anna", None, "ben", True, False),
        ("anna", None, "anna", False, False),  # a deal that is nobody's is a manager's to give
        ("sid", None, "sid", True, True),
        ("mark", None, "mark", True, False),
        ("olga", "olga", "anna", False, True),  # her own task
        ("olga", "anna", "olga", False, False),
    ],
)
def test_who_gives_what_to_whom(
    settings: Settings, key: str, owner: str | None, to: str, is_lead: bool, expected: bool
) -> None:
    assert may_assign(settings, user(settings, key), owner, user(settings, to), is_lead=is_lead) is expected


@pytest.mark.parametrize(
    ("key", "made_by", "expected"),
    [
        ("maria", {"anna"}, True),
        ("tess", {"anna"}, True),
        ("maria", {"maria"}, False),
        ("maria", {"anna", "maria"}, False),  # whatever part in it was his
        ("anna", {"ben"}, False),
        ("fred", {"anna"}, False),
    ],
)
def test_nobody_approves_what_he_made_himself(
    settings: Settings, key: str, made_by: set[str], expected: bool
) -> None:
    assert may_approve(user(settings, key), made_by) is expected
