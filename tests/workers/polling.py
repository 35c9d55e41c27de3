"""Pollers in processes of their own, for tests: `python -m tests.workers.polling FOLDER DATABASE NUMBER`.

One process imports what they need, and forks them; their process numbers stand in FOLDER/pids.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
from pathlib import Path

from inboxcrm.base.child import fork_child
from inboxcrm.base.clock import SystemClock
from inboxcrm.base.database import open_database
from inboxcrm.base.ids import SystemIds
from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office
from inboxcrm.workers.poller import poll
from tests.build import KEY


def main() -> None:
    """Start so many pollers, and end them at SIGTERM."""
    folder = Path(sys.argv[1])
    settings = Settings.model_validate(json.loads((folder / "settings.json").read_text()))

    def watch() -> int:
        office = Office(
            open_database(sys.argv[2]), SystemClock(), SystemIds(), settings, KEY, lambda _topics: None
        )
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        poll(office, stop)
        return 0

    children = [fork_child(f"poller {number}", watch) for number in range(int(sys.argv[3]))]
    (folder / "pids.new").write_text(" ".join(str(child.pid) for child in children))
    (folder / "pids.new").rename(folder / "pids")
    signal.sigwait({signal.SIGTERM})
    for child in children:
        child.terminate()
    for child in children:
        child.join(10)


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    main()
