"""Durations as rule files write them: "7 days", "1 hour", "90 minutes"."""

from __future__ import annotations

import re
from datetime import timedelta

from inboxcrm.rules.fault import suggest_nearest
from inboxcrm.rules.language.functions import UNITS

MAX_DURATION = timedelta(days=36_500)


class BadDuration(ValueError):
    """A text is no duration; the message says what to write."""

    def __init__(self, text: str, remedy: str = "") -> None:
        super().__init__(
            f"'{text}' is no duration; " + (remedy or "write a number and a unit, such as '7 days'")
        )


def parse_duration(text: str) -> timedelta:
    """Read a whole number and a unit of the rule language, singular or plural; more than nothing.

    Raises BadDuration.
    """
    found = re.fullmatch(r"\s*([0-9]{1,8})\s+([A-Za-z]+)\s*", text)
    if found is None:
        raise BadDuration(text)
    unit = found[2].lower()
    name = unit if unit in UNITS else f"{unit}s"
    if name not in UNITS:
        raise BadDuration(text, suggest_nearest(unit, UNITS) or f"the units are {', '.join(UNITS)}")
    count = int(found[1])
    if count == 0:
        raise BadDuration(text, "it must be more than nothing")
    if count > MAX_DURATION // UNITS[name]:
        raise BadDuration(text, "a hundred years are the most")
    return count * UNITS[name]
