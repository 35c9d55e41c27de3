"""The working time that conditions reckon with: each owner's, the company's where a record has none (LD-5, LD-6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from inboxcrm.base.business_time import WorkingTime, working_time_of
from inboxcrm.rules.language.working_time import Calendars

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings


def calendars_of(settings: Settings) -> Calendars:
    """Give the calendars of a company; nobody's is looked up before it is asked for."""
    return Calendars(working_time_of(settings, None), _Owners(settings))


class _Owners(Mapping[str, WorkingTime]):
    """The working time of our own people by their keys."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: dict[str, WorkingTime] = {}

    def __getitem__(self, key: str) -> WorkingTime:
        if key not in self._known:
            user = self._settings.user_by_key(key)
            if user is None:
                raise KeyError(key)
            self._known[key] = working_time_of(self._settings, user)
        return self._known[key]

    def __iter__(self) -> Iterator[str]:
        return iter([user.key for user in self._settings.user])

    def __len__(self) -> int:
        return len(self._settings.user)
