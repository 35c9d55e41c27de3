"""A year of rules runs in a test in seconds, because nothing asks the machine for the time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.guards.hidden_time import hidden_time_findings
from tests.house.places import HOUSE, assert_none, build_tree


def test_the_house_is_handed_its_time_and_randomness() -> None:
    assert_none(hidden_time_findings(HOUSE))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("from datetime import datetime\nx = datetime.now()\n", "datetime.datetime.now"),
        ("import datetime as dt\nx = dt.datetime.utcnow()\n", "datetime.datetime.utcnow"),
        ("from datetime import date\nx = date.today()\n", "datetime.date.today"),
        ("import time\nx = time.time()\n", "time.time"),
        ("from time import time as t\nx = t()\n", "time.time"),
        ("import random\nx = random.choice([1])\n", "random.choice"),
        ("from uuid import uuid4\nx = dict(default=uuid4)\n", "uuid.uuid4"),
        ("import secrets\nx = secrets.token_hex(8).upper()\n", "secrets.token_hex"),
        ("import os\nx = os.urandom(8)\n", "os.urandom"),
    ],
)
def test_the_guard_bites_hidden_time_under_any_name(tmp_path: Path, text: str, name: str) -> None:
    tree = build_tree(tmp_path, {"crm/lead.py": text, "base/clock.py": text, "demo/mail_server.py": text})

    assert hidden_time_findings(tree) == [
        f"crm/lead.py:2: {name} is hidden time or randomness; have it handed in"
    ]


@pytest.mark.parametrize("name", ["monotonic", "sleep", "perf_counter"])
def test_the_guard_bites_a_stopwatch_away_from_the_edges(tmp_path: Path, name: str) -> None:
    text = f"import time\ntime.{name}(1)\n"
    tree = build_tree(tmp_path, {"crm/lead.py": text, "workers/poller.py": text, "mail/imap.py": text})

    findings = hidden_time_findings(tree)

    assert [finding.partition(" belongs")[0] for finding in findings] == [f"crm/lead.py:2: time.{name}"]


def test_times_that_are_computed_pass(tmp_path: Path) -> None:
    text = "from datetime import UTC, datetime\n\ndef f(work):\n    return datetime.fromtimestamp(work.now, UTC)\n"
    tree = build_tree(
        tmp_path, {"crm/lead.py": text, "crm/box.py": "def now(time):\n    return time.time()\n"}
    )

    assert hidden_time_findings(tree) == []
