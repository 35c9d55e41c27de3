"""Moments of a rule: "60 days before close_on", "4 business hours after message.received unless answered".

A moment lies so long before or after its anchor, a day or time among the record's facts or an event. Minutes, hours,
days and weeks of a time pass by themselves, as durations of conditions do; months and business days keep the clock
time; business hours pass while the owner works. A day has no clock time, so its moment is at 07:00 if none is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from inboxcrm.base.business_time import WorkingTime
from inboxcrm.base.months import months_later
from inboxcrm.rules.fault import suggest_nearest
from inboxcrm.rules.language.condition import Condition

MORNING = time(7)
LATE = timedelta(days=7)  # so long after its moment a record may become known, and the rule is due at once
MOST = 3650  # units
_DAY = timedelta(days=1)
_SPANS: Mapping[str, timedelta] = {
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
}
OF_HOURS = ("minutes", "hours", "business hours")
UNITS = (*_SPANS, "months", "business hours", "business days")
EXAMPLE = (
    "write such as '60 days before close_on' or '4 business hours after message.received unless answered'"
)
_ANCHOR = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")


class BadMoment(ValueError):
    """A text names no moment; the message says what to write, `offset` where the wrong word stands."""

    def __init__(self, what: str, remedy: str = "", offset: int = 0) -> None:
        super().__init__(f"{what}; {remedy or EXAMPLE}")
        self.what, self.remedy, self.offset = what, remedy or EXAMPLE, offset


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a moment before anybody knows what its anchor is; offsets count from the first character."""

    count: int
    unit: str
    anchor: str
    anchor_offset: int
    clock: time | None
    unless: str
    unless_offset: int


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment that was checked: `count` is negative before the anchor; `event` is a kind of event, or empty.

    `unless` is what must not hold when it is due, `unless_events` what must not have happened since the event;
    `column` is where the database has the anchor of each record, if it is a fact.
    """

    text: str
    count: int
    unit: str
    anchor: str
    event: str = ""
    is_day: bool = False
    clock: time | None = None
    unless: Condition | None = None
    unless_events: tuple[str, ...] = ()
    column: Any = field(default=None, compare=False, repr=False)

    @property
    def is_plain(self) -> bool:
        """Tell whether it is the same for everybody, as so much time simply passes."""
        return self.unit in _SPANS and self.clock is None and not self.is_day

    @property
    def is_rough(self) -> bool:
        """Tell whether a window of times holds some whose moment has not come yet."""
        return not (self.is_plain or self.is_day or self.unit == "business hours")

    @property
    def span(self) -> timedelta:
        """Give how much time passes; business hours count as such."""
        return self.count * _SPANS[self.unit.removeprefix("business ")]


def read_moment(text: str) -> Words:
    """Read a moment. Raises BadMoment."""
    head, _, unless = _split_unless(text)
    found = list(re.finditer(r"\S+", head))
    words = [one[0].lower() for one in found]
    if words[:1] == ["on"]:
        count, unit, place = 0, "days", 1
    else:
        count, unit, place = _read_span(words, found)
        side = words[place] if place < len(words) else ""
        if side not in ("before", "after"):
            offset = found[place].start() if side else 0
            raise BadMoment(
                f"'{side or text}' is no moment", suggest_nearest(side, ("before", "after")), offset
            )
        count, place = (-count if side == "before" else count), place + 1
    if place >= len(words) or not _ANCHOR.fullmatch(found[place][0]):
        raise BadMoment(f"'{text}' names no date and no event")
    clock = _read_clock(words[place + 1 :], found[place + 1 :])
    if clock and unit in OF_HOURS:
        raise BadMoment(f"'{unit}' end at a clock time of their own", "leave 'at' out, or write days")
    offset = len(text) - len(unless) if unless else 0
    return Words(count, unit, found[place][0], found[place].start(), clock, unless, offset)


def _split_unless(text: str) -> tuple[str, str, str]:
    found = re.search(r"\sunless\s+", text)
    if found is None:
        return text, "", ""
    unless = text[found.end() :]
    if not unless.strip():
        raise BadMoment("'unless' names nothing", "write a fact or an event", found.start() + 1)
    return text[: found.start()], found[0], unless


def _read_span(words: list[str], found: list[re.Match[str]]) -> tuple[int, str, int]:
    """Give the number, the unit, and the place of the word after them."""
    if not words or not words[0].isdigit() or not words[0].isascii():
        raise BadMoment(f"'{words[0] if words else ''}' is no number", EXAMPLE)
    if not 0 < int(words[0][:9]) <= MOST:
        raise BadMoment(f"'{words[0]}' is too much", f"write 1 to {MOST}")
    size = 2 if words[1:2] == ["business"] else 1
    said = " ".join(words[1 : 1 + size])
    unit = said if said in UNITS else f"{said}s"
    if unit not in UNITS:
        remedy = suggest_nearest(said, UNITS) or f"the units are {', '.join(UNITS)}"
        raise BadMoment(f"'{said}' is no unit", remedy, found[1].start() if len(found) > 1 else 0)
    return int(words[0]), unit, 1 + size


def _read_clock(words: list[str], found: list[re.Match[str]]) -> time | None:
    if not words:
        return None
    clock = _CLOCK.fullmatch(words[1]) if words[0] == "at" and len(words) == 2 else None
    if clock is None:
        raise BadMoment(
            f"'{' '.join(words)}' cannot stand here",
            "after it go 'at 09:00' and 'unless' only",
            found[0].start(),
        )
    if int(clock[1]) > 23 or int(clock[2]) > 59:
        raise BadMoment(f"'{clock[0]}' is no time", "the time goes from 00:00 to 23:59", found[1].start())
    return time(int(clock[1]), int(clock[2]))


def moment_at(moment: Moment, working: WorkingTime, anchor: date | datetime) -> datetime:
    """Give when the moment of an anchor is, for who works so, as aware UTC."""
    if isinstance(anchor, datetime):
        if moment.clock is None:
            return _shift_time(moment, working, anchor)
        anchor = anchor.astimezone(working.zone).date()
    day = _shift_day(moment, working, anchor, moment.count)
    return datetime.combine(day, moment.clock or MORNING, working.zone).astimezone(UTC)


def _shift_day(moment: Moment, working: WorkingTime, day: date, count: int) -> date:
    if moment.unit == "months":
        return months_later(day, count)
    if moment.unit == "business days":
        return working.workdays.add_workdays(day, count)
    return day + count * _SPANS[moment.unit]


def _shift_time(moment: Moment, working: WorkingTime, at: datetime) -> datetime:
    if moment.unit == "business hours":
        return working.add_hours(at, moment.span)
    if moment.unit == "business days":
        return working.add_days(at, moment.count)
    if moment.unit == "months":
        local = at.astimezone(working.zone)
        day = months_later(local.date(), moment.count)
        return datetime.combine(day, local.time(), working.zone).astimezone(UTC)
    return at + moment.span


def latest_day(moment: Moment, working: WorkingTime, until: datetime) -> date:
    """Give the last day whose moment is not after `until`."""
    day = _shift_day(moment, working, until.astimezone(working.zone).date(), -moment.count)
    while moment_at(moment, working, day) > until:
        day -= _DAY
    while moment_at(moment, working, day + _DAY) <= until:
        day += _DAY
    return day


def latest_time(moment: Moment, working: WorkingTime, until: datetime) -> datetime:
    """Give a time after which no time has a moment that is not after `until`.

    Where the clock time stays, times of one day change places with those of a free day after it: all of the last
    such day are given, and each is to be asked (`Moment.is_rough`).
    """
    if moment.is_plain:
        return until - moment.span
    if moment.unit == "business hours":
        return working.add_hours(until, -moment.span)
    today = until.astimezone(working.zone).date()
    day = _shift_day(moment, working, today, -moment.count)
    while _shift_day(moment, working, day, moment.count) > today:
        day -= _DAY
    while _shift_day(moment, working, day + _DAY, moment.count) <= today:
        day += _DAY
    return datetime.combine(day + _DAY, time(), working.zone).astimezone(UTC)
