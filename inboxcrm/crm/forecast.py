"""What is expected of a deal, as its rep says: probability, commitment, amount, closing day (OP-8, OP-10)."""

from __future__ import annotations

from datetime import date

from inboxcrm.base.errors import Refused
from inboxcrm.base.money import Money
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.records import Opportunity
from inboxcrm.crm.stages import place_of


class DealOver(Refused):
    """Nothing more is expected of a closed deal."""

    def __init__(self, opportunity: Opportunity) -> None:
        again = "; open it again with: stage negotiation: why" if opportunity.state == "Closed Lost" else ""
        super().__init__(f"{opportunity.name} is {place_of(opportunity)}{again}")


def say_probability(work: Work, opportunity: Opportunity, percent: int, reason: str) -> int:
    """Set the probability by hand, with its reason, until the stage changes; give the old one."""
    _check_open(opportunity)
    if not 0 <= percent <= 100:
        raise Refused(
            f"{percent} is no probability; it is 0 to 100, such as: probability 70: they told me so"
        )
    if not reason.strip():
        raise Refused(f"say why, such as: probability {percent}: they told me so")
    old, opportunity.probability = opportunity.probability, percent
    opportunity.probability_why = reason[:2000]
    _changed(work, opportunity, "probability", old, percent, reason=reason[:2000])
    return old


def say_commitment(work: Work, opportunity: Opportunity, is_committed: bool) -> bool:
    """Mark a deal as one by which its rep stands, or no more; tell whether that is new."""
    _check_open(opportunity)
    old, opportunity.is_committed = opportunity.is_committed, is_committed
    if old != is_committed:
        _changed(work, opportunity, "commit", old, is_committed)
    return old != is_committed


def say_amount(work: Work, opportunity: Opportunity, amount: Money) -> Money | None:
    """Set what a deal is worth, net; give what it was."""
    _check_open(opportunity)
    minor, currency = opportunity.amount_minor, opportunity.currency
    old = Money(minor, currency) if minor is not None else None
    opportunity.amount_minor, opportunity.currency = amount.minor, amount.currency
    _changed(work, opportunity, "amount", str(old) if old else None, str(amount))
    return old


def say_close_day(work: Work, opportunity: Opportunity, day: date) -> date | None:
    """Set the day on which a deal is expected to close; give the old one."""
    _check_open(opportunity)
    old, opportunity.close_on = opportunity.close_on, day
    _changed(work, opportunity, "close_on", old.isoformat() if old else None, day.isoformat())
    return old


def continue_opportunity(work: Work, opportunity: Opportunity, reason: str) -> None:
    """Note why a quiet deal goes on; that counts as activity (OP-10)."""
    _check_open(opportunity)
    if not reason.strip():
        raise Refused("say why it goes on, such as: continue: they decide in January")
    old, opportunity.box.last_activity_at = opportunity.box.last_activity_at, work.now
    work.emit(
        events.OPPORTUNITY_CONTINUED,
        ("opportunity", opportunity.id),
        box_id=opportunity.box_id,
        reason=reason[:2000],
        quiet_since=old.isoformat(),
    )


def _check_open(opportunity: Opportunity) -> None:
    if not opportunity.is_open:
        raise DealOver(opportunity)


def _changed(
    work: Work, opportunity: Opportunity, field: str, old: object, new: object, reason: str = ""
) -> None:
    work.emit(
        events.OPPORTUNITY_CHANGED,
        ("opportunity", opportunity.id),
        box_id=opportunity.box_id,
        field=field,
        old=old,
        new=new,
        reason=reason,
    )
