"""The points of a lead: company size, industry, engagement and fit, each 1 to 5, each with its reason (LD-8).

What nobody can tell is left out, and said so. What a person says wins over what is computed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from inboxcrm.base.settings_score import Score

if TYPE_CHECKING:
    from inboxcrm.crm.records import Organization

PARTS = ("size", "industry", "engagement", "fit")
QUIET, SILENT = timedelta(days=30), timedelta(days=90)
_NUMBER = re.compile(r"\d(?:[.,' ]?\d){0,8}")
_MOST_EMPLOYEES = 10_000_000
_CODES = {"UK": "GB", "EL": "GR"}  # as domains and VAT numbers write them
_TWO_LETTERS = re.compile(r"^[A-Z]{2}$")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: 1 to 5 points, or None if nobody can tell, and why."""

    points: int | None
    why: str


@dataclass(frozen=True, slots=True)
class History:
    """What a lead did: its mails, thanks left out; those that answer ours; meetings and calls; its last mail."""

    mails: int = 0
    answers: int = 0
    talks: int = 0
    last_at: datetime | None = None


def engagement_part(history: History, now: datetime) -> Part:
    """Count one point for having written, and one each for a third mail, an answer, a third answer and a talk.

    A month of silence takes one away, three months two.
    """
    if not (history.mails or history.talks):
        return Part(None, "they have not written")
    points = 1 + (history.mails >= 3) + (history.answers >= 1) + (history.answers >= 3) + (history.talks >= 1)
    counts = ((history.mails, "mail"), (history.answers, "answer"), (history.talks, "talk"))
    told = [f"{count} {word}{'s' if count > 1 else ''}" for count, word in counts if count]
    silence = now - history.last_at if history.last_at else timedelta()
    if silence >= QUIET:
        points -= 1 if silence < SILENT else 2
        told.append(f"silent for {silence.days} days")
    return Part(min(max(points, 1), 5), ", ".join(told))


def size_part(score: Score, employees: int | None) -> Part:
    """Give the points of a company by the number of its people."""
    if employees is None:
        return Part(None, "how many people it has is not known")
    return Part(score.size_points(employees), f"{employees} people")


def industry_part(score: Score, branch: str | None) -> Part:
    """Give the points of an industry."""
    if not branch:
        return Part(None, "the industry is not known")
    found = score.industry_points(branch)
    return Part(found[0], found[1]) if found else Part(None, f"{branch} has no points")


def fit_part(score: Score, country: str, words: str) -> Part:
    """Give the points of what was asked for, and from where: the mean of both, rounded up."""
    by_country, by_words = score.country_points(country), score.word_points(words)
    told = [
        name for name, is_there in ((country, by_country), (by_words and by_words[1], by_words)) if is_there
    ]
    points = [one for one in (by_country, by_words and by_words[0]) if one]
    if not points:
        return Part(None, "nothing that [leads.score] names")
    return Part(-(-sum(points) // len(points)), ", ".join(str(one) for one in told))


def total_of(points: Mapping[str, int | None]) -> tuple[int, int] | None:
    """Give the sum of the known points and how many parts are known; None if none is."""
    known = [one for one in points.values() if one is not None]
    return (sum(known), len(known)) if known else None


def country_of(organization: Organization | None) -> str:
    """Give the country of a company: as it is known, else of its VAT number, else of its domain; "" if none tells."""
    if organization is None:
        return ""
    domain = (organization.domain or "").rpartition(".")[2].upper()
    for code in (organization.country, (organization.vat_number or "")[:2], domain):
        if code and _TWO_LETTERS.match(code):
            return _CODES.get(code, code)
    return ""


def read_employees(words: str) -> int | None:
    """Give the number of people that a form's field names, of a span the lower one; None if it names none."""
    match = _NUMBER.search(words[:100])
    count = int(re.sub(r"\D", "", match[0])) if match else 0
    return count if 0 < count <= _MOST_EMPLOYEES else None
