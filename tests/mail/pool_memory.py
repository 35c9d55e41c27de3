"""Run as a program: parse every bomb in a pool, and print how much memory the processes needed (in MB)."""

from __future__ import annotations

import json
import re
import resource
import sys
from pathlib import Path

from inboxcrm.mail.pool import ParsePool
from tests.mail.bombs import BOMBS, HEAD


def main(names: list[str]) -> None:
    """Parse the named bombs, or all, each with a harmless mail behind it."""
    pool = ParsePool(hands=1)
    pool.start()
    told = {}
    for name in names or BOMBS:
        bomb, harmless = pool.parse([BOMBS[name](), HEAD + b"\r\nhello"])
        told[name] = [str(bomb) if isinstance(bomb, Exception) else "read", getattr(harmless, "text", "")]
    pool.close()
    peaks = {
        "parent": own_peak_mb(),
        "child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }
    print(json.dumps({"mails": told, "peak_mb": peaks}))


def own_peak_mb() -> int:
    """The largest resident size of this program; ru_maxrss would count what stood here before exec."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) // 1024


if __name__ == "__main__":
    main(sys.argv[1:])
