"""`merge` makes one of what is there twice, `unmerge` takes it apart again (LD-4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.columns import is_row_number
from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.commands.questions import carry_out_yes
from inboxcrm.commands.scene import Scene, box_of, task_of
from inboxcrm.crm.companies.store import organization_by_domain
from inboxcrm.crm.lead import OWNING_ROLES, assign_lead
from inboxcrm.crm.merging.merge import merge_boxes, merge_contacts, merge_organizations
from inboxcrm.crm.merging.store import last_merge_of
from inboxcrm.crm.merging.told import merge_told
from inboxcrm.crm.merging.undo import undo_merge
from inboxcrm.crm.naming.store import boxes_by_name
from inboxcrm.crm.store import box_by_id, contact_by_address, lead_of_box, open_tasks_of_box
from inboxcrm.crm.task import finish_task
from inboxcrm.ingest.store import messages_since

if TYPE_CHECKING:
    from inboxcrm.crm.merging.undo import Undone
    from inboxcrm.crm.records import Box, Task

ASKED = ("duplicate", "join")
REMEDY = (
    "say which stays: `merge 4711` for a box, `merge bob@acme.example` for a person, "
    "`merge acme.example` for a company"
)
MOST_MAILS = 5


def merge_records(work: Work, scene: Scene) -> str:
    """Make what the line is about part of what it names; alone it answers the question whether two are one."""
    words = scene.line.rest.strip().lower().removeprefix("#")
    if not words:
        return _answer(work, scene)
    box, reason = box_of(work, scene), f"{scene.user.key} said so"
    if is_row_number(words):
        merge = merge_boxes(work, _box_named(work, words), box, reason=reason)
    elif "@" in words:
        known = contact_by_address(work.session, words)
        if known is None or box.contact is None:
            raise Refused(f"nobody has the address {words}" if box.contact else f"{box.name} is of no person")
        merge = merge_contacts(work, known, box.contact, reason=reason, box_id=box.id)
    elif "." in words:
        company = organization_by_domain(work.session, words)
        if company is None or box.organization is None:
            raise Refused(f"no company has {words}" if box.organization else f"{box.name} is of no company")
        merge = merge_organizations(work, company, box.organization, reason=reason, box_id=box.id)
    else:
        raise Refused(REMEDY)
    return merge_told(work.session, merge)


def _box_named(work: Work, words: str) -> Box:
    if not boxes_by_name(work.session, words):
        raise Refused(f"there is no box {words}; {REMEDY}")
    return box_by_id(work.session, int(words))


def _answer(work: Work, scene: Scene) -> str:
    """Say yes to the question whether two are one that the mail answers."""
    task = _question(work, scene)
    said = carry_out_yes(work, scene.user, task.question or {})
    finish_task(work, task)
    return said


def _question(work: Work, scene: Scene) -> Task:
    try:
        asked = [task_of(work, scene)]
    except Refused:
        asked = []
    if scene.line.number is None and not any(map(_asks, asked)):
        asked = [
            task
            for task in open_tasks_of_box(work.session, box_of(work, scene).id, "question")
            if _asks(task)
        ]
    if len(asked) != 1 or not _asks(asked[0]):
        raise Refused(REMEDY)
    return asked[0]


def _asks(task: Task) -> bool:
    return task.state == "open" and (task.question or {}).get("act") in ASKED


def unmerge_records(work: Work, scene: Scene) -> str:
    """Take a merge apart: the one with the number, else the last one of the box that the line is about."""
    words = scene.line.rest.strip().removeprefix("#")
    if words and not is_row_number(words):
        raise Refused("say its number: `unmerge 12`; the receipt of the merge names it")
    if words:
        return _undone(work, scene, undo_merge(work, int(words)))
    box = box_of(work, scene)
    last = last_merge_of(work.session, "box", box.id)
    if last is None:
        raise Refused(
            f"nothing was merged into {box.name}; for people and companies say the number: `unmerge 12`"
        )
    return _undone(work, scene, undo_merge(work, last.id))


def _undone(work: Work, scene: Scene, undone: Undone) -> str:
    """Say what is apart again, and what stays; a lead that belongs to nobody is the user's from now on."""
    merge, survivor, loser = undone.merge, undone.survivor, undone.loser
    said = f"{loser.name} ({merge.kind} {loser.id}) is apart from {survivor.name} ({merge.kind} {survivor.id}) again"
    if undone.left:
        said += f"; {undone.left} of what the merge had changed was changed again since, and stays as it is"
    if merge.kind != "box":
        return said
    stay = messages_since(work.session, survivor.id, merge.at)
    if stay:
        names = "; ".join(f"{one.subject[:80]!r} of {one.sender}" for one in stay[:MOST_MAILS])
        more = f" and {len(stay) - MOST_MAILS} more" if len(stay) > MOST_MAILS else ""
        said += f"; mail that came since stays on {survivor.name}: {names}{more}"
    lead = lead_of_box(work.session, loser.id)
    if lead is not None and lead.state == "New" and lead.owner is None and scene.user.role in OWNING_ROLES:
        assign_lead(work, lead, scene.user.key)
        said += "; the lead is yours"
    return said
