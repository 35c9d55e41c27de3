"""`hold`: puts a deal on hold, for so long or until the day that a fact holds (OP-4, OP-10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from inboxcrm.base.errors import Refused
from inboxcrm.base.spelled import spell_day
from inboxcrm.base.work import Work
from inboxcrm.crm.hold import hold_opportunity
from inboxcrm.rules.actions.shape import Occasion, Verb, deal_of
from inboxcrm.rules.fault import suggest_nearest
from inboxcrm.rules.ground import Ground, Wrong, unknown
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType
from inboxcrm.rules.text import render_text

TYPES = ("TIME", "DATE")  # of the facts that say a day


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    deal, zone = deal_of(work, occasion), work.settings.company.zone
    today = work.now.astimezone(zone).date()
    length = arguments.get("length")
    if isinstance(length, timedelta):
        day = (work.now + length).astimezone(zone).date()
    else:
        found = occasion.values.get(str(arguments["until"]))
        if isinstance(found, datetime):
            found = found.astimezone(zone).date()
        if not isinstance(found, date):
            raise Refused(f"{arguments['until']} holds no day, so nobody knows until when")
        day = found
    if day <= today:
        raise Refused(f"{spell_day(day)} is over; a deal is put on hold until a day to come")
    hold_opportunity(work, deal, day, render_text(str(arguments.get("reason", "")), occasion.facts))
    return f"put {deal.name} on hold until {spell_day(day)}"


def _check(ground: Ground, arguments: Mapping[str, object]) -> list[Wrong]:
    if ("until" in arguments) == ("length" in arguments):
        return [Wrong("action", "'hold' needs 'until' or 'length', one of them", 'write length = "30 days"')]
    if "until" not in arguments:
        return []
    name, facts = str(arguments["until"]), ground.table.facts
    days = [one for one, fact in facts.items() if fact.type.name in TYPES]
    if name in facts and name not in days:
        remedy = suggest_nearest(name, days) or f"such are {', '.join(days)}"
        return [Wrong("until", f"'{name}' is {facts[name].type.value}, not a day", remedy)]
    return unknown("until", name, days, "day among the facts")


VERB = Verb(
    ActionShape(
        optional={
            "until": Argument(ArgumentType.WORD),
            "length": Argument(ArgumentType.DURATION),
            "reason": Argument(ArgumentType.TEXT),
        },
        doc="Put a deal on hold, for so long or until the day that a fact holds.",
    ),
    _run,
    _check,
)
