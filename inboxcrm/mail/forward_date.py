"""The date of a forwarded mail as its program spelled it, in eleven languages, to a moment in UTC.

What is read is the forwarder's program's spelling of somebody's claim: a hint, no evidence.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo

LONGEST = 120
FIRST_YEAR, LAST_YEAR = 1980, 2100
# The first three letters without accents; `juin` and `juil` need the fourth.
_MONTHS = (
    "jan ene gen sty", "feb fev lut", "mar mrt maa mae", "apr avr abr kwi", "may mai mei maj mag", "jun cze giu",
    "jul lip lug", "aug aou ago sie", "sep set wrz", "oct okt ott out paz", "nov lis", "dec dez des dic gru",
)  # fmt: skip
_MONTH = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
_DAY_FIRST = re.compile(
    r"\b(\d{1,2})(?:\.|st|nd|rd|th|er|º)?,?\s(?:de |of )?([^\W\d_]{3,12})\.?,?\s(?:de )?(\d{4})\b",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(r"\b([^\W\d_]{3,12})\.?\s(\d{1,2})(?:st|nd|rd|th)?,?\s(\d{4})\b", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"\b(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4}|\d{2})\b")
_CLOCK = re.compile(r"\b(\d{1,2})[:.h](\d{2})(?:[:.](\d{2}))?(?:\s?([ap])\.?\s?m\b)?", re.IGNORECASE)
_OFFSET = re.compile(r"(?:gmt|utc|\s)([+-])(\d{1,2}):?(\d{2})?\b", re.IGNORECASE)


def read_date(words: str, zone: tzinfo = UTC) -> datetime | None:
    """Give the moment in UTC; `zone` where the words name none; None if they hold no date with a time of day."""
    text = " ".join(words[:LONGEST].split())
    found = _day(text)
    if found is None:
        return None
    (year, month, day), rest = found
    clock = _CLOCK.search(rest)
    if clock is None:
        return None
    hour = int(clock[1])
    if clock[4]:
        hour = hour % 12 + (12 if clock[4].lower() == "p" else 0)
    own_zone = _zone(rest, clock.end(), zone)
    try:
        local = datetime(year, month, day, hour, int(clock[2]), int(clock[3] or 0), tzinfo=own_zone)
    except ValueError:
        return None
    return local.astimezone(UTC) if FIRST_YEAR <= year <= LAST_YEAR else None


def _zone(rest: str, at: int, zone: tzinfo) -> tzinfo:
    found = _OFFSET.search(rest, at)
    if found is None:
        return UTC if re.search(r"\b(?:gmt|utc)\b", rest[at:], re.IGNORECASE) else zone
    size = found[2] + (found[3] or "")
    minutes = int(size[:-2] or 0) * 60 + int(size[-2:]) if len(size) > 2 else int(size) * 60
    return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes))


def _day(text: str) -> tuple[tuple[int, int, int], str] | None:
    """Give year, month and day, and the words without them."""
    for found in _DAY_FIRST.finditer(text):
        if month := _month(found[2]):
            return (int(found[3]), month, int(found[1])), _without(text, found)
    for found in _MONTH_FIRST.finditer(text):
        if month := _month(found[1]):
            return (int(found[3]), month, int(found[2])), _without(text, found)
    if found_year := _YEAR_FIRST.search(text):
        return (int(found_year[1]), int(found_year[2]), int(found_year[3])), _without(text, found_year)
    if numbers := _NUMBERS.search(text):
        first, second, year = int(numbers[1]), int(numbers[3]), int(numbers[4])
        # 3/4/2026 is April's where nothing says otherwise; with AM or PM it is an American's.
        is_american = numbers[2] == "/" and re.search(r"\d\s?[ap]\.?m\b", text, re.IGNORECASE) is not None
        month, day = (first, second) if second > 12 or (is_american and first <= 12) else (second, first)
        return (year if year > 99 else 2000 + year, month, day), _without(text, numbers)
    return None


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _month(word: str) -> int | None:
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))
    if plain.startswith(("juil", "juli")):
        return 7
    if plain.startswith("jui"):
        return 6
    return _MONTH.get(plain[:3])
