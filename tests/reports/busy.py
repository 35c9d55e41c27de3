"""A busy sales team: deals in all conditions, for the tests of digests."""

from __future__ import annotations

from datetime import timedelta

from inboxcrm.base.money import Money
from inboxcrm.base.work import Work
from inboxcrm.crm.first_contacts.records import FirstContact
from inboxcrm.crm.first_contacts.store import begin_clock
from inboxcrm.crm.forecast import say_amount, say_close_day, say_commitment
from inboxcrm.crm.lead import assign_lead
from inboxcrm.crm.opportunity import move_stage
from inboxcrm.crm.task import add_task
from tests.build import a_lead, an_opportunity, day

NAMES = ("Brouwer Bouw, 20 licences", "Dune Hotels <b>renewal</b>", "Acme “Retail” migration", "Zilt B.V.")


def fill(work: Work) -> None:
    """Four deals of Anna's, a late lead of Carl's and a question to Maria."""
    for number, name in enumerate(NAMES):
        deal = an_opportunity(work, f"bob@firm{number}.example", name)
        say_amount(work, deal, Money((number * 7 + 3) * 123_450, "EUR"))
        say_close_day(work, deal, day(("2026-11-27", "2026-11-30", "2026-12-18", "2027-02-01")[number]))
        say_commitment(work, deal, number == 1)
        move_stage(work, deal, ("Presentation", "Quote", "Negotiation", "Quote")[number])
        deal.box.last_inbound_at = work.now - timedelta(days=number + 1)
        deal.box.last_outbound_at = None if number < 2 else work.now
        deal.box.last_activity_at = work.now - timedelta(days=9 * number)
        rule = ("quiet-opportunity", "1 (2026-11-22)") if number % 2 else ("new-lead", "2 (2026-11-22)")
        add_task(
            work, deal.box, "follow-up", f"Call about point {number}", owner="anna",
            due_at=work.now - timedelta(hours=30 * number - 4), why="An open deal is never left alone.", rule=rule,
        )  # fmt: skip
    lead = a_lead(work, "eve@late.example", "We need prices, please")
    assign_lead(work, lead, "carl")
    work.session.flush()
    begin_clock(work.session, lead.id, work.now - timedelta(hours=3))
    work.session.get_one(FirstContact, lead.id).due_at = work.now - timedelta(hours=3)
    add_task(
        work, lead.box, "question", "Is eve@late.example the Eve of Beta?", owner="maria", due_at=work.now,
        why="Asked, never assumed.", question={"act": "alias"},
    )  # fmt: skip
    add_task(work, lead.box, "filing", "Where does “Re: prices” belong?", owner="anna", due_at=work.now)
    work.session.flush()
