"""`release`: a mail kept as noise is a customer's after all; `lead`: a mail becomes a lead (IN-10, IN-16)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene, lines_meant
from inboxcrm.crm.store import box_by_id, task_by_id
from inboxcrm.crm.task import finish_task
from inboxcrm.ingest.chosen import choose_lead
from inboxcrm.ingest.filing import remember_filing
from inboxcrm.ingest.offers.store import lock_message, want_junk
from inboxcrm.ingest.release import release_message
from inboxcrm.outbox.burst import KIND as BURST
from inboxcrm.outbox.burst import release_burst

if TYPE_CHECKING:
    from inboxcrm.ingest.records import Message

ALWAYS = "always"
MOST = 50
_SPANS = re.compile(r"(\d{1,3})(?:[ \t]*[-–][ \t]*(\d{1,3}))?")


def release_mail(work: Work, scene: Scene) -> str:
    """Treat what the line is about as a customer's mail: `release`, `2 release`, `2 release always`."""
    if scene.line.rest.lower() not in ("", ALWAYS):
        raise Refused("say `release` for this mail, or `release always` for all of its sender")
    [(kind, subject_id)] = lines_meant(work, scene, [])
    if kind == BURST:
        return release_burst(work, subject_id, scene.user)
    if kind == "junk":
        junk = want_junk(work.session, subject_id)
        return f"{junk.subject!r} from {junk.sender} is taken out of Junk within minutes, as if it had come to INBOX"
    message = _message(work, kind, subject_id)
    is_new = release_message(work, message)
    said = f"{message.subject!r} from {message.sender}"
    said += " is a customer's now" if is_new else " was released already; nothing more was made"
    if message.box_id:
        said += f", on {box_by_id(work.session, message.box_id).name} (box {message.box_id})"
    if scene.line.rest:
        remember_filing(work, message.sender, None, message, is_wanted=True)
        said += f"; later mail of this sender is no noise either; to undo: inboxcrm filings remove {message.sender}"
    return said


def burst_meant(work: Work, scene: Scene) -> int | None:
    """Give the burst of letters about which the mail that is answered asks; None if it asks of something else."""
    try:
        [(kind, subject_id)] = lines_meant(work, scene, [])
    except (Refused, ValueError):
        return None
    return subject_id if kind == BURST else None


def make_leads(work: Work, scene: Scene) -> str:
    """Make leads of mails on no box: `lead`, `2 lead`, `lead 1 3 5-7`."""
    said = []
    for kind, subject_id in lines_meant(work, scene, numbers_in(scene.line.rest)):
        message = _message(work, kind, subject_id)
        box, is_new = choose_lead(work, message, scene.user)
        said.append(f"{box.name} (box {box.id}) is {'a new lead' if is_new else 'on its box already'}")
        if kind == "task" and (task := task_by_id(work.session, subject_id)).state == "open":
            finish_task(work, task)
    return "; ".join(said)


def numbers_in(words: str) -> list[int]:
    """Give the numbers that are named: `1 3 5-7`, `1, 3 and 5`. Raises Refused if that is not all that is said."""
    found: dict[int, None] = {}
    for match in _SPANS.finditer(words):
        first = int(match[1])
        found.update(dict.fromkeys(range(first, int(match[2] or first) + 1)))
    rest = _SPANS.sub("", words).replace("and", "").strip(" \t,;.")
    if rest.replace(",", "").split() or len(found) > MOST or 0 in found:
        raise Refused(f"say the numbers of the lines, {MOST} at most, such as: lead 1 3 5-7")
    return list(found)


def _message(work: Work, kind: str, subject_id: int) -> Message:
    """Give the mail of a line, also of a question that is about one."""
    if kind == "message":
        return lock_message(work.session, subject_id)
    question = task_by_id(work.session, subject_id).question if kind == "task" else None
    if not question or "message" not in question:
        raise Refused("that line is about no mail that was kept aside")
    return lock_message(work.session, int(question["message"]))
