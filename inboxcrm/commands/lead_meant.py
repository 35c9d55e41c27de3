"""Which lead a command is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene, box_of
from inboxcrm.crm.store import lead_of_box

if TYPE_CHECKING:
    from inboxcrm.crm.records import Lead


def lead_meant(work: Work, scene: Scene) -> Lead:
    """Give the lead of the box that a command is about, also one that is a deal by now. Raises Refused."""
    box = box_of(work, scene)
    lead = lead_of_box(work.session, box.id)
    if lead is None:
        raise Refused(f"{box.name} never was a lead")
    return lead
