"""`licences: 50 to 40`: how many licences a deal is about, and how many there were; it is no money (RN-2)."""

from __future__ import annotations

import re

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.commands.deal_meant import deal_meant
from inboxcrm.commands.scene import Scene
from inboxcrm.crm.units import say_units, told_units

_SAID = re.compile(r"(?:(?:from |fra )?(\d{1,7}) ?(?:to|til|->|→) ?)?(\d{1,7})(?: \w{1,20})?", re.IGNORECASE)


def say_licences(work: Work, scene: Scene) -> str:
    """Set the counts: `licences: 50 to 40`, or only the new one: `licences: 40`."""
    match = _SAID.fullmatch(" ".join(scene.line.rest.strip().rstrip(".").split()))
    if match is None:
        raise Refused(f"{scene.line.rest!r} is no count; write such as: licences: 50 to 40")
    deal = deal_meant(work, scene)
    old = (deal.units_before, deal.units)
    say_units(work, deal, int(match[2]), int(match[1]) if match[1] else None)
    was = f"{old[0]} to {old[1]}" if old[0] is not None else f"{old[1]}"
    undo = f"; to undo: licences: {was}" if old[1] is not None else ""
    missing = (
        "" if deal.units_before is not None else "; how many were there before? licences: 50 to 40 says both"
    )
    return f"{deal.name} is about {told_units(deal)}{missing}{undo}"
