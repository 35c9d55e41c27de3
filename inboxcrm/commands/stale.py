"""Questions whose answer is known, or no longer matters: they are closed, so that nobody is asked in vain."""

from __future__ import annotations

from inboxcrm.base.work import Event, Work
from inboxcrm.crm.store import open_tasks_of_box
from inboxcrm.crm.task import finish_task
from inboxcrm.sales.store import quote_in_play


def close_stale_questions(work: Work, event: Event) -> None:
    """Close what asks whether a quote is accepted that has been accepted meanwhile, or replaced by another."""
    if event.box_id is None:
        return
    quote = quote_in_play(work.session, event.box_id)
    for task in open_tasks_of_box(work.session, event.box_id, "question"):
        asked = task.question or {}
        if asked.get("act") != "accept":
            continue
        if quote is None or asked.get("quote") != quote.id or quote.state == "accepted":
            finish_task(work, task, state="dropped")
