"""A process killed at any point leaves the records of an undisturbed run, and no letter twice (V1, V5, V6, S1).

`--kills N` tries more seeds than the thirty of every run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.flows.kills import KINDS, POINTS, choose_kill
from tests.flows.script import play
from tests.flows.snapshot import differences, doubles, snapshot
from tests.flows.stage import Servers, Stage, set_stage

LEASE_S = 1.0
PATIENCE_S = 20.0
Records = dict[str, list[str]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        seeds = range(1, int(metafunc.config.getoption("--kills")) + 1)
        metafunc.parametrize("seed", seeds, ids=[f"seed-{seed}" for seed in seeds])


@contextmanager
def killable(servers: Servers, database: str, tag: str) -> Iterator[Stage]:
    """A stage for a run. Its owner wants no notice of uncertain letters: one that is told would be a difference."""
    with set_stage(servers, database, tag, lease_s=LEASE_S, patience_s=PATIENCE_S) as stage:
        stage.leave_out_rules("letter.uncertain")
        yield stage


@pytest.fixture(scope="session")
def undisturbed(servers: Servers) -> Callable[[str], Records]:
    """Gives what an undisturbed run on a kind of database leaves behind; it is played once a worker."""
    known: dict[str, Records] = {}

    def records_on(database: str) -> Records:
        if database not in known:
            with killable(
                servers, database, f"zq{database[:1]}{len(list(servers.folder.iterdir()))}"
            ) as stage:
                stage.start_parts()
                play(stage)
                assert doubles(stage) == []
                passed = set((stage.folder / "passes").read_text().splitlines())
                named = {f"{process} {point}" for process, points in POINTS.items() for point in points}
                assert named - passed == set(), "the story does not pass these points"
                known[database] = snapshot(stage)
        return known[database]

    return records_on


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
    with killable(servers, kill.database, f"zq{seed}") as stage:
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
