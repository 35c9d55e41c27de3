"""Which process is killed where: a seed chooses database, process, point and how often the point is passed before.

The table names the points that the short story passes for sure, with how many passings of each process's life
it surely has. That the story passes them all is a test.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

KINDS = ("sqlite", "postgres")


def _commits(counts: dict[str, int]) -> dict[str, int]:
    return {f"{name}.{side}_commit": most for name, most in counts.items() for side in ("before", "after")}


POINTS = {
    "poll": _commits({"lease": 3, "folder": 8, "intake": 10, "intake.leave_out": 1}) | {"poller.fetched": 8},
    "work": _commits(
        {
            "event": 30,
            "letter.claim": 8,
            "letter.data": 7,
            "letter.outcome": 7,
            "letter.recover": 5,
            "draft.outcome": 1,
            "paper.keep": 2,
            "invoice.finalise": 1,
            "sweep": 2,
        }
    )
    | {"smtp.before_data": 7, "smtp.after_data": 7, "draft.before_append": 1, "draft.after_append": 1},
    "tick": {"ticker.rang": 2},
}


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill, as its seed chose it."""

    seed: int
    database: str
    process: str
    point: str
    passing: int

    def __str__(self) -> str:
        place = f"{self.process} at {self.point}, passing {self.passing}, on {self.database}"
        return f"seed {self.seed}: {place}"


def choose_kill(seed: int) -> Kill:
    """Choose by the seed alone, so that a run can be had again."""
    chance = random.Random(seed)
    [process] = chance.choices(("poll", "work", "tick"), weights=(10, 18, 2))
    point, most = chance.choice(sorted(POINTS[process].items()))
    return Kill(seed, chance.choice(KINDS), process, point, chance.randint(1, most))
