"""What the digests of one moment stand on: each question is asked once, for all their readers (MG-1, MG-2).

A thousand managers are told at the same time; what is asked here costs the same for one of them and for all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from inboxcrm.base.money import Money
from inboxcrm.base.own_time import next_business_day_of, workdays_of, zone_of
from inboxcrm.base.teams import Teams, has_roles
from inboxcrm.crm.absence import stand_in
from inboxcrm.crm.absences.store import absent_at
from inboxcrm.crm.access import OWNERS
from inboxcrm.crm.briefing.store import (
    climbing_questions,
    events_between,
    late_first_contacts,
    owed_answers,
    stagnant_deals,
    tasks_for_briefing,
)
from inboxcrm.crm.expected.store import deals_expected
from inboxcrm.outbox.bursts.store import asked_bursts
from inboxcrm.reports.digests.happenings import KINDS
from inboxcrm.reports.forecast import Figures, Period, at_stated_rate, sums_of_period
from inboxcrm.reports.trouble import Trouble

if TYPE_CHECKING:
    from inboxcrm.base.settings import User
    from inboxcrm.base.work import Work
    from inboxcrm.outbox.bursts.records import Burst

QUIET_DAYS = 7
A_DAY_AND_A_HALF = timedelta(hours=36)


class Ground:
    """The answers to what digests ask, for the users to whom one firing of a rule writes."""

    def __init__(
        self,
        work: Work,
        *,
        findings: Sequence[str] = (),
        since: datetime | None = None,
        ahead: timedelta = A_DAY_AND_A_HALF,
    ) -> None:
        """Begin to look; nothing is asked yet.

        `findings` are faults of rule files, `since` where "lately" begins, `ahead` how far tasks are looked at.
        """
        self.work, self.session, self.settings, self.now = work, work.session, work.settings, work.now
        self.findings = list(findings)
        self.since = since or work.now - timedelta(days=1)
        self._ahead = ahead
        self.users = {user.key: user for user in work.settings.user}
        self._sums: dict[str, dict[str, Figures]] = {}
        self._expected: dict[str, dict[str | None, list[Any]]] = {}
        self._led: dict[str, frozenset[str] | None] = {}

    def today(self, user: User) -> date:
        """Give the day that it is where a user works."""
        return self.now.astimezone(zone_of(self.settings, user)).date()

    def end_of(self, day: date, user: User) -> datetime:
        """Give the end of a day where a user works, as aware UTC."""
        return datetime.combine(day + timedelta(days=1), time(0), zone_of(self.settings, user)).astimezone(
            UTC
        )

    def tomorrow(self, user: User) -> date:
        """Give the next day that a user works."""
        return workdays_of(self.settings, user).next_workday(self.today(user))

    @cached_property
    def _away(self) -> dict[str, str]:
        """Who stands in for whom: the key of who is away, and the key of who does his work."""
        found = {}
        for key in absent_at(self.session, self.now):
            if user := self.users.get(key):
                found[key] = stand_in(self.session, self.settings, user, self.now).key
        return found

    def own(self, user: User) -> frozenset[str]:
        """Give the keys of a user and of those for whom he stands in now."""
        return frozenset({user.key, *self._stood_in_for.get(user.key, ())})

    @cached_property
    def _stood_in_for(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for key, deputy in self._away.items():
            found.setdefault(deputy, []).append(key)
        return found

    @cached_property
    def teams(self) -> Teams:
        """Who leads whom."""
        return Teams(self.settings)

    @cached_property
    def _two_owners(self) -> list[str]:
        return [one.key for one in self.settings.user if one.role in OWNERS][:2]

    def colleague_of(self, user: User) -> str | None:
        """Give the key of somebody else who may have leads and deals, for an example."""
        return next((key for key in self._two_owners if key != user.key), None)

    def person(self, key: str) -> str:
        """Give who does somebody's work: his name, or who stands in for him."""
        user, deputy = self.users.get(key), self.users.get(self._away.get(key, key))
        if user is None or deputy is None:
            return key
        return user.name if user is deputy else f"{deputy.name} (for {user.name}, who is away)"

    def led(self, user: User) -> frozenset[str] | None:
        """Give whose work a user looks after: a director everybody's (None), a lead his team's, a rep his own."""
        if user.key not in self._led:
            self._led[user.key] = self._led_by(user)
        return self._led[user.key]

    def _led_by(self, user: User) -> frozenset[str] | None:
        if user.role == "sales_director" or (user.role == "team_lead" and not has_roles(self.settings)):
            return None
        return self.teams.led_by(user) | self.own(user) if user.role == "team_lead" else self.own(user)

    def sight(self, user: User) -> Callable[[Any], bool]:
        """Give what tells whether a user may see the box of a row, by its owner (MG-6).

        It lets nobody see more than `sales/access.py` does, and asks nothing of the database.
        """
        led = self.led(user)
        if led is None or not has_roles(self.settings):
            return lambda row: True
        is_lead = user.role == "team_lead"
        return lambda row: row.box_owner in led or (is_lead and row.box_owner is None)

    @cached_property
    def tasks(self) -> dict[str, list[Any]]:
        """All that is to do by the next business day, and what is to be filed, by whose it is; the earliest first."""
        found = defaultdict(list)
        for row in tasks_for_briefing(self.session, self.now + self._ahead, self.users):
            found[row.owner].append(row)
        return found

    @cached_property
    def _tasks_on(self) -> dict[str | None, list[Any]]:
        return _by_owner(row for rows in self.tasks.values() for row in rows)

    def tasks_seen(self, user: User) -> list[Any]:
        """Give the tasks that a user may see, whoever is to do them: his own, and those on boxes that he sees."""
        led, own = self.led(user), self.own(user)
        if led is None or not has_roles(self.settings):
            found = [row for rows in self.tasks.values() for row in rows]
        else:
            owners = [*led, None] if user.role == "team_lead" else list(led)
            on_boxes = [row for owner in owners for row in self._tasks_on.get(owner, ())]
            found = on_boxes + [row for key in own for row in self.tasks.get(key, ())]
        return sorted({row.id: row for row in found}.values(), key=lambda row: (row.due_at, row.id))

    @cached_property
    def owed(self) -> dict[str | None, list[tuple[Any, datetime]]]:
        """Whom we owe an answer, with by when, by who has the box; first contacts have a clock of their own (LD-6)."""
        found = defaultdict(list)
        for row in owed_answers(self.session):
            if row.lead_state in ("New", "Assigned") and row.answered_at is None and row.deal_id is None:
                continue
            owner = self.users.get(row.box_owner or "")
            due_at = row.due_at or next_business_day_of(self.settings, owner, row.asked_at)
            found[row.box_owner].append((row, due_at))
        return found

    @cached_property
    def late_contacts(self) -> dict[str | None, list[Any]]:
        """The leads that nobody has answered in time, by who has them."""
        return _by_owner(late_first_contacts(self.session, self.now))

    @cached_property
    def stagnant(self) -> dict[str | None, list[Any]]:
        """The open deals on which nothing moves, by who has them."""
        return _by_owner(stagnant_deals(self.session, self.now, self.now - timedelta(days=QUIET_DAYS)))

    @cached_property
    def climbing(self) -> dict[str | None, list[Any]]:
        """The technical questions that were passed on, by who has the box."""
        return _by_owner(climbing_questions(self.session))

    @cached_property
    def happened(self) -> dict[str | None, list[Any]]:
        """What happened in the last day and a half, by who has the box; each reader takes what is of his day."""
        since = self.now - A_DAY_AND_A_HALF
        return _by_owner(events_between(self.session, KINDS, since, self.now + timedelta(seconds=1)))

    @cached_property
    def bursts(self) -> list[Burst]:
        """The letters of rules that a manager has to release or drop, by rule; the oldest first."""
        return asked_bursts(self.session)

    @cached_property
    def trouble(self) -> Trouble:
        """What went wrong with mail and machines."""
        return Trouble.of(self.work, self.since)

    def sums(self, period: Period) -> dict[str, Figures]:
        """Give the forecast of a period by owner."""
        if period.name not in self._sums:
            self._sums[period.name] = sums_of_period(self.session, self.settings, period)
        return self._sums[period.name]

    def expected(self, period: Period) -> dict[str | None, list[Any]]:
        """Give the open deals that should close by the end of a period, or should have before, by owner."""
        if period.name not in self._expected:
            self._expected[period.name] = _by_owner(deals_expected(self.session, period.until_on))
        return self._expected[period.name]

    def of(self, rows: dict[str | None, list[Any]], owners: Iterable[str] | None) -> list[Any]:
        """Give the rows of these owners, or of all; with somebody's team also what nobody owns."""
        if owners is None:
            return [row for found in rows.values() for row in found]
        return [row for owner in (*sorted(owners), None) for row in rows.get(owner, ())]

    def value(self, row: Any) -> Decimal:
        """Give what the deal of a row is worth in the company's currency, for the order of lines alone."""
        if row.minor is None or row.currency is None:
            return Decimal(0)
        return at_stated_rate(self.settings, Money(row.minor, row.currency)).amount


def _by_owner(rows: Iterable[Any]) -> dict[str | None, list[Any]]:
    found: dict[str | None, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.box_owner].append(row)
    return found
