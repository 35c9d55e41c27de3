"""Teams, territories, calendars and working hours of our own people, and how strictly roles hold (LD-5, LD-6, MG-6)."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from inboxcrm.base.workdays import UnknownCountry, Workdays

_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_WORD = re.compile(r"\w+")


def _domain(value: str) -> str:
    value = value.strip().lower().removeprefix("@").removeprefix(".")
    if not value or "@" in value or " " in value:
        raise ValueError("should be a domain such as acme.example, or its end such as gov.uk")
    return value


def _phrase(value: str) -> str:
    if not _WORD.search(value):
        raise ValueError("should be words")
    return value


def _hours(value: str) -> str:
    if value and read_hours(value) is None:
        raise ValueError('should be hours of one day such as "09:00-17:30"')
    return value


def _calendar(value: str) -> str:
    try:
        Workdays(value)
    except UnknownCountry as error:
        raise ValueError("should be a country such as NL, or a part of one such as DE-BY") from error
    return value


CalendarCode = Annotated[str, AfterValidator(_calendar)]
Hours = Annotated[str, AfterValidator(_hours)]
CountryCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166 codes such as NL")]
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2}$", description="ISO 639 codes such as nl")]
Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,39}$")]
Phrase = Annotated[str, Field(max_length=100), AfterValidator(_phrase)]


def read_hours(text: str) -> tuple[time, time] | None:
    """Give begin and end of hours such as "09:00-17:30", of one day; None if they are none."""
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        return None
    numbers = [int(one) for one in found.groups()]
    try:
        start, end = time(numbers[0], numbers[1]), time(numbers[2], numbers[3])
    except ValueError:
        return None
    return (start, end) if start < end else None


class Territory(BaseModel):
    """Whose leads are a rep's: one line that fits is enough; with none at all every lead is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    countries: tuple[CountryCode, ...] = ()
    languages: tuple[LanguageCode, ...] = ()
    domains: tuple[Annotated[str, AfterValidator(_domain)], ...] = ()
    words: tuple[Phrase, ...] = ()

    @property
    def is_everywhere(self) -> bool:
        """Tell whether it names nothing."""
        return not (self.countries or self.languages or self.domains or self.words)


class Team(BaseModel):
    """People who sell together, and who leads them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Key
    name: str = Field(min_length=1)
    lead: Key
    members: tuple[Key, ...] = ()


class FreeDays(BaseModel):
    """What a country's own calendar does not know: the firm's days off, and free days that are worked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    country: CalendarCode | None = None  # of everybody, if none is named
    days_off: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()


class Roles(BaseModel):
    """Whether roles decide who sees what, where no team is configured."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    strict: bool = False
