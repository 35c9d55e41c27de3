"""The servers of the flow tests, one set for each pytest worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.flows.stage import Servers, open_servers


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> Iterator[Servers]:
    """Dovecot, an SMTP server and the mother of processes; PostgreSQL is started when first wanted."""
    with open_servers(lambda: request.getfixturevalue("postgres_server")) as running:
        yield running
