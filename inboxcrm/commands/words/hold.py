"""`hold until 3 dec` puts a deal on hold, `wake` brings it back (OP-4, OP-10)."""

from __future__ import annotations

from inboxcrm.base.errors import Refused
from inboxcrm.base.spelled import spell_ahead
from inboxcrm.base.work import Work
from inboxcrm.commands.deal_meant import deal_meant, next_of
from inboxcrm.commands.scene import Scene
from inboxcrm.commands.when import DateOver, read_when
from inboxcrm.crm.hold import hold_opportunity, wake_opportunity


class HoldUnclear(Refused):
    """A deal is on hold until a day; shows the right form."""

    def __init__(self, problem: str) -> None:
        said = problem.partition("; write such as: ")[0]  # one example is enough
        super().__init__(f"say until when it is on hold: {said}; write such as: hold until 3 dec")


def hold(work: Work, scene: Scene) -> str:
    """Put the deal on hold: `hold until 3 dec`, `hold 2 weeks: they are moving house`."""
    when, _, reason = (part.strip() for part in scene.line.rest.partition(":"))
    if not when:
        raise HoldUnclear("no day is said")
    zone = work.settings.company.zone
    try:
        until = read_when(when, work.now, zone, languages=work.settings.commands.languages)
    except Refused as problem:
        raise HoldUnclear(str(problem)) from problem
    day, today = until.astimezone(zone).date(), work.now.astimezone(zone).date()
    if day <= today:
        raise DateOver(when)
    opportunity = deal_meant(work, scene)
    hold_opportunity(work, opportunity, day, reason)
    out = "until then it is neither in the weighted forecast nor in the commitment"
    return f"{opportunity.name} is on hold until {spell_ahead(day, today)}; {out}; to undo: wake"


def wake(work: Work, scene: Scene) -> str:
    """Bring the deal back before its day."""
    opportunity = deal_meant(work, scene)
    wake_opportunity(work, opportunity)
    return (
        f"{opportunity.name} is no longer on hold; it is on {opportunity.stage}{next_of(work, opportunity)}"
    )
