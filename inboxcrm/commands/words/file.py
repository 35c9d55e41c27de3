"""`file`: says where a mail belongs; `ignore`: that its sender's mail is no business of ours (IN-3, IN-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.commands.reach import reach_box, reachable_boxes
from inboxcrm.commands.scene import Scene, box_of, follow, open_question, task_of
from inboxcrm.crm.box import dismiss_lead
from inboxcrm.crm.naming.store import boxes_by_name
from inboxcrm.crm.people import company_domain
from inboxcrm.crm.store import box_by_id, open_tasks_of_kind
from inboxcrm.crm.task import finish_task
from inboxcrm.ingest.chosen import start_matter
from inboxcrm.ingest.filing import file_message, remember_filing
from inboxcrm.ingest.offers.store import lock_message
from inboxcrm.ingest.store import last_customer_message, message_by_id
from inboxcrm.ingest.writer import writer_of

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Task
    from inboxcrm.ingest.records import Message

ALWAYS = " always"
DOMAIN = " domain"
NEW = "new"


def file_mail(work: Work, scene: Scene) -> str:
    """Move the mail that the line is about: `file 2`, `file new`, `file Brouwer renewal`, `file 2 always`."""
    task = _filing_task(work, scene)
    message = _message(work, scene, task)
    words = scene.line.rest
    is_always = words.lower().endswith(ALWAYS)
    where = (words[: -len(ALWAYS)] if is_always else words).strip()
    old = box_by_id(work.session, message.box_id) if message.box_id else None
    box = _new_box(work, scene, task, message) if where.lower() == NEW else _box_meant(work, scene, task, where)
    file_message(work, message, box)
    if task is not None and task.state == "open":
        finish_task(work, task)
    follow(work, scene, box, task)
    if is_always:
        remember_filing(work, writer_of(work, message), box, message)
    said = f"{message.subject!r} from {writer_of(work, message)} is on {box.name} (box {box.id})"
    ever = "; later mail of this sender goes there too, until somebody says `inboxcrm filings remove`"
    is_told = old is not None and bool(reachable_boxes(work, scene.user, [old]))
    return said + (ever if is_always else "") + (_undo(old, box) if is_told else "")


def _undo(old: Box | None, box: Box) -> str:
    """Say how the mail goes back; by the box's number where both have the same name."""
    if old is None or old.id == box.id:
        return ""
    return f"; to undo: file {old.name if old.name != box.name else f'#{old.id}'}"


def _new_box(work: Work, scene: Scene, task: Task | None, message: Message) -> Box:
    """Make a box of its own for the mail; not for one that has it, nor twice for the same question."""
    if message.box_id and task is not None and task.state != "open":
        box = box_by_id(work.session, message.box_id)
        raise Refused(f"that question is answered already: the mail is on {box.name} (box {box.id})")
    if message.box_id and message.made_lead:
        box = box_by_id(work.session, message.box_id)
        raise Refused(f"{message.subject!r} has a box of its own: {box.name} (box {box.id}) was made of it")
    return start_matter(work, lock_message(work.session, message.id), scene.user)


def ignore_sender(work: Work, scene: Scene) -> str:
    """Make no lead of this sender's mail, now and later: `ignore`, `ignore domain`."""
    rest = scene.line.rest.lower()
    if rest not in ("", DOMAIN.strip()):
        raise Refused("say `ignore` for this sender or `ignore domain` for everybody at his company")
    message = _message(work, scene, _filing_task(work, scene))
    domain = company_domain(message.sender)
    if rest and domain is None:
        raise Refused(f"{message.sender} has no company's domain; say `ignore` for this address alone")
    sender = f"@{message.sender.rpartition('@')[2]}" if rest else message.sender
    box = box_by_id(work.session, message.box_id) if message.box_id else None
    if box is not None:
        dismiss_lead(work, box, f"{sender} is ignored")
    remember_filing(work, sender, None, message)
    return f"mail of {sender} makes no lead any more; to undo: inboxcrm filings remove {sender}"


def _filing_task(work: Work, scene: Scene) -> Task | None:
    """Give the question where a mail belongs that this line answers, if it answers one."""
    try:
        task = task_of(work, scene)
    except Refused:
        task = None
    if task is not None and (task.question or {}).get("act") == "file":
        return task
    if scene.line.number is not None:
        return None
    if (task := open_question(work, scene)) and (task.question or {}).get("act") == "file":
        return task
    asked = [one for one in _open_questions(work, scene) if (one.question or {}).get("act") == "file"]
    return asked[0] if len(asked) == 1 else None


def _open_questions(work: Work, scene: Scene) -> list[Task]:
    """Give the open questions in which the box that this mail answers about is one of those named."""
    box_id = scene.message.box_id
    asked = open_tasks_of_kind(work.session, "filing") if box_id else []
    return [task for task in asked if box_id in (task.question or {}).get("boxes", [])]


def _message(work: Work, scene: Scene, task: Task | None) -> Message:
    if task is not None and task.question:
        return message_by_id(work.session, int(task.question["message"]))
    found = last_customer_message(work.session, box_of(work, scene).id)
    if found is None:
        raise Refused("there is no customer's mail here")
    return found


def _box_meant(work: Work, scene: Scene, task: Task | None, words: str) -> Box:
    offered = list((task.question or {}).get("boxes", [])) if task else []
    if words.isdecimal() and 1 <= int(words) <= len(offered):
        return reach_box(work, scene.user, box_by_id(work.session, int(offered[int(words) - 1])), "file")
    if not words:
        raise Refused(
            "say where: `file 1` for the first that I named, `file` and words of a deal's name, or `file new` for none"
        )
    boxes = {
        box_by_id(work.session, one.id).id
        for one in boxes_by_name(work.session, words.removeprefix("#"))
        if one.kind != "organization"  # mail goes to the specific deal (IN-4)
    }
    found = reachable_boxes(work, scene.user, (box_by_id(work.session, box_id) for box_id in sorted(boxes)))
    exact = [box for box in found if box.name.lower() == words.lower()]
    if len(exact or found) != 1:
        names = "; ".join(f"#{box.id} {box.name}" for box in found[:5])
        raise Refused(f"which one: {names}" if found else f"no deal is called {words!r}")
    return reach_box(work, scene.user, (exact or found)[0], "file")
