"""`bant`: says budget, authority, need and timeline of a lead; `qualify`: that it is worth a deal (LD-7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.work import Work
from inboxcrm.commands.lead_meant import lead_meant
from inboxcrm.commands.scene import Scene
from inboxcrm.crm.qualifying.bant import qualify_lead, read_bant, say_bant
from inboxcrm.crm.qualifying.store import qualification_for
from inboxcrm.crm.qualifying.told import bant_line

if TYPE_CHECKING:
    from inboxcrm.crm.records import Opportunity


def note_bant(work: Work, scene: Scene) -> str:
    """Keep what is said: `bant budget yes, timeline urgent`."""
    answers = read_bant(scene.line.rest)
    lead = lead_meant(work, scene)
    name = lead.box.name
    deal = say_bant(work, lead, answers, scene.user.key)
    told = bant_line(qualification_for(work.session, lead.id), work.settings.company.zone)
    said = f"noted of {name}: {told.removeprefix('BANT: ') or 'nothing is said any more'}"
    if deal is None:
        return said
    return f"{said}. With a need, and {_who(answers)}, it is qualified: {_made(deal)}; is that not so, answer `undo`"


def qualify(work: Work, scene: Scene) -> str:
    """Make the lead a deal: `qualify`."""
    return _made(qualify_lead(work, lead_meant(work, scene), scene.user.key))


def _who(answers: dict[str, str]) -> str:
    return "the say" if answers.get("authority") == "yes" else "a budget"


def _made(deal: Opportunity) -> str:
    company = deal.box.organization.name if deal.box.organization else "nobody's company"
    return f"{deal.name} is a deal of {company} now, stage {deal.stage}, owner {deal.owner}"
