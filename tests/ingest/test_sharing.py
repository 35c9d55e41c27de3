"""Pollers on several machines share the accounts fairly, also one that starts later (by the database's clock)."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from sqlalchemy import Engine

from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office
from inboxcrm.ingest.lease import hand_over, leave_sharing, release_lease, renew_leases, take_lease
from inboxcrm.ingest.sharing import fair_shares, surplus_of
from tests.ingest.building import ask, make_office, server, settings_values, write


def settings_of(accounts: int) -> Settings:
    logins = {"imap": server(), "smtp": server()}
    many = [{"address": f"box{number}@kestrel.test", **logins} for number in range(accounts)]
    return Settings.model_validate(settings_values() | {"account": many})


@dataclass(slots=True)
class Machine:
    """A poller, move by move: it says that it lives, hands over what is too much, and takes what it may."""

    name: str
    office: Office
    held: set[str] = field(default_factory=set)

    def keep_to_share(self) -> None:
        """What it does three times in the life of a lease."""
        renew_leases(self.office, self.name, self.held)
        for account in self.accounts()[: surplus_of(self.office, self.name)]:
            self.held.discard(account.address)
            hand_over(self.office, account, self.name)

    def look(self) -> None:
        """What it does at each look: it asks for every account that it does not read."""
        for account in self.office.settings.account:
            if account.address not in self.held and take_lease(self.office, account, self.name):
                self.held.add(account.address)

    def end(self) -> None:
        for account in self.accounts():
            release_lease(self.office, account, self.name)
        leave_sharing(self.office, self.name)

    def accounts(self) -> list:
        return [one for one in self.office.settings.account if one.address in self.held]


def parts(*machines: Machine) -> list[int]:
    return [len(machine.held) for machine in machines]


def round_of(*machines: Machine) -> None:
    for machine in machines:
        machine.keep_to_share()
    for machine in machines:
        machine.look()


@pytest.mark.parametrize(
    ("accounts", "ends"), [(1, [1, 0, 0]), (2, [1, 1, 0]), (4, [2, 1, 1]), (10, [4, 3, 3]), (12, [4, 4, 4])]
)
def test_pollers_that_start_one_after_the_other_come_to_equal_parts(
    both: Engine, accounts: int, ends: list[int]
) -> None:
    """Each newcomer has its part after three rounds, of 15 s by default; after each all accounts are read."""
    office = make_office(both, settings=settings_of(accounts))
    first, second, third = (Machine(name, office) for name in ("a:1", "b:1", "c:1"))
    round_of(first)
    assert parts(first) == [accounts]

    round_of(first, second)
    round_of(first, second)
    assert parts(first, second) == [accounts - accounts // 2, accounts // 2]
    for _ in range(3):
        round_of(first, second, third)
        assert sum(parts(first, second, third)) == accounts
    assert parts(first, second, third) == ends

    round_of(first, second, third)
    assert parts(first, second, third) == ends  # what is fair is left alone
    assert len(first.held | second.held | third.held) == accounts


def test_what_a_poller_leaves_is_shared_among_the_others(both: Engine) -> None:
    office = make_office(both, settings=settings_of(6))
    first, second, third = machines = [Machine(name, office) for name in ("a:1", "b:1", "c:1")]
    for _ in range(3):
        round_of(*machines)
    assert parts(*machines) == [2, 2, 2]

    third.end()
    round_of(first, second)
    assert sum(parts(first, second)) == 6
    round_of(first, second)
    assert parts(first, second) == [3, 3]


def test_what_a_dead_poller_held_is_shared_when_its_leases_end(engine: Engine) -> None:
    """P11: its name counts no longer than its leases do."""
    office = make_office(engine, settings=settings_of(6))
    first, second, _ = machines = [Machine(name, office) for name in ("a:1", "b:1", "c:1")]
    for _ in range(3):
        round_of(*machines)
    round_of(first, second)
    assert parts(first, second) == [2, 2]

    write(engine, "update poller set until = until - 45000000 where name = 'c:1'")
    write(engine, "update account set lease_until = lease_until - 45000000 where lease_owner = 'c:1'")
    round_of(first, second)
    assert parts(first, second) == [3, 3]


def test_what_nobody_with_room_takes_is_taken_by_another_after_three_looks(engine: Engine) -> None:
    """A newcomer that cannot open a mailbox does not keep the others from it."""
    office = make_office(engine, settings=settings_of(2))
    first, blind = Machine("a:1", office), Machine("b:1", office)
    round_of(first)
    blind.keep_to_share()
    first.keep_to_share()
    first.look()
    assert parts(first) == [1]  # the other one is left to the newcomer

    write(engine, "update account set lease_until = lease_until - 16000000 where lease_owner is null")
    [free] = [one for one in office.settings.account if one.address not in first.held]
    lease = take_lease(office, free, "a:1")
    assert lease
    assert lease.is_stopgap


def test_what_was_handed_over_is_renewed_by_nobody(engine: Engine) -> None:
    """V1: its former holder cannot go on by a late renewal."""
    office = make_office(engine, settings=settings_of(2))
    first, second = Machine("a:1", office), Machine("b:1", office)
    round_of(first)
    former = set(first.held)
    second.keep_to_share()
    first.keep_to_share()
    renew_leases(office, "a:1", former)

    assert ask(engine, "select count(*) from account where lease_owner = 'a:1'") == [(1,)]


def test_as_little_as_possible_changes_hands() -> None:
    """Who holds most keeps one more where it does not come out even."""
    assert fair_shares({"a", "b", "c"}, {"c": 5, "b": 1}, 7) == {"a": 2, "b": 2, "c": 3}
    assert fair_shares({"a"}, {}, 3) == {"a": 3}
    assert fair_shares({"a", "b"}, {"a": 3}, 0) == {"a": 0, "b": 0}
