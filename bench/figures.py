"""What a benchmark tells: one line for each comparison, and the median of several rounds."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """How much is to be measured; without `n` each benchmark takes its own size."""

    n: int | None = None
    rounds: int = 1
    databases: tuple[str, ...] = ("sqlite",)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: what it did, in how many seconds, with how much memory in MB."""

    n: int
    seconds: float
    peak_rss_mb: float
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def per_s(self) -> float:
        """Pieces in a second."""
        return self.n / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """The product beside one peer, both measured in the same run."""

    bench: str
    product: Side
    peer_name: str
    peer: Side
    database: str = ""

    def plain(self) -> dict[str, Any]:
        """Give the line as it is printed; `ratio` is the product's pace over the peer's."""
        peer_per_s = self.peer.per_s
        return {
            "bench": self.bench,
            "database": self.database,
            "n": self.product.n,
            "seconds": round(self.product.seconds, 3),
            "per_s": round(self.product.per_s, 1),
            "peak_rss_mb": round(self.product.peak_rss_mb, 1),
            "peer": self.peer_name,
            "peer_per_s": round(peer_per_s, 1),
            "peer_peak_rss_mb": round(self.peer.peak_rss_mb, 1),
            "ratio": float(f"{self.product.per_s / peer_per_s:.3g}") if peer_per_s else None,
            "load1": round(os.getloadavg()[0], 2),
            **self.product.more,
        }


def write_line(line: Line, file: Path | None) -> None:
    """Print a line, and append it to a file if one is named."""
    text = json.dumps(line.plain())
    print(text, flush=True)
    if file:
        with file.open("a", encoding="utf-8") as told:
            told.write(text + "\n")


def median_side(rounds: int, measure: Callable[[int], Side]) -> Side:
    """Measure several times (the number of the round is handed in); the one in the middle by its pace counts."""
    return middle_side([measure(number) for number in range(rounds)])


def middle_side(sides: Iterable[Side]) -> Side:
    """Give the side in the middle by its pace."""
    ordered = sorted(sides, key=lambda side: side.per_s)
    return ordered[len(ordered) // 2]
