"""What the product did with a mail and why: how it was filed, what was read in it, what is to do (EM-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.spelled import spell_ahead
from inboxcrm.crm.store import lead_of_box, most_urgent_task

if TYPE_CHECKING:
    from inboxcrm.base.work import Work
    from inboxcrm.crm.records import Box
    from inboxcrm.ingest.records import Message

LONGEST_WORDS = 160
MOST_INTENTS = 5
UNTOLD = frozenset({"courtesy"})


def task_line(work: Work, box: Box) -> str:
    """Give the most urgent open task of a box with its day, "" if there is none."""
    task = most_urgent_task(work.session, box.id)
    if task is None:
        return ""
    zone = work.settings.company.zone
    due, today = task.due_at.astimezone(zone).date(), work.now.astimezone(zone).date()
    when = "due now" if due < today else "by today" if due == today else f"by {spell_ahead(due, today)}"
    return f"{task.text} ({when})"


def deeds_of(work: Work, box: Box, message: Message) -> list[str]:
    """Say how a mail was filed, what became of its lead, and which intents were read, with their words."""
    said = [f"Filed on “{box.name}”: {message.match_how}."]
    lead = lead_of_box(work.session, box.id)
    if lead is not None and message.made_lead:
        owner = work.settings.user_by_key(lead.owner or "")
        said.append(
            f"New lead, {f'given to {owner.name}' if owner else 'nobody’s yet'}; source: {lead.source}."
        )
    return [*said, *_read(message)]


def _read(message: Message) -> list[str]:
    told = [one for one in message.intents if one.get("name") not in UNTOLD]
    return [
        f"Read in it: {'' if one.get('is_sure') else 'perhaps '}{one['name']}, from “{_cut(str(one['words']))}”."
        for one in told[:MOST_INTENTS]
    ]


def _cut(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= LONGEST_WORDS else f"{line[: LONGEST_WORDS - 1]}…"
