"""The shop of these tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office
from inboxcrm.rules.book import RuleBook
from tests.build import HandClock
from tests.commands.shop import STARTER, Shop


@pytest.fixture
def shop(office: Office, clock: HandClock) -> Shop:
    return Shop(office, clock, RuleBook(STARTER).open())


@pytest.fixture
def make_shop(make_office: Callable[[Settings], Office], clock: HandClock) -> Callable[[Settings], Shop]:
    """The shop with other settings, on the same database."""
    return lambda settings: Shop(make_office(settings), clock, RuleBook(STARTER).open())
