"""A deal on hold wakes on its day by itself, and its wake-up stays what is to do next (OP-4, RN-9)."""

from __future__ import annotations

from datetime import UTC, datetime

from inboxcrm.base.work import Office
from inboxcrm.crm.deals.store import due_to_wake
from inboxcrm.crm.facts import OPPORTUNITY, OPPORTUNITY_ID, select_opportunities
from inboxcrm.crm.forecast import say_commitment
from inboxcrm.crm.hold import hold_opportunity, wake_due
from inboxcrm.crm.opportunity import open_renewal
from inboxcrm.crm.store import open_next_action, opportunity_by_id, waking_boxes_of_contact
from inboxcrm.crm.task import finish_task, snooze_task
from inboxcrm.crm.winning import win_opportunity
from tests.build import HandClock, an_opportunity, day, on_both_databases


@on_both_databases
def test_a_deal_wakes_at_eight_of_its_day_and_not_before(office: Office, clock: HandClock) -> None:
    with office.work("test", actor="user:anna") as work:
        deal = an_opportunity(work)
        hold_opportunity(work, deal, day("2026-12-03"))

    clock.at = datetime(2026, 12, 3, 6, 59, tzinfo=UTC)  # 07:59 in Amsterdam
    assert wake_due(office) == 0
    clock.at = datetime(2026, 12, 3, 7, 0, tzinfo=UTC)
    assert wake_due(office) == 1
    assert wake_due(office) == 0

    with office.work("test", actor="user:anna") as work:
        deal = opportunity_by_id(work.session, deal.id)
        assert deal.wake_on is None
        task = open_next_action(work.session, deal.id)
        assert task.text == "Wake up: Acme 20 standard"
        following = finish_task(work, task)
        assert following.text == "Hold the discovery call"


def test_putting_the_wake_up_off_lets_the_deal_sleep_as_long(office: Office, clock: HandClock) -> None:
    with office.work("test", actor="user:anna") as work:
        deal = an_opportunity(work)
        hold_opportunity(work, deal, day("2026-12-03"))
        snooze_task(work, open_next_action(work.session, deal.id), datetime(2026, 12, 10, 7, tzinfo=UTC))
        assert deal.wake_on == day("2026-12-10")

    clock.at = datetime(2026, 12, 5, tzinfo=UTC)
    assert wake_due(office) == 0


def test_a_renewal_takes_mail_once_it_is_awake(office: Office, clock: HandClock) -> None:
    """RN-9: asleep it is no candidate for mail; by its day it is."""
    with office.work("test", actor="user:anna") as work:
        won = an_opportunity(work)
        win_opportunity(work, won)
        renewal = open_renewal(work, won, wake_on=day("2027-09-24"), ends_on=day("2027-11-23"))

    clock.at = datetime(2027, 9, 24, 9, tzinfo=UTC)
    with office.reading() as session:
        assert due_to_wake(session, clock.now()) == [renewal.id]
    wake_due(office)

    with office.work("test", actor="user:anna") as work:
        renewal = opportunity_by_id(work.session, renewal.id)
        assert renewal.box_id in [
            box.id for box in waking_boxes_of_contact(work.session, renewal.box.contact)
        ]


def test_on_hold_a_deal_is_out_of_weighted_and_commitment(office: Office) -> None:
    """OP-8, "Where the sources disagree": amount times probability, in ten-thousandths; nothing while it sleeps."""
    with office.work("test", actor="user:anna") as work:
        deal = an_opportunity(work)
        deal.amount_minor = 98_000
        say_commitment(work, deal, True)
        work.session.flush()

        def expected() -> tuple[int, bool, bool]:
            names = {key: OPPORTUNITY[key] for key in ("weighted", "is_committed", "is_on_hold")}
            row = work.session.execute(select_opportunities(names).where(deal.id == OPPORTUNITY_ID)).one()
            return row[1], bool(row[2]), bool(row[3])

        assert expected() == (196_0000, True, False)  # 980.00 at 20 %
        hold_opportunity(work, deal, day("2026-12-03"))
        work.session.flush()
        assert expected() == (0, False, True)
