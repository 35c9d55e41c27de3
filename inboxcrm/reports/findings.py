"""What rules could not do, and what waits for a manager because of them: first in digests (exceptions first)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from inboxcrm.base.database import Session
from inboxcrm.base.store import events_of_kinds
from inboxcrm.mail.scrub import scrub_line
from inboxcrm.outbox.bursts.store import asked_bursts
from inboxcrm.outbox.events import WEBHOOK_FAILED

if TYPE_CHECKING:
    from inboxcrm.base.work import Event

REFUSED, LOOP = "rule.refused", "rule.loop"  # names of rules/events.py, which lies above
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at: when it came up, whose rule it is about, and on which box it lies, if on one."""

    at: datetime
    rule: str
    text: str
    box_id: int | None = None


def findings(session: Session, since: datetime) -> list[Finding]:
    """Give what came up after a moment, oldest first; letters that the brake holds until they are decided."""
    told = [_finding(one) for one in events_of_kinds(session, (REFUSED, LOOP, WEBHOOK_FAILED), since)]
    held = [
        Finding(
            one.last_at, one.rule, f"{one.count} letters of the rule {one.rule} wait for `release` or `drop`"
        )
        for one in asked_bursts(session)
    ]
    return sorted([*told, *held], key=lambda one: one.at)


def _finding(event: Event) -> Finding:
    rule, payload = str(event.payload.get("rule", "")), event.payload
    if event.kind == LOOP:
        text = "rules cause each other in a loop; it was ended after five steps"
    elif event.kind == WEBHOOK_FAILED:
        text = f"the webhook {payload.get('webhook')} was not told of {payload.get('told')}: {payload.get('error')}"
    else:
        text = f"the rule {rule} was refused: {payload.get('reason')}"
    return Finding(event.at, rule, scrub_line(text)[:LONGEST], event.box_id)
