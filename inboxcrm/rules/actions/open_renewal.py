"""`open_renewal`: makes the renewal of a won deal, asleep until its lead time (RN-9)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from inboxcrm.base.errors import Refused
from inboxcrm.base.months import months_later
from inboxcrm.base.spelled import spell_day
from inboxcrm.base.work import Work
from inboxcrm.crm.opportunity import open_renewal
from inboxcrm.crm.store import opportunity_by_id
from inboxcrm.rules.actions.shape import Occasion, Verb
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    if occasion.subject_kind != "opportunity":
        raise Refused("only an opportunity can be renewed")
    won = opportunity_by_id(work.session, occasion.subject_id)
    months = arguments.get("months", work.settings.sales.renewal_term_months)
    lead = arguments["before"]
    if not isinstance(lead, timedelta) or not isinstance(months, int):
        raise Refused("a renewal needs `before` as a duration and `months` as a number")
    ends_on = months_later(work.now.astimezone(work.settings.company.zone).date(), months)
    renewal = open_renewal(work, won, wake_on=ends_on - lead, ends_on=ends_on)
    return f"opened {renewal.name!r}, asleep until {spell_day(ends_on - lead)}"


VERB = Verb(
    ActionShape(
        required={"before": Argument(ArgumentType.DURATION)},
        optional={"months": Argument(ArgumentType.INT)},
        doc="Make the renewal of a won deal, asleep until so long before its term ends.",
    ),
    _run,
)
