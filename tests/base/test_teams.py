"""Who leads whom: looked up once for a thousand readers, it is what is asked of one (MG-6)."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from inboxcrm.base.settings import Settings, User
from inboxcrm.base.settings_team import Team
from inboxcrm.base.teams import Teams, led_by, members_of
from tests.build import the_settings

KEYS = ("ann", "ben", "cas", "dot")
MEMBERS = ((), ("ben",), ("cas", "dot"), ("ann", "ben"))


def settings_of(folder: Path, teams: tuple[Team, ...], own_teams: tuple[str | None, ...]) -> Settings:
    users = tuple(
        User(key=key, name=key.title(), address=f"{key}@kestrel.example", role="team_lead", team=team)
        for key, team in zip(KEYS, own_teams, strict=True)
    )
    return the_settings(folder).model_copy(update={"team": teams, "user": users})


@pytest.mark.parametrize(
    "own_teams", [(None,) * 4, ("one", None, "two", "one"), ("two", "two", "gone", None)]
)
def test_everybodys_people_are_the_same_whether_asked_for_one_or_for_all(
    own_teams: tuple[str | None, ...], tmp_path: Path
) -> None:
    for first, second in itertools.product(MEMBERS, MEMBERS):
        for teams in (
            (),
            (Team(key="one", name="One", lead="ann", members=first),),
            (
                Team(key="one", name="One", lead="ann", members=first),
                Team(key="two", name="Two", lead="ben", members=second),
            ),
            (
                Team(key="one", name="One", lead="cas", members=first),
                Team(key="two", name="Two", lead="cas", members=second),
            ),
        ):
            settings = settings_of(tmp_path, teams, own_teams)
            of_all = Teams(settings)
            assert [of_all.led_by(user) for user in settings.user] == [
                led_by(settings, user) for user in settings.user
            ]
            assert [of_all.members(team) for team in teams] == [members_of(settings, team) for team in teams]
            assert [of_all.led_teams(user) for user in settings.user] == [
                [team for team in teams if team.lead == user.key] for user in settings.user
            ]
