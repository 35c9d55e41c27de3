"""The sums of the forecast, by owner and currency: one statement, whole numbers of minor units (MG-3, V9)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from inboxcrm.crm.records import Box, Opportunity

# A ticket's deal counts licences, which are no money (V9): it is nowhere, not even among those without an amount.
_IS_OF_MONEY = or_(Box.kind != "ticket", Opportunity.amount_minor.is_not(None))
# Half up, deal by deal, so that every total is the sum of what is printed above it.
_WEIGHTED = (Opportunity.amount_minor * Opportunity.probability + 50) // 100


def forecast_sums(
    session: Session, first_on: date, until_on: date, since: datetime, until: datetime
) -> list[Any]:
    """Give what each owner's deals come to in each currency: those expected to close on days from `first_on` to before
    `until_on`, and those won from `since` to before `until`, the same span as moments.

    Rows have owner, currency, weighted, best, committed, closed in minor units, how many deals are behind them (deals,
    committed_deals, won), how many of them have no amount (unpriced), and how many open deals have no closing day
    (undated) or one before the span (slipped). A renewal that sleeps is nowhere (RN-9).
    """
    is_open = Opportunity.closed_at.is_(None)
    is_due = and_(is_open, Opportunity.close_on >= first_on, Opportunity.close_on < until_on)
    counts = and_(is_due, Opportunity.wake_on.is_(None))  # what is on hold is best case alone
    is_sure = and_(counts, Opportunity.is_committed)
    is_won = and_(
        Opportunity.state == "Closed Won", Opportunity.closed_at >= since, Opportunity.closed_at < until
    )
    is_undated = and_(is_open, Opportunity.close_on.is_(None))
    is_slipped = and_(is_open, Opportunity.close_on < first_on)
    amount = Opportunity.amount_minor
    query = (
        select(
            Opportunity.owner.label("owner"),
            Opportunity.currency.label("currency"),
            _sum(counts, _WEIGHTED).label("weighted"),
            _sum(is_due, amount).label("best"),
            _sum(is_sure, amount).label("committed"),
            _sum(is_won, amount).label("closed"),
            _sum(is_due, 1).label("deals"),
            _sum(is_sure, 1).label("committed_deals"),
            _sum(is_won, 1).label("won"),
            _sum(and_(is_due, amount.is_(None)), 1).label("unpriced"),
            _sum(is_undated, 1).label("undated"),
            _sum(is_slipped, 1).label("slipped"),
        )
        .join(Box, Box.id == Opportunity.box_id)
        .where(or_(is_open, is_won), ~Box.is_asleep, Box.merged_into.is_(None), _IS_OF_MONEY)
        .group_by(Opportunity.owner, Opportunity.currency)
    )
    return list(session.execute(query.order_by(Opportunity.owner, Opportunity.currency)))


def deals_expected(session: Session, until_on: date) -> list[Any]:
    """Give the open deals that are expected to close before a day, the earliest first; no renewal that sleeps."""
    query = (
        select(
            Opportunity.id.label("deal_id"),
            Opportunity.owner.label("box_owner"),
            Opportunity.name.label("name"),
            Opportunity.box_id.label("box_id"),
            Opportunity.stage.label("stage"),
            Opportunity.state.label("deal_state"),
            Opportunity.probability.label("probability"),
            Opportunity.amount_minor.label("minor"),
            Opportunity.currency.label("currency"),
            Opportunity.close_on.label("close_on"),
            Opportunity.wake_on.label("wake_on"),
            Opportunity.is_committed.label("is_committed"),
        )
        .join(Box, Box.id == Opportunity.box_id)
        .where(Opportunity.closed_at.is_(None), Opportunity.close_on < until_on)
        .where(~Box.is_asleep, Box.merged_into.is_(None), _IS_OF_MONEY)
    )
    return list(session.execute(query.order_by(Opportunity.close_on, Opportunity.id)))


def _sum(condition: Any, value: Any) -> Any:
    return func.coalesce(func.sum(case((condition, value), else_=0)), 0)
