"""`commit`, `probability 70: why`, `amount 12,500 eur`, `close 15 dec`: what a rep expects of a deal (OP-8)."""

from __future__ import annotations

import re

from inboxcrm.base.errors import Refused
from inboxcrm.base.money import Money
from inboxcrm.base.spelled import spell_ahead, spell_day
from inboxcrm.base.work import Work
from inboxcrm.commands.amounts import read_money
from inboxcrm.commands.deal_meant import deal_meant
from inboxcrm.commands.scene import Scene
from inboxcrm.commands.when import DateOver, read_when
from inboxcrm.crm.forecast import say_amount, say_close_day, say_commitment, say_probability
from inboxcrm.crm.stages import stage_of

PERCENT = re.compile(r"^(\d{1,3})[ \t]?%?$")
NO = ("no", "off")


class ForecastUnclear(Refused):
    """Words that say nothing of what is expected; shows the right form."""

    def __init__(self, words: str, right: str) -> None:
        super().__init__(f"{words!r} says nothing that I understand; write such as: {right}")


def commit(work: Work, scene: Scene) -> str:
    """Stand by the deal: `commit`; no more: `commit no`."""
    words = scene.line.rest.strip().rstrip(".").lower()
    if words not in ("", *NO):
        raise ForecastUnclear(words, "commit, or commit no")
    opportunity = deal_meant(work, scene)
    is_new = say_commitment(work, opportunity, not words)
    said = f"{opportunity.name} is {'no longer ' if words else ''}in your commitment"
    held = "; it counts only once it is no longer on hold" if opportunity.wake_on and not words else ""
    return (
        said + held + (f"; to undo: {'commit' if words else 'commit no'}" if is_new else ", as it was before")
    )


def guess(work: Work, scene: Scene) -> str:
    """Set the probability by hand: `probability 70: they told me so`."""
    number, _, reason = (part.strip() for part in scene.line.rest.partition(":"))
    match = PERCENT.match(number)
    if match is None:
        raise ForecastUnclear(scene.line.rest, "probability 70: they told me so")
    opportunity = deal_meant(work, scene)
    old = say_probability(work, opportunity, int(match[1]), reason)
    usual = stage_of(work, opportunity).probability
    said = f"the probability of {opportunity.name} is {opportunity.probability} %, was {old} %"
    until = f"; it holds until the stage changes (on {opportunity.stage} it is usually {usual} %)"
    return f"{said}{until}; to undo: probability {old}: why"


def price(work: Work, scene: Scene) -> str:
    """Set what the deal is worth, net: `amount 12,500 eur`."""
    opportunity = deal_meant(work, scene)
    old = say_amount(work, opportunity, read_money(scene.line.rest.rstrip("."), opportunity.currency))
    new = f"{opportunity.name} is worth {_amount(opportunity.amount_minor, opportunity.currency)} net"
    return f"{new}; to undo: amount {old}" if old else new


def _amount(minor: int | None, currency: str) -> str:
    return str(Money(minor or 0, currency))


def expect(work: Work, scene: Scene) -> str:
    """Set the day on which it is expected to close: `close 15 dec`."""
    zone = work.settings.company.zone
    words = scene.line.rest.strip().removeprefix("on ")
    languages = work.settings.commands.languages
    day = read_when(words, work.now, zone, languages=languages).astimezone(zone).date()
    today = work.now.astimezone(zone).date()
    if day < today:
        raise DateOver(words)
    opportunity = deal_meant(work, scene)
    old = say_close_day(work, opportunity, day)
    said = f"{opportunity.name} is expected to close on {spell_ahead(day, today)}"
    return f"{said}, was {spell_day(old)}; to undo: close {old.isoformat()}" if old else said
