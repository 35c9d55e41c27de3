"""A process killed at any point leaves the records of an undisturbed run, and no letter twice (V1, V5, V6, S1).

`--kills N` tries more seeds than the thirty of every run.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.flows.kills import KINDS, choose_kill
from tests.flows.script import play, set_parts_stage
from tests.flows.snapshot import differences, doubles, snapshot
from tests.flows.stage import Servers

Records = dict[str, list[str]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        seeds = range(1, int(metafunc.config.getoption("--kills")) + 1)
        metafunc.parametrize("seed", seeds, ids=[f"seed-{seed}" for seed in seeds])


@pytest.mark.parametrize("database", KINDS)
def test_the_undisturbed_run_ends_with_a_closed_order(
    undisturbed: Callable[[str], Records], database: str
) -> None:
    """What the kills are compared with is the story's right end: 20 x 49.00, 21 % VAT, 1185.80 paid."""
    records = undisturbed(database)

    assert records["payments"] == ["1 x 118580 | EUR | fred"]
    assert [line.split(" | ")[:4] for line in records["documents"]] == [
        ["1 x invoice", "I-2025-0001", "1", "paid"],
        ["1 x order", "O-2025-0001", "1", "closed"],
        ["1 x quote", "Q-2025-0001", "1", "accepted"],
    ]
    assert records["quarantine"] == []
    ours = [line for name, lines in records.items() if name != "inboxes" for line in lines]
    assert not any("Sunday" in line for line in ours)  # the rep's private mail (V11)


def test_a_killed_process_leaves_no_trace(
    servers: Servers,
    undisturbed: Callable[[str], Records],
    seed: int,
    record_property: Callable[[str, object], None],
) -> None:
    """SIGKILL at a point that the seed chooses; the process is started again, and all ends as if nothing was."""
    kill = choose_kill(seed)
    expected = undisturbed(kill.database)
    began = time.monotonic()
    with set_parts_stage(servers, kill.database, f"zq{seed}") as stage:
        (stage.folder / "kill").write_text(f"{kill.process} {kill.point} {kill.passing}")
        stage.start_parts()
        try:
            play(stage)
            has_bitten = (stage.folder / "killed").exists()
            told = f"{kill}: {'bit' if has_bitten else 'did not happen'}, {time.monotonic() - began:.1f} s"
            record_property("kill", told)
            found, twice = snapshot(stage), doubles(stage)
        except AssertionError as error:
            raise AssertionError(f"{kill}: {error}") from error

    assert differences(found, expected) == [], str(kill)
    assert twice == [], str(kill)
