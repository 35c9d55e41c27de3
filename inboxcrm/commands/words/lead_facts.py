"""`source:`, `type:` and `campaign:` say where a lead comes from, and of which type it is (IN-8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.settings_leads import SOURCES
from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene, box_of
from inboxcrm.crm.lead import describe_lead
from inboxcrm.crm.store import lead_of_box

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inboxcrm.crm.records import Lead


class NameUnknown(Refused):
    """A name that the configuration does not know; shows those that it knows."""

    def __init__(self, what: str, words: str, names: Iterable[str]) -> None:
        known = ", ".join(names)
        where = f"they are {known}" if known else "config.toml names none"
        super().__init__(f"{words!r} is no {what}; {where}" if words else f"name the {what}; {where}")


def say_source(work: Work, scene: Scene) -> str:
    """Say where the lead comes from: `source: trade show`."""
    lead, leads, words = _lead(work, scene), work.settings.leads, scene.line.rest
    named = leads.source_named(words)
    if not named:
        raise NameUnknown("source", words, (*SOURCES, *leads.sources))
    return _say(work, lead, "source", named)


def say_type(work: Work, scene: Scene) -> str:
    """Say of which type the lead is: `type: tender`."""
    lead, leads, words = _lead(work, scene), work.settings.leads, scene.line.rest
    named = leads.type_named(words)
    if not named:
        raise NameUnknown("type", words, leads.types)
    return _say(work, lead, "type", named)


def say_campaign(work: Work, scene: Scene) -> str:
    """Say which campaign brought the lead: `campaign: spring fair`."""
    lead, words = _lead(work, scene), scene.line.rest
    campaign = work.settings.campaign_named(words)
    if campaign is None:
        raise NameUnknown("campaign", words, [one.name for one in work.settings.campaign])
    return _say(work, lead, "campaign", campaign.name)


def _lead(work: Work, scene: Scene) -> Lead:
    box = box_of(work, scene)
    lead = lead_of_box(work.session, box.id)
    if lead is None:
        raise Refused(f"{box.name} never was a lead")
    return lead


def _say(work: Work, lead: Lead, field: str, value: str) -> str:
    old = describe_lead(work, lead, field, value)
    undo = f"; to undo: {field}: {old}" if old and old != value else ""
    return f"the {field} of {lead.box.name} is {value}{undo}"
