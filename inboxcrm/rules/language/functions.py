"""The functions of the rule language, as one literal table; a new function is a row here and one in each compiler."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from inboxcrm.rules.language.facts import FactType


@dataclass(frozen=True, slots=True)
class Function:
    """What a function takes and gives; `in_database` says that a scheduled rule may use it."""

    takes: tuple[FactType, ...]
    gives: FactType
    doc: str
    in_database: bool = True


UNITS: Mapping[str, timedelta] = {
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
}

FUNCTIONS: Mapping[str, Function] = {
    "minutes": Function((FactType.NUMBER,), FactType.DURATION, "a duration of so many minutes"),
    "hours": Function((FactType.NUMBER,), FactType.DURATION, "a duration of so many hours"),
    "days": Function((FactType.NUMBER,), FactType.DURATION, "a duration of so many times 24 hours"),
    "weeks": Function((FactType.NUMBER,), FactType.DURATION, "a duration of so many weeks"),
    # Databases disagree about the lower case of letters outside A to Z, so this one is for event rules.
    "lower": Function((FactType.TEXT,), FactType.TEXT, "the text in small letters", in_database=False),
    "contains": Function(
        (FactType.TEXT, FactType.TEXT), FactType.BOOL, "whether the first holds the second text"
    ),
}
