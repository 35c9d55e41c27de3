"""Who is in which team, and who leads whom, as config.toml says (LD-5, MG-6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings, User
    from inboxcrm.base.settings_team import Team

MANAGING_ROLES = ("sales_director", "team_lead")


def teams_of(settings: Settings, user: User) -> list[Team]:
    """Give the teams that a user leads, or is in."""
    return [team for team in settings.team if user.key in (team.lead, *team.members) or user.team == team.key]


def members_of(settings: Settings, team: Team) -> frozenset[str]:
    """Give the keys of a team's people, its lead among them."""
    named = {user.key for user in settings.user if user.team == team.key}
    return frozenset({team.lead, *team.members, *named})


def teammates_of(settings: Settings, user: User) -> frozenset[str]:
    """Give the keys of all people of a user's teams, and his own."""
    found = {key for team in teams_of(settings, user) for key in members_of(settings, team)}
    return frozenset(found | {user.key})


def led_by(settings: Settings, user: User) -> frozenset[str]:
    """Give the keys of the people whom a user leads, and his own; where there is no team, those of all."""
    if not settings.team:
        return frozenset(one.key for one in settings.user)
    found = {key for team in settings.team if team.lead == user.key for key in members_of(settings, team)}
    return frozenset(found | {user.key})


class Teams:
    """Who leads whom, looked up once where many users are asked for: a digest goes to a thousand at the same time."""

    def __init__(self, settings: Settings) -> None:
        """Look at each team and each user once."""
        self._everybody = None if settings.team else frozenset(one.key for one in settings.user)
        found: dict[str, set[str]] = {team.key: {team.lead, *team.members} for team in settings.team}
        for user in settings.user:
            if user.team in found:
                found[user.team].add(user.key)
        self._members = {key: frozenset(members) for key, members in found.items()}
        self._led: dict[str, list[Team]] = {}
        for team in settings.team:
            self._led.setdefault(team.lead, []).append(team)

    def members(self, team: Team) -> frozenset[str]:
        """Give what `members_of` gives."""
        return self._members[team.key]

    def led_teams(self, user: User) -> list[Team]:
        """Give the teams that a user leads."""
        return self._led.get(user.key, [])

    def led_by(self, user: User) -> frozenset[str]:
        """Give what `led_by` gives."""
        if self._everybody is not None:
            return self._everybody
        return frozenset({user.key}.union(*map(self.members, self.led_teams(user))))


def leader_of(settings: Settings, user: User) -> User | None:
    """Give who stands above a user: the lead of his team, above a lead the first sales director; None above him."""
    for team in teams_of(settings, user):
        leader = settings.user_by_key(team.lead)
        if leader is not None and leader.key != user.key:
            return leader
    if user.role == "sales_director":
        return None
    if not settings.team and user.role not in MANAGING_ROLES:
        return settings.manager if settings.manager.key != user.key else None
    directors = [one for one in settings.user if one.role == "sales_director" and one.key != user.key]
    return next(iter(directors), None)


def manager_of(settings: Settings, user: User) -> User:
    """Give who decides for a user: who stands above him, else the manager of the house."""
    return leader_of(settings, user) or settings.manager


def has_roles(settings: Settings) -> bool:
    """Tell whether roles decide who sees what: as soon as there is a team, or where `[roles] strict` says so (MG-6)."""
    return bool(settings.team) or settings.roles.strict
