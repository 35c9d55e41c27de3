"""Where leads come from and of what type they are, as a company names it; and its campaigns (IN-8)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from inboxcrm.base.settings_score import Estimate, Score

SOURCES = (
    "Call", "Email", "Existing Customer", "Partner", "Public Relations", "Web Site", "Campaign", "Trade Show",
    "Referral", "Support", "Other",
)  # fmt: skip
_WORD = re.compile(r"\w+")


def _address(value: str) -> str:
    value = value.strip().lower()
    if "." not in value.rpartition("@")[2] or not value.rpartition("@")[0] or " " in value:
        raise ValueError("should be a mail address such as sales+fair@example.com")
    return value


def _phrase(value: str) -> str:
    if not _WORD.search(value):
        raise ValueError("should be words")
    return value


Name = Annotated[str, Field(min_length=1, max_length=40)]
Phrase = Annotated[str, Field(max_length=100), AfterValidator(_phrase)]


class BigFrom(BaseModel):
    """From where on a lead is big, so that it is answered the same day: by one of these (LD-6)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    users: int | None = Field(default=None, ge=1)
    amount: int | None = Field(default=None, ge=1)
    employees: int | None = Field(default=None, ge=1)


class Leads(BaseModel):
    """Sources besides those that there are, types, whose turn it is, and when one is big or late."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sources: tuple[Name, ...] = ()
    types: tuple[Name, ...] = ()
    score: Score = Score()
    estimate: Estimate = Estimate()
    working_first: bool = False
    big_from: BigFrom = BigFrom()
    escalate_after_hours: float = Field(default=2, ge=0, le=100)  # of the rep's working time

    def source_named(self, words: str) -> str:
        """Give the source that words name, as it is written; "" if none."""
        return _named(words, (*SOURCES, *self.sources))

    def type_named(self, words: str) -> str:
        """Give the type that words name, as it is written; "" if none."""
        return _named(words, self.types)


class Campaign(BaseModel):
    """Something that brings leads: known by the address that people write to, or by words of their subject."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=100)]
    source: str = "Campaign"
    type: str = ""
    addresses: tuple[Annotated[str, AfterValidator(_address)], ...] = ()
    words: tuple[Phrase, ...] = ()

    def fits(self, addresses: Iterable[str], subject: str) -> bool:
        """Tell whether a mail to these addresses (in lower case) with this subject comes because of it."""
        wrote = f" {' '.join(_WORD.findall(subject.casefold()))} "
        return not set(self.addresses).isdisjoint(addresses) or any(
            f" {' '.join(_WORD.findall(phrase.casefold()))} " in wrote for phrase in self.words
        )


def _named(words: str, names: Iterable[str]) -> str:
    wanted = " ".join(words.casefold().split())
    return next((name for name in names if name.casefold() == wanted), "")
