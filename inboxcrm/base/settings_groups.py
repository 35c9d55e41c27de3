"""Groups of our own people that rules name: who gets what, said in one place (RN-6, RN-7)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings, User

Role = Literal["sales_director", "team_lead", "account_manager", "sdr", "marketing", "finance", "operations"]
TAKEN = ("owner", "managers", "reps", "colleagues", "finance", "contact")


class Group(BaseModel):
    """Some of our people under one name: those of `users`; where none is named, all with one of `roles`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    users: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()


def people_of_group(settings: Settings, name: str) -> list[User]:
    """Give the users of a group; none if there is no such group, or nobody in it."""
    group = next((one for one in settings.group if one.name == name), None)
    if group is None:
        return []
    named = [one for one in settings.user if one.key in group.users]
    return named or [one for one in settings.user if one.role in group.roles]


def group_faults(settings: Settings) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Find groups whose name means somebody else already, and users that there are not."""
    keys = [one.key for one in settings.user]
    seen: list[str] = []
    for number, group in enumerate(settings.group):
        if group.name in (*TAKEN, *keys, *seen):
            yield ("group", number, "name"), f"{group.name!r} means somebody already; choose another name"
        seen.append(group.name)
        yield from _unknown(group.users, keys, number)
        if not group.users and not group.roles:
            yield ("group", number, "users"), f"group {group.name!r} has nobody; write users or roles"


def _unknown(
    users: Collection[str], keys: Collection[str], number: int
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for key in users:
        if key not in keys:
            yield ("group", number, "users"), f"there is no user {key!r}; there are {', '.join(keys)}"
