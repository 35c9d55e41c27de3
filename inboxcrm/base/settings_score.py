"""How leads are scored, and what a deal is taken to be worth before anybody has said it (LD-8, OP-13)."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

_WEIGHED = re.compile(r"^\s*(\S[^=]{0,99}?)\s*=\s*([1-5])\s*$")
_COUNTRY = re.compile(r"^[A-Z]{2}$")
_WORD = re.compile(r"\w+")


def _weighed(value: str) -> str:
    if not _WEIGHED.match(value) or not _WORD.search(value.rpartition("=")[0]):
        raise ValueError('should be words and 1 to 5 points, such as "manufacturing = 5"')
    return value


def _weighed_country(value: str) -> str:
    if not _COUNTRY.match(_weighed(value).rpartition("=")[0].strip()):
        raise ValueError('should be a country code and 1 to 5 points, such as "NL = 5"')
    return value


def _bands(value: tuple[int, ...]) -> tuple[int, ...]:
    if value and (len(value) != 4 or value[0] < 1 or any(a >= b for a, b in pairwise(value))):
        raise ValueError("should be four numbers that rise, such as [10, 50, 250, 1000]")
    return value


def _price(value: object) -> object:
    if isinstance(value, float):
        raise ValueError('should be an amount in quotes, such as "49.00"')
    return value


Weighed = Annotated[str, AfterValidator(_weighed)]
WeighedCountry = Annotated[str, AfterValidator(_weighed_country)]
Price = Annotated[Decimal, BeforeValidator(_price), Field(ge=0, max_digits=13, decimal_places=4)]


class Score(BaseModel):
    """What the points of a lead rest on; a part of which nothing is said here stays unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    size_bands: Annotated[tuple[int, ...], AfterValidator(_bands)] = ()
    industries: tuple[Weighed, ...] = ()
    countries: tuple[WeighedCountry, ...] = ()
    words: tuple[Weighed, ...] = ()

    def size_points(self, employees: int) -> int | None:
        """Give the points of a company with so many people; None if no bands are named."""
        return 1 + sum(employees >= least for least in self.size_bands) if self.size_bands else None

    def industry_points(self, words: str) -> tuple[int, str] | None:
        """Give the points of an industry, and the name that fits; None if none does."""
        return next(iter(_fitting(self.industries, words)), None)

    def country_points(self, country: str) -> int | None:
        """Give the points of a country (ISO 3166); None if it is not named."""
        named = {name: points for points, name in map(_parted, self.countries)}
        return named.get(country)

    def word_points(self, words: str) -> tuple[int, str] | None:
        """Give the most points of what somebody's words name, and the words that gave them; None if nothing fits."""
        return max(_fitting(self.words, words), default=None)


class Estimate(BaseModel):
    """Company size x share of users x price a year: what a deal may be worth (OP-13)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    share_percent: int = Field(default=0, ge=0, le=100)
    price_a_year: Price = Decimal(0)

    @model_validator(mode="after")
    def _is_whole(self) -> Estimate:
        if bool(self.share_percent) != bool(self.price_a_year):
            lacking = "price_a_year" if self.share_percent else "share_percent"
            raise ValueError(f"an estimate needs {lacking}, too")
        return self

    def amount(self, employees: int) -> Decimal | None:
        """Give the net worth of a year in the company's currency; None if the section is not filled in."""
        if not (self.share_percent and self.price_a_year):
            return None
        users = max(round(employees * self.share_percent / 100), 1)
        return users * self.price_a_year


def _parted(weighed: str) -> tuple[int, str]:
    name, _, points = weighed.rpartition("=")
    return int(points), name.strip()


def _fitting(named: tuple[str, ...], words: str) -> list[tuple[int, str]]:
    said = f" {' '.join(_WORD.findall(words.casefold()))} "
    parted = map(_parted, named)
    return [
        (points, name) for points, name in parted if f" {' '.join(_WORD.findall(name.casefold()))} " in said
    ]
