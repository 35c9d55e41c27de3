"""By when a customer's mail must be answered: the next business day of whoever has it, a big one's the same day (EM-6).

It counts as LD-6 does: by the same clock time of the next day that the owner works, in his zone and calendar. A deal
is big by its amount, a lead by what it names (`[leads] big_from`). The clock runs from the first mail that nobody has
answered; mere thanks begin none. The first answer to a new lead has a clock of its own (`first_contact.py`).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from inboxcrm.base.money import Money
from inboxcrm.base.own_time import next_business_day_of, same_day_of
from inboxcrm.crm.big_lead import is_big
from inboxcrm.crm.owed.store import clock_of_box, set_clock
from inboxcrm.crm.store import box_by_id, lead_of_box, opportunity_of_box

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings, User
    from inboxcrm.base.work import Event, Work
    from inboxcrm.crm.records import Box


def watch_answer(work: Work, event: Event) -> None:
    """Begin the clock of a box whose customer has written, unless it runs already."""
    if event.box_id is None:
        return
    box = box_by_id(work.session, event.box_id)
    asked_at, wrote_at = box.last_inbound_at, box.last_outbound_at
    if not box.is_open or asked_at is None or (wrote_at is not None and wrote_at >= asked_at):
        return
    clock = clock_of_box(work.session, box.id)
    if clock is not None and (wrote_at is None or wrote_at < clock.asked_at):
        return
    owner = work.settings.user_by_key(box.owner or "")
    due_at = answer_due(work.settings, owner, asked_at, is_big=is_big_matter(work, box))
    set_clock(work.session, box.id, asked_at, due_at)


def answer_due(settings: Settings, owner: User | None, asked_at: datetime, *, is_big: bool) -> datetime:
    """Give by when a mail of this moment must be answered, as aware UTC."""
    return (same_day_of if is_big else next_business_day_of)(settings, owner, asked_at)


def is_big_matter(work: Work, box: Box) -> bool:
    """Tell whether a lead or deal is big: by its amount, or by what the lead named from which it came."""
    big_from = work.settings.leads.big_from
    deal = opportunity_of_box(work.session, box.id)
    if deal is not None and deal.amount_minor is not None and big_from.amount is not None:
        return Money(deal.amount_minor, deal.currency).amount >= big_from.amount
    lead = lead_of_box(work.session, box.id)
    return lead is not None and is_big(big_from, lead)
