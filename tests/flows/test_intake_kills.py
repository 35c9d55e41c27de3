"""A poller killed at any point of intake leaves what an undisturbed one does: every mail once, every effect once.

V1, V2, I1. `--intake-kills N` tries more seeds, `--mails N` a bigger mailbox.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.flows.intake_run import Mailboxes, a_run, lay_mailboxes
from tests.flows.kills import KINDS
from tests.flows.snapshot import differences
from tests.flows.stage import Servers

SIX = (
    "folder.before_commit",
    "folder.after_commit",
    "poller.fetched",
    "intake.before_commit",
    "intake.after_commit",
    "intake.leave_out.after_commit",
)
Records = dict[str, list[str]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        seeds = range(1, int(metafunc.config.getoption("--intake-kills")) + 1)
        metafunc.parametrize("seed", seeds, ids=[f"seed-{seed}" for seed in seeds])


@pytest.fixture(scope="module")
def mailboxes(servers: Servers, request: pytest.FixtureRequest) -> Iterator[Mailboxes]:
    """The mailboxes that every run of this file reads."""
    boxes = lay_mailboxes(servers, int(request.config.getoption("--mails")), ".intake")
    yield boxes
    boxes.close()


@pytest.fixture(scope="module")
def undisturbed(mailboxes: Mailboxes, sqlite_template: Path) -> Callable[[str], Records]:
    """Gives the records of an undisturbed run on a kind of database."""

    def records_on(kind: str) -> Records:
        if kind not in mailboxes.known:
            with a_run(mailboxes, kind, f"plain{kind[:1]}", sqlite_template) as run:
                run.start()
                run.settle()
                mailboxes.known[kind] = run.records()
                mailboxes.passings = run.passed()
                assert set(SIX) <= mailboxes.passings.keys()
                assert set(run.ledger_differences()) == {0}
        return mailboxes.known[kind]

    return records_on


def kill_and_compare(
    mailboxes: Mailboxes, expected: Records, template: Path, *, kind: str, point: str, passing: int, name: str
) -> bool:
    """Read the mailboxes with one kill; tell whether it bit."""
    with a_run(mailboxes, kind, name, template) as run:
        (run.folder / "kill").write_text(f"poll {point} {passing}")
        run.start()
        run.settle()
        told = f"{point}, passing {passing}, on {kind}"

        assert "\n".join(differences(run.records(), expected)) == "", told
        assert set(run.ledger_differences()) == {0}, told
        return (run.folder / "killed").exists()


def test_what_the_kills_are_compared_with_is_right(
    mailboxes: Mailboxes, undisturbed: Callable[[str], Records]
) -> None:
    """Every mail has its place; one is in quarantine, private mail has no content, and a stranger made one lead."""
    records = undisturbed("sqlite")

    counts = [int(line.partition(" x ")[0]) for line in records["locations"]]
    assert sum(counts) == len(mailboxes.mails) - 1
    assert [line.split(" | ")[1:] for line in records["quarantine"]] == [["parse", "0"]]
    assert not any("Sunday" in line for lines in records.values() for line in lines)
    assert [line for line in records["leads"] if "To many" in line] == ["1 x To many | Assigned | Email | 0"]
    assert len([line for line in records["leads"] if "Matter" in line]) == len(
        [mail for mail in mailboxes.mails if b"Subject: Matter" in mail.raw]
    )


@pytest.mark.parametrize("point", SIX)
def test_a_kill_at_each_point_of_intake_changes_nothing(
    mailboxes: Mailboxes, undisturbed: Callable[[str], Records], sqlite_template: Path, point: str
) -> None:
    """The first passing of each of the six points."""
    expected = undisturbed("sqlite")
    name = f"six{SIX.index(point)}"

    assert kill_and_compare(
        mailboxes, expected, sqlite_template, kind="sqlite", point=point, passing=1, name=name
    )


def test_a_kill_anywhere_changes_nothing(
    mailboxes: Mailboxes,
    undisturbed: Callable[[str], Records],
    sqlite_template: Path,
    seed: int,
    record_property: Callable[[str, object], None],
) -> None:
    """The seed chooses the point, which of its passings, and the database, of which every sixth is PostgreSQL."""
    kind = KINDS[seed % 6 == 0]
    expected = undisturbed(kind)
    chance = random.Random(seed)
    point = chance.choice(sorted(set(mailboxes.passings) - {"lease.before_commit"}))
    passing = chance.randint(1, mailboxes.passings[point])

    has_bitten = kill_and_compare(
        mailboxes, expected, sqlite_template, kind=kind, point=point, passing=passing, name=f"kill{seed}"
    )

    record_property(
        "intake kill", f"{seed}: {point} {passing} on {kind}: {'bit' if has_bitten else 'passed by'}"
    )
