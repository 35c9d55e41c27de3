"""`won`: wins a deal, once the checklist of its pipeline is complete (OP-1)."""

from __future__ import annotations

from inboxcrm.base.work import Work
from inboxcrm.commands.deal_meant import deal_meant
from inboxcrm.commands.scene import Scene
from inboxcrm.crm.winning import win_opportunity


def win(work: Work, scene: Scene) -> str:
    """Win the deal, or say what is still to be done before."""
    opportunity = deal_meant(work, scene)
    if missing := win_opportunity(work, opportunity):
        points = "; ".join(missing)
        whose = f"Each is a task of {opportunity.owner}, and the last one done wins it"
        return f"{opportunity.name} is on {opportunity.stage}; it is won when this is done: {points}. {whose}"
    return f"{opportunity.name} is won; that stays so unless its invoice is credited"
