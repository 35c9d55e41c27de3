"""`note:` keeps words on a deal; `task:` gives somebody something to do there; `drop` lets a task be (EM-4, OP-5)."""

from __future__ import annotations

import re
from datetime import datetime

from inboxcrm.base.errors import Refused
from inboxcrm.base.spelled import spell_ahead
from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene, box_of, task_of
from inboxcrm.commands.when import DateDouble, DateFar, DateOver, DateUnclear, read_when
from inboxcrm.commands.words.assign import user_meant
from inboxcrm.commands.words.release import burst_meant
from inboxcrm.crm.box import add_note
from inboxcrm.crm.store import opportunity_of_box
from inboxcrm.crm.task import add_task, finish_task, next_business_day
from inboxcrm.outbox.burst import drop_burst

_FOR = re.compile(r"[ \t,]{1,4}for[ \t]{1,4}([^,]{1,60})$", re.IGNORECASE)
LONGEST_DATE = 4  # words: next mon at 14:00


def keep_note(work: Work, scene: Scene) -> str:
    """Keep the words on the deal; nobody outside sees them."""
    if not scene.line.rest:
        raise Refused("write the note behind the colon, such as: note: they decide in March")
    box = box_of(work, scene)
    add_note(work, box, scene.line.rest)
    return f"noted on {box.name}"


def give_task(work: Work, scene: Scene) -> str:
    """Make a task, `task: call them fri, for ben`: a follow-up on a deal, else an errand."""
    words, owner = scene.line.rest, scene.user
    if named := _FOR.search(words):
        try:
            owner, words = user_meant(work, scene.user, named[1].strip().lower()), words[: named.start()]
        except Refused:
            owner = scene.user  # "ask for the signature": words of the task
    text, due_at = _text_and_date(work, words.strip(" ,"))
    if not text:
        raise Refused("say what is to be done, such as: task: call them fri")
    box = box_of(work, scene)
    kind = "follow-up" if opportunity_of_box(work.session, box.id) else "errand"
    add_task(
        work, box, kind, text, owner=owner.key, due_at=due_at, why=scene.line.source, occasion=scene.occasion
    )
    zone = work.settings.company.zone
    day = spell_ahead(due_at.astimezone(zone).date(), work.now.astimezone(zone).date())
    return f"to do on {box.name}, {owner.name}, {day}: {text}"


def _text_and_date(work: Work, words: str) -> tuple[str, datetime]:
    """Part the date at the end from what is to be done; without one it is the next business day."""
    parts = words.split()
    for count in range(min(LONGEST_DATE, len(parts) - 1), 0, -1):
        said = " ".join(parts[-count:])
        try:
            company, said = work.settings.company, said.removeprefix("on ").removeprefix("by ")
            languages = work.settings.commands.languages
            due_at = read_when(said, work.now, company.zone, company.country, languages)
        except (DateUnclear, DateDouble, DateOver, DateFar):
            continue
        if due_at > work.now:
            return " ".join(parts[:-count]).strip(" ,:"), due_at
    return words, next_business_day(work)


def drop_task(work: Work, scene: Scene) -> str:
    """Let a task be: `drop`, or `drop: why`; the reason is required where it is a deal's next action (OP-4)."""
    if burst_id := burst_meant(work, scene):
        return drop_burst(work, burst_id, scene.user)
    task, reason = task_of(work, scene), scene.line.rest
    if task.kind == "next action" and not reason:
        raise Refused(f"say why {task.text!r} is not needed, such as: drop: they do it themselves")
    following = finish_task(work, task, state="dropped")
    if reason:
        add_note(work, task.box, f"Dropped {task.text!r}: {reason}")
    return f"dropped: {task.text}" + (f"; next: {following.text}" if following else "")
