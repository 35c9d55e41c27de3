"""What the workers of these tests perform; a topic is the path of the test's folder."""

from __future__ import annotations

import signal
from pathlib import Path

PRIVATE = "the mail of anna@customer.test cannot be read"
performed: list[str] = []  # by a worker in the process of the test


def note(topic: str) -> None:
    performed.append(topic)


def fail(topic: str) -> None:
    performed.append(topic)
    raise ValueError(PRIVATE)


def swallow_everything(topic: str) -> None:
    """What a job does that has run out of time, without the wait: the alarm rings inside `except Exception`."""
    performed.append(topic)
    try:
        signal.raise_signal(signal.SIGALRM)
    except Exception:  # noqa: BLE001 - the point of the test
        performed.append("swallowed")


def tell(topic: str) -> None:
    """Say "told" through the test's pipe."""
    _say(topic, "told")


def tell_and_wait(topic: str) -> None:
    """Say "begun", wait to be let go, say "done"."""
    _say(topic, "begun")
    Path(topic, "go").read_text()
    _say(topic, "done")


def hang_once(topic: str) -> None:
    """The first time never come back; after that say "again"."""
    before = Path(topic, "before")
    if before.exists():
        _say(topic, "again")
        return
    before.touch()
    _say(topic, "begun")
    signal.pause()


def _say(topic: str, word: str) -> None:
    with Path(topic, "said").open("w") as pipe:
        pipe.write(f"{word}\n")
