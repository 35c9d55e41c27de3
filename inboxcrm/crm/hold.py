"""Deals on hold: a wake-up date, which is their next action; out of weighted and commit (OP-4, RN-9)."""

from __future__ import annotations

from datetime import date

from inboxcrm.base.errors import IllegalMove, Refused
from inboxcrm.base.work import Office, Work
from inboxcrm.crm import events
from inboxcrm.crm.deals.store import due_to_wake
from inboxcrm.crm.records import Opportunity
from inboxcrm.crm.stages import place_of, stage_of
from inboxcrm.crm.store import opportunity_by_id
from inboxcrm.crm.task import end_hold, replace_next_action, wake_up_at

ACTOR = "ticker"


class NotOnHold(Refused):
    """A deal that sleeps not cannot be woken."""

    def __init__(self, opportunity: Opportunity) -> None:
        super().__init__(
            f"{opportunity.name} is not on hold; it stands on {place_of(opportunity)}. "
            "To put it on hold write such as: hold until 3 dec"
        )


def hold_opportunity(work: Work, opportunity: Opportunity, wake_on: date, reason: str = "") -> None:
    """Put an open deal on hold until a day, or change that day; its next action is the wake-up."""
    if not opportunity.is_open:
        raise IllegalMove(
            f"opportunity {opportunity.name!r}", opportunity.state, "on hold", _ways(opportunity)
        )
    old, opportunity.wake_on = opportunity.wake_on, wake_on
    replace_next_action(work, opportunity, f"Wake up: {opportunity.name}", wake_up_at(work, wake_on))
    work.emit(
        events.OPPORTUNITY_HELD,
        ("opportunity", opportunity.id),
        box_id=opportunity.box_id,
        old=old.isoformat() if old else None,
        new=wake_on.isoformat(),
        reason=reason[:2000],
    )


def _ways(opportunity: Opportunity) -> list[str]:
    return ["an open stage, with the reason"] if opportunity.state == "Closed Lost" else []


def wake_opportunity(work: Work, opportunity: Opportunity) -> None:
    """Wake a deal on a person's word; its next action is that of its stage, due the next business day."""
    if opportunity.wake_on is None:
        raise NotOnHold(opportunity)
    end_hold(work, opportunity)
    replace_next_action(work, opportunity, stage_of(work, opportunity).next_action)


def wake_due(office: Office) -> int:
    """Wake the deals whose day has come; the wake-up stays their next action. Give their number."""
    with office.reading() as session:
        due = due_to_wake(session, office.clock.now())
    for opportunity_id in due:
        with office.work("deal.wake", actor=ACTOR) as work:
            opportunity = opportunity_by_id(work.session, opportunity_id)
            if opportunity.wake_on and wake_up_at(work, opportunity.wake_on) <= work.now:
                end_hold(work, opportunity)
    return len(due)
