"""Days and times as people write them in English: 3 December 2026, not 2026-12-03 and not 03 December 2026."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo


def spell_day(on: date) -> str:
    """Give a day such as 3 December 2026."""
    return f"{on.day} {on:%B %Y}"


def spell_weekday(on: date) -> str:
    """Give a day of this year such as Thursday 3 December."""
    return f"{on:%A} {on.day} {on:%B}"


def spell_ahead(on: date, today: date) -> str:
    """Give a day that is still to come: Thursday 3 December, or Monday 3 May 2027 if that is in another year."""
    return spell_weekday(on) if on.year == today.year else f"{spell_weekday(on)} {on.year}"


def spell_moment(at: datetime, zone: ZoneInfo) -> str:
    """Give an aware time in a zone, such as Thursday 3 December 2026, 08:00."""
    local = at.astimezone(zone)
    return f"{spell_weekday(local)} {local:%Y, %H:%M}"
