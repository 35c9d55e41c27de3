"""The manager hears by mail of a mailbox that cannot be opened, once for each time, by a way that works (I15)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office, Work
from inboxcrm.outbox.records import Letter
from inboxcrm.outbox.render import render_body
from inboxcrm.outbox.sign_in_letter import tell_of_sign_in
from tests.build import HOUSE

OTHER = "support@kestrel.example"


def told(work: Work, account: str, times: int = 1) -> list[Letter]:
    for _ in range(times):
        event = work.emit("account.needs_auth", ("account", 0), account=account, reason="invalid_grant")
        work.session.flush()
        tell_of_sign_in(work, event)
        tell_of_sign_in(work, event)
    return list(work.session.scalars(select(Letter).order_by(Letter.id)))


def test_the_first_manager_is_told_once_for_each_time(work: Work) -> None:
    house, personal = (account.address for account in work.settings.account)

    letters = told(work, personal, times=2)

    manager = work.settings.manager.key
    assert [(one.account, one.user, one.is_outside) for one in letters] == [(house, manager, False)] * 2
    assert letters[0].subject == f"The mailbox {personal} cannot be opened"
    text, _ = render_body(letters[0].template, letters[0].facts)
    assert "> invalid_grant" in text
    assert "right password" in text


@pytest.mark.parametrize(("accounts", "way"), [(1, HOUSE), (2, OTHER)])
def test_it_leaves_by_another_shared_account_where_there_is_one(
    make_office: Callable[[Settings], Office], settings: Settings, accounts: int, way: str
) -> None:
    house = settings.account[0].model_copy(update={"auth": "oauth"})
    other = settings.account[0].model_copy(update={"address": OTHER})
    shared: tuple[Any, ...] = (house, other)[:accounts]
    office = make_office(settings.model_copy(update={"account": (*shared, settings.account[1])}))
    with office.work("test", actor="system") as work:
        [letter] = told(work, HOUSE)
        assert letter.account == way
        assert f"inboxcrm login {HOUSE}" in render_body(letter.template, letter.facts)[0]


def test_with_no_other_shared_account_it_leaves_from_the_managers_own_mailbox(
    make_office: Callable[[Settings], Office], settings: Settings
) -> None:
    """One that works is better than one that waits to be mended."""
    manager = settings.manager
    personal = settings.account[1].model_copy(update={"user": manager.key, "address": manager.address})
    office = make_office(settings.model_copy(update={"account": (settings.account[0], personal)}))
    with office.work("test", actor="system") as work:
        [letter] = told(work, HOUSE)

    assert letter.account == manager.address


def test_a_letter_that_leaves_from_that_very_account_does_not_say_that_nothing_does(work: Work) -> None:
    """Reading and sending may have sign-ins of their own, as where only the one password has changed."""
    house = work.settings.house_account.address
    [letter] = told(work, house)

    assert letter.account == house
    for body in render_body(letter.template, letter.facts):
        assert "nothing in it is read" in body
        assert "nothing leaves from it" not in " ".join(body.split())


def test_an_account_that_is_configured_no_more_is_let_be(work: Work) -> None:
    assert told(work, "gone@kestrel.example") == []
