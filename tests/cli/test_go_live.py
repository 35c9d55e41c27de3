"""`doctor` before going live: everybody can work, somebody gets each lead, and everything is there (MG-7)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import inboxcrm.rules
from inboxcrm.base.settings import Settings, User
from inboxcrm.base.settings_team import FreeDays, Team, Territory
from inboxcrm.cli.go_live import look_before_going_live
from inboxcrm.rules.book import read_rules
from tests.build import the_settings

RULES = read_rules(Path(inboxcrm.rules.__file__).parent / "starter").rules
EVERYTHING = ["users", "commands", "teams", "stages", "sources", "assignment", "calendars", "templates"]


def user(key: str, role: str, **more: object) -> User:
    return User(key=key, name=key.title(), address=f"{key}@kestrel.example", role=role, **more)


FINANCE, DIRECTOR = user("fred", "finance"), user("maria", "sales_director")
ANNA, TESS = user("anna", "account_manager"), user("tess", "team_lead")
HOME = Team(key="home", name="Home", lead="tess", members=())


def found(folder: Path, rules: object = RULES, **tables: object) -> dict[str, tuple[bool, str]]:
    settings: Settings = the_settings(folder, **tables)
    return {what: (is_right, text) for what, text, is_right in look_before_going_live(settings, rules)}


def test_a_configuration_that_is_whole_has_a_line_for_each_thing(tmp_path: Path) -> None:
    lines = found(tmp_path)

    assert list(lines) == EVERYTHING
    assert {is_right for is_right, _ in lines.values()} == {True}
    assert lines["assignment"][1] == "new leads go to anna, carl in turn"
    assert lines["teams"][1] == "none: everybody who sells sees all leads and deals"
    assert lines["calendars"][1] == "holidays of NL: anna, carl, maria, fred, olga"


@pytest.mark.parametrize(
    ("what", "tables", "told"),
    [
        ("users", {"user": (FINANCE, DIRECTOR)}, "no user is account_manager or sdr: new leads are nobody's"),
        (
            "users",
            {"user": (ANNA, FINANCE)},
            "no user is sales_director or team_lead: nobody gets the managers'",
        ),
        ("users", {"user": (ANNA, DIRECTOR)}, "no user is finance: nobody is told of the invoices"),
        ("assignment", {"rules": ()}, 'no rule on lead.created has action = "assign"'),
        (
            "assignment",
            {"user": (user("anna", "sdr", capacity=0), FINANCE, DIRECTOR)},
            "every rep has capacity = 0: new leads go to whoever leads them; raise one",
        ),
        (
            "teams",
            {"user": (ANNA, TESS, FINANCE), "team": (HOME,)},
            "anna sell and are in no team, and nobody is sales_director",
        ),
        (
            "calendars",
            {"calendar": (FreeDays(country="BE", days_off=(date(2026, 12, 24),)),)},
            "are nobody's: no user has this country",
        ),
    ],
)
def test_what_is_lacking_is_told_with_what_to_do(
    tmp_path: Path, what: str, tables: dict[str, object], told: str
) -> None:
    settings = the_settings(tmp_path)
    accounts = tuple(one for one in settings.account if one.kind == "shared")
    rules = tables.get("rules", RULES)
    lines = [
        (name, text)
        for name, text, is_right in look_before_going_live(
            the_settings(
                tmp_path, account=accounts, **{key: value for key, value in tables.items() if key != "rules"}
            ),
            rules,
        )
        if not is_right
    ]

    assert [name for name, _ in lines] == [what]
    assert told in lines[0][1]


def test_users_of_whom_nothing_can_be_proven_are_named(tmp_path: Path) -> None:
    """V10: without the server's word only who has a watched mailbox can command."""
    accounts = tuple(
        one.model_copy(update={"authentication_server": ""}) for one in the_settings(tmp_path).account
    )

    is_right, text = found(tmp_path, account=accounts)["commands"]

    assert (is_right, "carl, maria, fred, olga" in text) == (False, True)


@pytest.mark.parametrize(
    ("anna", "told"),
    [
        ({"NL"}, "what is in the territory of anna goes to them, the rest to carl in turn"),
        ({"NL", "all"}, "the rest to all in turn, as everybody has a territory"),
    ],
)
def test_territories_are_told_with_what_happens_to_the_rest(
    tmp_path: Path, anna: set[str], told: str
) -> None:
    dutch = Territory(countries=("NL",))
    carl = user("carl", "sdr", territory=dutch) if "all" in anna else user("carl", "sdr")
    people = (user("anna", "account_manager", territory=dutch), carl, FINANCE, DIRECTOR)

    is_right, text = found(tmp_path, user=people)["assignment"]

    assert (is_right, told in text) == (True, True), text


def test_teams_are_told_with_their_leads(tmp_path: Path) -> None:
    people = (user("anna", "account_manager", team="home"), TESS, FINANCE)

    assert found(tmp_path, user=people, team=(HOME,), account=the_settings(tmp_path).account)["teams"] == (
        True,
        "Home (led by tess)",
    )


def test_a_language_without_texts_of_its_own_is_told(tmp_path: Path) -> None:
    settings = the_settings(tmp_path)
    sold = settings.sales.model_copy(update={"languages": ("en", "fi")})

    is_right, text = found(tmp_path, sales=sold)["templates"]

    assert (is_right, "in English, not fi: ask, invoice, quote" in text) == (True, True), text
