"""The servers of the flow tests, one set for each pytest worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.flows.kills import POINTS
from tests.flows.script import play, set_parts_stage
from tests.flows.snapshot import doubles, snapshot
from tests.flows.stage import Servers, open_servers
from tests.ingest.databases import both

__all__ = ["both"]


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> Iterator[Servers]:
    """Dovecot, an SMTP server and the mother of processes; PostgreSQL is started when first wanted."""
    with open_servers(lambda: request.getfixturevalue("postgres_server")) as running:
        yield running


@pytest.fixture(scope="session")
def undisturbed(servers: Servers) -> Callable[[str], dict[str, list[str]]]:
    """Gives what an undisturbed run on a kind of database leaves behind; it is played once a worker."""
    known: dict[str, dict[str, list[str]]] = {}

    def records_on(database: str) -> dict[str, list[str]]:
        if database not in known:
            tag = f"zq{database[:1]}{len(list(servers.folder.iterdir()))}"
            with set_parts_stage(servers, database, tag) as stage:
                stage.start_parts()
                play(stage)
                assert doubles(stage) == []
                passed = set((stage.folder / "passes").read_text().splitlines())
                named = {f"{process} {point}" for process, points in POINTS.items() for point in points}
                assert named - passed == set(), "the story does not pass these points"
                known[database] = snapshot(stage)
        return known[database]

    return records_on
