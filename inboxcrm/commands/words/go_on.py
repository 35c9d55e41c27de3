"""`continue: they decide in January`: why a quiet deal goes on; that counts as activity (OP-10)."""

from __future__ import annotations

from inboxcrm.base.work import Work
from inboxcrm.commands.deal_meant import deal_meant, next_of
from inboxcrm.commands.scene import Scene
from inboxcrm.crm.forecast import continue_opportunity


def go_on(work: Work, scene: Scene) -> str:
    """Keep the reason; the deal counts as touched."""
    opportunity = deal_meant(work, scene)
    reason = scene.line.rest.strip().lstrip(":").strip()
    continue_opportunity(work, opportunity, reason)
    return f"{opportunity.name} goes on: {reason}{next_of(work, opportunity)}"
