"""By when one of us answers a lead: the next business day of the rep's own calendar, a big one the same day (LD-6)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from inboxcrm.base.own_time import next_business_day_of, same_day_of
from inboxcrm.crm.big_lead import is_big
from inboxcrm.crm.first_contacts.store import begin_clock

if TYPE_CHECKING:
    from inboxcrm.base.settings import User
    from inboxcrm.base.work import Work
    from inboxcrm.crm.records import Lead


def first_contact_due(work: Work, lead: Lead, user: User | None) -> datetime:
    """Give by when a user must have answered a lead, counted from when it came, as aware UTC."""
    due_of = same_day_of if is_big(work.settings.leads.big_from, lead) else next_business_day_of
    return due_of(work.settings, user, lead.created_at)


def watch_first_contact(work: Work, lead: Lead) -> None:
    """Begin the clock of a lead that nobody has answered, by the calendar of the rep who has it first."""
    if lead.answered_at is None:
        work.session.flush()
        due_at = first_contact_due(work, lead, work.settings.user_by_key(lead.owner or ""))
        begin_clock(work.session, lead.id, due_at)
