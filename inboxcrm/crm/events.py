"""Names of the facts that the CRM writes."""

from __future__ import annotations

LEAD_CREATED = "lead.created"
LEAD_ASSIGNED = "lead.assigned"
LEAD_ANSWERED = "lead.answered"
LEAD_MOVED = "lead.moved"
OPPORTUNITY_CREATED = "opportunity.created"
STAGE_CHANGED = "stage.changed"
OPPORTUNITY_WON = "opportunity.won"
TASK_CREATED = "task.created"
TASK_DONE = "task.done"
TASK_SNOOZED = "task.snoozed"
BOX_MERGED = "box.merged"
NOTE_ADDED = "note.added"
ORGANIZATION_CHANGED = "organization.changed"
