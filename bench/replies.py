"""Replies: new words, quotes and signatures, beside the libraries that do it, on the cases that their own tests state.

Every answer is judged by the same comparison. A library counts for each question with that of its documented
calls that gets most right; ours with the one call that answers the question.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.figures import Asked, Line, Side
from bench.reply_cases import Case, made_cases, read_cases, score
from bench.side import ROOT, run_side

ROUNDS = 5
NOBODY = Side(0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Result:
    """What one library gets right in a suite, by which call, in how many seconds for one round."""

    right: float
    seconds: float
    call: str = ""

    def plus(self, other: Result) -> Result:
        """Both questions of a suite together."""
        return Result(self.right + other.right, self.seconds + other.seconds, f"{self.call}; {other.call}")


def measure(asked: Asked, _folder: Path) -> Iterator[Line]:
    """Ask ourselves and the libraries that are there; one line for each suite and library, then the table."""
    corpus = os.environ.get("INBOXCRM_CORPUS")
    cases = read_cases(Path(corpus)) if corpus else made_cases()
    rounds = asked.n or ROUNDS
    product = run_side("bench.reply_sides:answer_all", corpus=corpus, rounds=rounds)
    ours = _results(
        cases, {"": {"said": product.more["said"], "seconds": product.more["case_seconds"]}}, rounds
    )
    peers = {name: _results(cases, calls, rounds) for name, calls in _ask_peers(cases, rounds).items()}
    sizes = {suite: sum(1 for case in cases if case.suite == suite) for suite in ours}
    for suite, size in sizes.items():
        for name in peers or [""]:
            peer = peers[name][suite] if name else None
            yield Line(
                f"replies, {suite}", _side(size, ours[suite], peer, product), name, _peer_side(size, peer)
            )
    print("\n".join(_table(sizes, {"ours": ours, **peers})))


def _ask_peers(cases: list[Case], rounds: int) -> dict[str, Any]:
    python = Path(os.environ.get("INBOXCRM_PEERS") or "/nowhere") / "v-reply" / "bin" / "python"
    if not python.exists():
        return {}
    asked = {"rounds": rounds, "cases": [asdict(case) for case in cases]}
    ended = subprocess.run(
        [python, ROOT / "bench" / "reply_peers.py"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(ended.stdout.splitlines()[-1]))


def _results(cases: list[Case], calls: dict[str, Any], rounds: int) -> dict[str, Result]:
    """Give what is right in each suite, where each question counts by the call that answers it best."""
    results: dict[str, Result] = {}
    for suite, question in {(case.suite, case.question): None for case in cases}:
        asked = [case for case in cases if (case.suite, case.question) == (suite, question)]
        best = max((_result(asked, name, told, rounds) for name, told in calls.items()), key=_merit)
        before = results.get(suite)
        results[suite] = before.plus(best) if before else best
    return results


def _result(asked: list[Case], call: str, told: dict[str, Any], rounds: int) -> Result:
    right = sum(score(case, told["said"][case.name]) for case in asked)
    return Result(right, sum(told["seconds"][case.name] for case in asked) / rounds, call)


def _merit(result: Result) -> tuple[float, float]:
    return result.right, -result.seconds


def _side(size: int, ours: Result, peer: Result | None, product: Side) -> Side:
    beside = {"peer_right": round(peer.right, 3), "peer_call": peer.call} if peer else {}
    return Side(size, ours.seconds, product.peak_rss_mb, {"right": round(ours.right, 3), **beside})


def _peer_side(size: int, peer: Result | None) -> Side:
    return Side(size, peer.seconds, 0.0) if peer else NOBODY


def _table(sizes: dict[str, int], results: dict[str, dict[str, Result]]) -> Iterator[str]:
    """Tell the share of cases right for each suite and library; below it the seconds, ours being 1."""
    yield "".join(f"{name:>20}" for name in ("suite", "cases", *results))
    for suite, size in sizes.items():
        shares = (f"{result[suite].right / size:>20.1%}" for result in results.values())
        yield f"{suite:>20}{size:>20}" + "".join(shares)
    total = sum(sizes.values())
    right = (sum(one.right for one in result.values()) / total for result in results.values())
    yield f"{'all':>20}{total:>20}" + "".join(f"{share:>20.1%}" for share in right)
    seconds = [sum(one.seconds for one in result.values()) for result in results.values()]
    yield f"{'s per 1,000 cases':>20}{'':>20}" + "".join(f"{1000 * one / total:>20.3f}" for one in seconds)
    yield f"{'as ratio':>20}{'':>20}" + "".join(f"{one / seconds[0]:>20.2f}" for one in seconds)
