"""What a box's lead or deal may be worth, in lines for notices and `inboxcrm show`."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from inboxcrm.base.database import Session
from inboxcrm.base.spelled import spell_day
from inboxcrm.crm.qualifying.store import qualification_of
from inboxcrm.crm.qualifying.told import lines_of_worth
from inboxcrm.crm.store import lead_of_box, opportunity_of_box
from inboxcrm.crm.units import told_units


def worth_of_box(session: Session, box_id: int, zone: ZoneInfo) -> list[str]:
    """Tell BANT, score and estimate of a box that is or was a lead; an estimate while its deal has no amount."""
    with session.no_autoflush:  # of a lead that is not written yet nothing of this is known
        lead, deal = lead_of_box(session, box_id), opportunity_of_box(session, box_id)
        if lead is None:
            counted = told_units(deal) if deal else None
            return [counted] if counted else []
        has_amount = deal is not None and deal.amount_minor is not None
        return lines_of_worth(qualification_of(session, lead.id), zone, has_amount=has_amount)


def rest_of_lead(session: Session, box_id: int, zone: ZoneInfo) -> str:
    """Tell until when and why a box's lead rests, or why it is dead; "" of any other."""
    lead = lead_of_box(session, box_id)
    if lead is None or lead.state not in ("Recycled", "Dead"):
        return ""
    until = f" until {spell_day(lead.recontact_at.astimezone(zone))}" if lead.recontact_at else ""
    return f"{until}{f': {lead.reason}' if lead.reason else ''}"
