"""`assign`: gives a new lead to the rep whose turn it is (LD-5)."""

from __future__ import annotations

from collections.abc import Mapping

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.crm.lead import assign_lead, next_rep
from inboxcrm.crm.store import lead_of_box
from inboxcrm.rules.actions.shape import Occasion, Verb, box_of
from inboxcrm.rules.rule import ActionShape


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    lead = lead_of_box(work.session, box_of(work, occasion).id)
    if lead is None:
        raise Refused("only a lead can be assigned")
    if lead.owner:
        return f"left it with {lead.owner}, who was faster"
    rep = next_rep(work)
    if rep is None:
        raise Refused("no user has a selling role (account_manager or sdr)")
    assign_lead(work, lead, rep)
    return f"assigned it to {rep}"


VERB = Verb(ActionShape(doc="Give a new lead to the rep whose turn it is."), _run)
