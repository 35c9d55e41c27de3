"""`merge` makes one of what is there twice, `unmerge` takes it apart again (LD-4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.columns import is_row_number
from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.commands.questions import carry_out_yes
from inboxcrm.commands.reach import reach_box, reachable_boxes
from inboxcrm.commands.scene import Scene, box_of, task_of
from inboxcrm.crm.companies.store import organization_by_domain
from inboxcrm.crm.lead import OWNING_ROLES, assign_lead
from inboxcrm.crm.merging.merge import merge_boxes, merge_contacts, merge_organizations
from inboxcrm.crm.merging.store import boxes_of_company, last_merge_of, merge_by_id
from inboxcrm.crm.merging.told import merge_told
from inboxcrm.crm.merging.undo import MergeUnknown, records_of_merge, undo_merge
from inboxcrm.crm.naming.store import boxes_by_name, boxes_of_person
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
MOST_BOXES = 100  # of a company, the newest


def merge_records(work: Work, scene: Scene) -> str:
    """Make what the line is about part of what it names; alone it answers the question whether two are one."""
    words = scene.line.rest.strip().lower().removeprefix("#")
    if not words:
        return _answer(work, scene)
    box, reason = box_of(work, scene), f"{scene.user.key} said so"
    if is_row_number(words):
        merge = merge_boxes(work, _box_named(work, scene, words), box, reason=reason)
    elif "@" in words:
        known = contact_by_address(work.session, words)
        theirs = boxes_of_person(work.session, known.id) if known else []
        if known is None or box.contact is None or not _is_his(work, scene, theirs):
            raise Refused(f"nobody has the address {words}" if box.contact else f"{box.name} is of no person")
        merge = merge_contacts(work, known, box.contact, reason=reason, box_id=box.id)
    elif "." in words:
        company = organization_by_domain(work.session, words)
        theirs = boxes_of_company(work.session, company.id, MOST_BOXES) if company else []
        if company is None or box.organization is None or not _is_his(work, scene, theirs):
            raise Refused(f"no company has {words}" if box.organization else f"{box.name} is of no company")
        merge = merge_organizations(work, company, box.organization, reason=reason, box_id=box.id)
    else:
        raise Refused(REMEDY)
    return merge_told(work.session, merge)


def _box_named(work: Work, scene: Scene, words: str) -> Box:
    found = [box_by_id(work.session, one.id) for one in boxes_by_name(work.session, words)]
    if not reachable_boxes(work, scene.user, found):
        raise Refused(f"there is no box {words}; {REMEDY}")
    return reach_box(work, scene.user, found[0], scene.line.word)


def _is_his(work: Work, scene: Scene, boxes: list[Box]) -> bool:
    """Tell whether somebody's boxes are none of a colleague's alone (MG-6)."""
    return not boxes or bool(reachable_boxes(work, scene.user, boxes))


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
        _check_reach(work, scene, int(words))
        return _undone(work, scene, undo_merge(work, int(words)))
    box = box_of(work, scene)
    last = last_merge_of(work.session, "box", box.id)
    if last is None:
        raise Refused(
            f"nothing was merged into {box.name}; for people and companies say the number: `unmerge 12`"
        )
    return _undone(work, scene, undo_merge(work, last.id))


def _check_reach(work: Work, scene: Scene, merge_id: int) -> None:
    """Refuse a merge of what its user may not work on, in the words for one that there is not (MG-6)."""
    merge = merge_by_id(work.session, merge_id)
    if merge is None:
        raise MergeUnknown(merge_id)
    survivor, _ = records_of_merge(work.session, merge)
    if merge.kind == "box":
        boxes = [survivor]
    elif merge.kind == "contact":
        boxes = boxes_of_person(work.session, survivor.id)
    else:
        boxes = boxes_of_company(work.session, survivor.id, MOST_BOXES)
    if not _is_his(work, scene, boxes):
        raise MergeUnknown(merge_id)
    if merge.kind == "box":
        reach_box(work, scene.user, survivor, scene.line.word)


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
