"""`--as USER`: search, show, why and leads tell what one of our people may see (MG-6)."""

from __future__ import annotations

import pytest

from tests.cli.shop import Shop
from tests.ingest.building import SALES, open_box, raw_mail, write

CARLA = "Carla Smit <carla@brouwer.test>"
USERS = [
    {"key": key, "name": key.title(), "address": f"{key}@kestrel.test", "role": role}
    for key, role in (
        ("anna", "account_manager"),
        ("zoe", "account_manager"),
        ("tess", "team_lead"),
        ("theo", "team_lead"),
        ("maria", "sales_director"),
        ("mark", "marketing"),
        ("fred", "finance"),
    )
]
TEAMS = [
    {"key": "home", "name": "Home", "lead": "tess", "members": ["anna"]},
    {"key": "away", "name": "Away", "lead": "theo", "members": ["zoe"]},
]
COMMANDS = (("search", "licences"), ("search", "carla"), ("show", "licences"), ("show", "1"), ("why", "1"))


@pytest.fixture
def opened(shop: Shop) -> Shop:
    """A system with one customer's mail, whose lead is Anna's."""
    shop.open(user=USERS, team=TEAMS)
    open_box(shop.office()).take(raw_mail(CARLA, SALES, "Licences for 20", "How much?", mid="<1@b>"))
    for table in ("box", "lead"):
        write(shop.office().engine, f"update {table} set owner = 'anna'")
    return shop


@pytest.mark.parametrize("key", ["anna", "tess", "maria", "mark", "anna@kestrel.test"])
@pytest.mark.parametrize("command", COMMANDS)
def test_who_may_see_it_is_told_what_everybody_is(opened: Shop, command: tuple[str, ...], key: str) -> None:
    told, plainly = opened.say(*command, "--as", key), opened.say(*command)

    assert (told.code, told.out) == (0, plainly.out), plainly
    assert "Licences" in told.out or "carla" in told.out.lower()


@pytest.mark.parametrize("key", ["zoe", "theo", "fred"])
@pytest.mark.parametrize("command", COMMANDS)
def test_who_may_not_is_told_that_there_is_none(opened: Shop, command: tuple[str, ...], key: str) -> None:
    """The words are those for what there is not."""
    told = opened.say(*command, "--as", key)
    wanted = {
        "search": "Nothing fits.",
        "show": f"no box is called '{command[1]}'",
        "why": "no message '1' was taken in",
    }

    assert wanted[command[0]] in told.out + told.err
    assert "Smit" not in told.out + told.err


@pytest.mark.parametrize(
    ("key", "count"), [("anna", 1), ("tess", 1), ("maria", 1), ("mark", 1), ("zoe", 0), ("fred", 0)]
)
def test_leads_are_listed_and_counted_by_who_may_see_them(opened: Shop, key: str, count: int) -> None:
    assert sum(row["leads"] for row in opened.say("leads", "--as", key, "--json").json) == count
    assert len(opened.say("leads", "--list", "--as", key, "--json").json) == count


def test_an_unknown_user_is_told_with_those_that_there_are(opened: Shop) -> None:
    told = opened.say("show", "1", "--as", "nobody")

    assert (told.code, "no such user; they are anna, zoe" in told.err) == (2, True)
