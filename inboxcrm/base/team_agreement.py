"""Where teams, territories and calendars of config.toml do not agree with the users, or with each other (LD-5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from inboxcrm.base.teams import MANAGING_ROLES

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings
    from inboxcrm.base.settings_agreement import Fault


def team_faults(settings: Settings) -> Iterator[Fault]:
    """Find leads and members that are no users, leads without the role, people of two teams, teams that are not."""
    yield from _unknown_people(settings)
    yield from _unknown_teams(settings)
    yield from _people_of_two(settings)
    yield from _days_said_twice(settings)


def _unknown_people(settings: Settings) -> Iterator[Fault]:
    users = {user.key: user for user in settings.user}
    listed = f"the users are {', '.join(users)}"
    for number, team in enumerate(settings.team):
        if team.lead not in users:
            text = f"team {team.key}: its lead {team.lead!r} is not the key of a user; {listed}"
            yield ("team", number, "lead"), text
        elif users[team.lead].role not in MANAGING_ROLES:
            text = f"team {team.key}: {team.lead} is {users[team.lead].role}; give them"
            yield ("team", number, "lead"), f'{text} role = "team_lead", or name another lead'
        for key in team.members:
            if key not in users:
                text = f"team {team.key}: its member {key!r} is not the key of a user; {listed}"
                yield ("team", number, "members"), text


def _unknown_teams(settings: Settings) -> Iterator[Fault]:
    keys = [team.key for team in settings.team]
    listed = f"the teams are {', '.join(keys)}" if keys else "there is no [[team]] yet"
    for number, user in enumerate(settings.user):
        if user.team and user.team not in keys:
            yield ("user", number, "team"), f"{user.team!r} is not the key of a team; {listed}"


def _people_of_two(settings: Settings) -> Iterator[Fault]:
    """Find members of two teams; who leads one may be a member of another, or lead several."""
    keys = {team.key for team in settings.team}
    named = {user.key: user.team for user in settings.user if user.team in keys}
    for number, team in enumerate(settings.team):
        for key in team.members:
            other = named.setdefault(key, team.key)
            if other != team.key:
                text = f"{key} is a member of team {other} too; leave them in one of the two"
                yield ("team", number, "members"), text


def _days_said_twice(settings: Settings) -> Iterator[Fault]:
    for number, one in enumerate(settings.calendar):
        if both := sorted(set(one.days_off) & set(one.worked)):
            text = f"{both[0]} stands in days_off too; leave it in one of the two"
            yield ("calendar", number, "worked"), text
