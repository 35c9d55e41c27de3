"""How the past of a fact is known, and what stands for a value that nobody can tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any


class Gap(Enum):
    """What is no value: UNKNOWN, nobody can tell it; UNTOLD, this event does not tell it, though it changed."""

    UNKNOWN = "unknown"
    UNTOLD = "untold"


UNKNOWN, UNTOLD = Gap.UNKNOWN, Gap.UNTOLD


class How(StrEnum):
    """Where the past of a fact comes from."""

    FIXED = "never changes"
    TOLD = "each change is told by an event"
    MADE = "made of others"
    TOUCHED = "follows from mails and calls"
    NEXT_ACTION = "follows from tasks"
    TAGGED = "each tag is told when it comes and goes"
    UNKNOWN = "no event tells it"


@dataclass(frozen=True, slots=True)
class Past:
    """How the past of one fact is known.

    `of` is the column whose changes are told, such as opportunity.stage, or the names of which it is made by `make`.
    `initial` is what it was before the first change that is told; with `is_checked` a value of today that the last
    event does not explain is taken for a silent change. `person` names the column of the record that says whose it is:
    if that changed since, nobody can tell. `read` makes a value of what an event has kept.
    """

    how: How
    of: tuple[str, ...] = ()
    make: Callable[..., Any] | None = None
    initial: Any = UNKNOWN
    is_checked: bool = False
    person: str = ""
    read: Callable[[Any], Any] | None = None
    why: str = ""


def fixed() -> Past:
    """Say that a fact never changes once its record is there."""
    return Past(How.FIXED)


def told(column: str, **more: Any) -> Past:
    """Say that each change of a fact is told, as one of this column."""
    return Past(How.TOLD, (column,), **more)


def made(make: Callable[..., Any], *of: str) -> Past:
    """Say that a fact is made of others; where one of them is unknown, so is it."""
    return Past(How.MADE, of, make)


def touched(direction: str) -> Past:
    """Say that a fact follows from mails and calls of a direction; "" is any."""
    return Past(How.TOUCHED, (direction,))


def unknown(why: str) -> Past:
    """Say that no event tells of a fact, and why."""
    return Past(How.UNKNOWN, why=why)
