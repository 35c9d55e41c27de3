"""`recycle`: lets a lead rest until a date, `dead`: lets it go for good, each with a reason (LD-10)."""

from __future__ import annotations

from inboxcrm.base.errors import Refused
from inboxcrm.base.spelled import spell_ahead
from inboxcrm.base.work import Work
from inboxcrm.commands.lead_meant import lead_meant
from inboxcrm.commands.scene import Scene
from inboxcrm.commands.when import DateOver, read_when
from inboxcrm.crm.lead import recycle_lead
from inboxcrm.crm.lead_moves import archive_lead

EXAMPLE = "recycle until 1 feb: no budget this year"


class RestUnclear(Refused):
    """A lead that is to rest without a date; shows the right form."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"say until when the lead rests: {problem}; write such as: {EXAMPLE}")


class ReasonMissing(Refused):
    """A lead that is to be dead without a reason; shows the right form."""

    def __init__(self) -> None:
        super().__init__("say why, such as: dead: they bought elsewhere")


def let_rest(work: Work, scene: Scene) -> str:
    """Let the lead rest: `recycle until 1 feb: no budget this year`."""
    when, _, reason = scene.line.rest.partition(":")
    if not when.strip():
        raise RestUnclear("no date is said")
    zone = work.settings.company.zone
    try:
        until = read_when(when.strip(), work.now, zone, languages=work.settings.commands.languages)
    except Refused as problem:
        raise RestUnclear(str(problem)) from problem
    if until <= work.now:
        raise DateOver(when.strip())
    lead = lead_meant(work, scene)
    if lead.state == "Recycled":
        raise Refused(f"{lead.box.name} rests already; `snooze {when.strip()}` puts off when you write again")
    recycle_lead(work, lead, by=scene.user.key, until=until, reason=reason.strip())
    day = spell_ahead(until.astimezone(zone).date(), work.now.astimezone(zone).date())
    said = f"{lead.box.name} rests until {day}; {lead.owner} is to write again then"
    return f"{said}. A mail of theirs brings it back before"


def let_go(work: Work, scene: Scene) -> str:
    """Let the lead be dead: `dead: they bought elsewhere`."""
    reason = scene.line.rest.strip().lstrip(":").strip()
    if not reason:
        raise ReasonMissing
    lead = lead_meant(work, scene)
    archive_lead(work, lead, reason)
    after = "mail of theirs is kept, and what asks for something new is proposed as a deal"
    return f"{lead.box.name} is dead: {reason}. Its tasks are dropped; {after}"
