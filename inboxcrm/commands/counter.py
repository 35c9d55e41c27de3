"""What can be said against a word besides `undo`, also where that can no longer take it back (EM-4)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

COUNTERS: Mapping[str, str] = MappingProxyType(
    {
        "done": "`task: …`, which makes it anew",
        "snooze": "`snooze` with another day",
        "assign": "`assign` with the name of who had it",
        "handover": "`handover` with the name of who had it, and why",
        "stage": "`stage` with the name of the one before",
        "lost": "`stage quote: why it is open again`",
        "hold": "`wake`",
        "wake": "`hold until` and its day",
        "commit": "`commit no`",
        "amount": "`amount` with the old one",
        "close": "`close` with the old day",
        "probability": "`probability` with the old one, and why",
        "quote": "`quote` anew, which replaces it",
        "invoice": "`invoice to` with the right address",
        "stop": "`invoice to …`, which lets it go on",
        "file": "`file` with the name of another deal",
        "move": "`move` with the name of the deal on which it was",
        "ignore": "`release` on the next mail",
        "release": "`ignore`",
        "lead": "`dead: why`",
        "away": "`back`",
        "back": "`away until` and the day",
        "merge": "`unmerge` with the number of the merge",
        "unmerge": "`merge` with the other",
        "task": "`drop: why`",
        "drop": "`task: …`, which makes it anew",
    }
)


def counter_of(name: str) -> str:
    """Give what can be said against a word; "" if nothing can."""
    return COUNTERS.get(name, "")
