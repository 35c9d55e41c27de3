"""The managers' digest: tasks that are due, by person, with the rule that made each (MG-2)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from inboxcrm.base.settings import User
from inboxcrm.base.store import failed_events
from inboxcrm.base.work import Work
from inboxcrm.crm.store import due_tasks
from inboxcrm.ingest.store import count_quarantine
from inboxcrm.outbox.store import count_letters, letters_in_state

LONGEST = 60


def digest_of_tasks(work: Work, user: User) -> tuple[dict[str, Any], list[int]]:
    """Give what a digest says, as plain values, and the tasks of its numbered lines in order."""
    company = work.settings.company
    today = work.now.astimezone(company.zone).date()
    end_of_day = datetime.combine(today + timedelta(days=1), time(0), company.zone).astimezone(UTC)
    owners = [one.key for one in work.settings.user]
    due = due_tasks(work.session, end_of_day, owners)
    tasks, more = due[:LONGEST], len(due) - LONGEST
    lines = [
        {
            "number": number,
            "owner": task.owner,
            "text": task.text,
            "box": task.box.name,
            "due": f"{task.due_at.astimezone(company.zone):%d %b}",
            "is_overdue": task.due_at < work.now,
            "why": task.why,
            "rule": f"{task.rule} {task.rule_version}" if task.rule else "",
        }
        for number, task in enumerate(tasks, start=1)
    ]
    facts = {
        "name": user.name,
        "day": f"{today:%A %d %B}",
        "summary": "1 thing to do" if len(due) == 1 else f"{len(due)} things to do",
        "lines": lines,
        "exceptions": [f"{more} more are due than stand here", *exceptions(work)]
        if more > 0
        else exceptions(work),
    }
    return facts, [task.id for task in tasks]


def exceptions(work: Work) -> list[str]:
    """Give what a person must look at, in words: letters in doubt, unread mails, failed reactions, held letters."""
    session = work.session
    found = [
        f"letter {letter.id} ({letter.subject}) may or may not have left: "
        f"`inboxcrm outbox resolve {letter.id} sent` or `again`"
        for letter in letters_in_state(session, "uncertain")
    ]
    found += [f"letter {x.id} ({x.subject}) failed: {x.error}" for x in letters_in_state(session, "failed")]
    if quarantined := count_quarantine(session):
        found.append(f"{quarantined} mails could not be read: `inboxcrm ledger` shows where")
    if failed := failed_events(session):
        found.append(
            f"{len(failed)} facts could not be reacted to; the first: {failed[0].kind}: {failed[0].error}"
        )
    held = count_letters(session, "waiting")
    return [*found, f"{held} letters wait to leave"] if held > LONGEST else found
