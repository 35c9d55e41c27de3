"""`assign`: gives a new lead to the rep whose turn it is (LD-5)."""

from __future__ import annotations

from collections.abc import Mapping

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.crm.lead import assign_lead
from inboxcrm.crm.store import lead_of_box
from inboxcrm.crm.turn import take_turn
from inboxcrm.rules.actions.shape import Occasion, Verb, box_of
from inboxcrm.rules.rule import ActionShape


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    lead = lead_of_box(work.session, box_of(work, occasion).id)
    if lead is None:
        raise Refused("only a lead can be assigned")
    if lead.owner:
        return f"left it with {lead.owner}, who was faster"
    chosen = take_turn(work, lead)
    if chosen is None:
        raise Refused("no user has a selling role (account_manager or sdr)")
    assign_lead(work, lead, chosen.user.key)
    return f"assigned it to {chosen.user.key}" + (f": {chosen.why}" if chosen.why else "")


VERB = Verb(ActionShape(doc="Give a new lead to the rep whose turn it is."), _run)
