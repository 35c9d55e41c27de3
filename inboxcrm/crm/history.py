"""Which facts of the CRM have a history, and which events tell of them (MG-8); a test walks all columns.

What is not named here is told by `fact.changed`, so that a new column has its history without anybody's doing.
"""

from __future__ import annotations

from inboxcrm.base.history import keep_history
from inboxcrm.crm import events

# Moments that follow from an event, and what moves with each mail, are no facts of their own.
keep_history(
    "box",
    no_facts=("last_activity_at", "last_inbound_at", "last_outbound_at"),
    told_by={"owner": (events.LEAD_ASSIGNED, events.OPPORTUNITY_CREATED)},
    box="id",
)
keep_history(
    "lead",
    told_by={
        "state": (events.LEAD_MOVED,),
        "owner": (events.LEAD_ASSIGNED,),
        "source": (events.LEAD_CHANGED,),
        "type": (events.LEAD_CHANGED,),
        "campaign": (events.LEAD_CHANGED,),
        "reason": (events.LEAD_MOVED,),
        "answered_at": (events.LEAD_ANSWERED,),
    },
    box="box_id",
)
keep_history(
    "opportunity",
    no_facts=("stage_since_at", "closed_at"),
    told_by={"stage": (events.STAGE_CHANGED,), "amount_minor": (events.OPPORTUNITY_PAID,)},
    box="box_id",
)
keep_history(
    "task",
    no_facts=("closed_at", "closed_by"),
    told_by={"state": (events.TASK_DONE,), "due_at": (events.TASK_SNOOZED,)},
    whole=(events.TASK_DONE,),
    box="box_id",
)
keep_history(
    "contact",
    no_facts=("name_key",),  # follows from the name
    told_by={
        "found": (events.CONTACT_CHANGED,),
        "title": (events.CONTACT_CHANGED,),
        "phone": (events.CONTACT_CHANGED,),
        "away_until": (events.CONTACT_AWAY,),
        "substitute": (events.CONTACT_AWAY,),
    },
    whole=(events.CONTACT_CHANGED, events.CONTACT_AWAY),
)
keep_history(
    "organization", no_facts=("name_key",), told_by={"invoice_address": (events.ORGANIZATION_CHANGED,)}
)
