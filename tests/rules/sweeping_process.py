"""A process that sweeps: `python -m tests.rules.sweeping_process URL FOLDER MOMENT KILL-AT`.

It fires a few records in a transaction and, if KILL-AT is not 0, ends itself by SIGKILL before that commit of a sweep.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from inboxcrm.base.database import open_database
from inboxcrm.base.ids import SystemIds
from inboxcrm.base.work import Office
from inboxcrm.rules import portions
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.sweep import run_due_rules
from tests.build import KEY, HandClock, the_settings

FIRED = 4


class Killer:
    """Ends this process the moment before so many commits of a sweep were done."""

    def __init__(self, kill_at: int) -> None:
        self.left = kill_at

    def __call__(self, point: str) -> None:
        if point == "sweep.before_commit":
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Sweep once with the rules of the folder."""
    url, folder, moment, kill_at = sys.argv[1:]
    portions.FIRED = FIRED
    clock = HandClock(datetime.fromisoformat(moment))
    settings = the_settings(Path(folder))
    office = Office(
        open_database(url), clock, SystemIds(), settings, KEY, lambda _topics: None, Killer(int(kill_at))
    )
    run_due_rules(office, RuleBook(Path(folder) / "rules").open().current())


if __name__ == "__main__":
    main()
