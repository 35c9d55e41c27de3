"""Runs one side of a comparison in a process of its own, so that its peak memory is its own.

`python -m bench.side module:function '{"argument": …}'` prints what the function gives, as JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.figures import Side

ROOT = Path(__file__).parents[1]


def run_side(function: str, environment: dict[str, str] | None = None, /, **arguments: Any) -> Side:
    """Call `module:function` in a child process; it gives a dict with n and seconds, the rest is told along.

    Raises RuntimeError with the end of the child's words if it fails.
    """
    told = call_in_child(function, environment or {}, arguments)
    return Side(told.pop("n"), told.pop("seconds"), told.pop("peak_rss_mb"), told)


def call_in_child(function: str, environment: dict[str, str], arguments: dict[str, Any]) -> dict[str, Any]:
    ended = subprocess.run(
        [sys.executable, "-m", "bench.side", function, json.dumps(arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise RuntimeError(
            f"{function} ended with {ended.returncode}:\n{(ended.stdout + ended.stderr)[-3000:]}"
        )
    return dict(json.loads(ended.stdout.splitlines()[-1]))


def call_here(function: str, _environment: dict[str, str], arguments: dict[str, Any]) -> dict[str, Any]:
    """Call it in this process: what a child does, and what a test does to be quick."""
    module, _, name = function.partition(":")
    told = getattr(importlib.import_module(module), name)(**arguments)
    return {"peak_rss_mb": peak_rss_mb(), **told}


def peak_rss_mb() -> float:
    """The largest resident size of this program; ru_maxrss would count what stood here before exec."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024


def tree_mb() -> float:
    """The memory of this process and all below it now; pages that they share count once (PSS)."""
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # some end while we look
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
    ours = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(map(_pss_mb, ours))


def _pss_mb(pid: int) -> float:
    with suppress(OSError):
        return int(re.findall(r"Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text())[0]) / 1024
    return 0.0


if __name__ == "__main__":
    print(json.dumps(call_here(sys.argv[1], {}, json.loads(sys.argv[2]))))
