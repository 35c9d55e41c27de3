"""`open_renewal`: makes the renewal of a won deal, asleep until its lead time (RN-9)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.months import months_later
from inboxcrm.base.spelled import spell_day
from inboxcrm.base.work import Work
from inboxcrm.crm.opportunity import open_renewal
from inboxcrm.crm.store import opportunity_by_id
from inboxcrm.rules.actions.shape import Occasion, Verb
from inboxcrm.rules.ground import Ground, Wrong
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType

if TYPE_CHECKING:
    from inboxcrm.crm.records import Opportunity


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    if occasion.subject_kind != "opportunity":
        raise Refused("only an opportunity can be renewed")
    won = opportunity_by_id(work.session, occasion.subject_id)
    months = arguments.get("months", work.settings.sales.renewal_term_months)
    if not isinstance(months, int):
        raise Refused("a renewal needs `months` as a number")
    today = work.now.astimezone(work.settings.company.zone).date()
    ends_on = months_later(_begins_on(won, today), months)
    wake_on = _wakes_on(ends_on, arguments)
    renewal = open_renewal(work, won, wake_on=wake_on, ends_on=ends_on)
    return f"opened {renewal.name!r}, asleep until {spell_day(wake_on)}"


def _begins_on(won: Opportunity, today: date) -> date:
    """Give when the term begins: a renewal that is won before the old term is over joins on to it (RN-9)."""
    if won.kind == "renewal" and won.close_on and won.close_on > today:
        return won.close_on
    return today


def _wakes_on(ends_on: date, arguments: Mapping[str, object]) -> date:
    lead, months = arguments.get("before"), arguments.get("months_before")
    if isinstance(lead, timedelta):
        return ends_on - lead
    if not isinstance(months, int):
        raise Refused("a renewal needs `before` as a duration, or `months_before` as a number")
    return months_later(ends_on, -months)


def _check(ground: Ground, arguments: Mapping[str, object]) -> list[Wrong]:
    if ("before" in arguments) == ("months_before" in arguments):
        what = "'open_renewal' needs 'before' or 'months_before', one of them"
        return [Wrong("action", what, 'write before = "60 days"')]
    return []


VERB = Verb(
    ActionShape(
        optional={
            "before": Argument(ArgumentType.DURATION),
            "months_before": Argument(ArgumentType.INT),
            "months": Argument(ArgumentType.INT),
        },
        doc="Make the renewal of a won deal, asleep until so long before its term ends.",
    ),
    _run,
    _check,
)
