"""`yes` and `no`: answer a question that was put to the rep (docs/architecture.md, who may act)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.commands.questions import carry_out_yes
from inboxcrm.commands.scene import Scene, box_of, follow, open_question, task_of
from inboxcrm.commands.words.capture import answer_offer, offer_meant
from inboxcrm.crm.store import box_by_id, open_tasks_of_box
from inboxcrm.crm.task import finish_task
from inboxcrm.ingest.store import message_by_id

if TYPE_CHECKING:
    from inboxcrm.crm.records import Task


def say_yes(work: Work, scene: Scene) -> str:
    """Carry out what was asked."""
    if offer := offer_meant(work, scene):
        return answer_offer(work, scene, offer, is_yes=True)
    task = _question(work, scene)
    said = carry_out_yes(work, scene.user, task.question or {})
    finish_task(work, task)
    asked = task.question or {}
    if asked.get("act") in ("propose", "ticket") and (
        box_id := message_by_id(work.session, int(asked["message"])).box_id
    ):
        follow(work, scene, box_by_id(work.session, box_id), task)
    return said


def say_no(work: Work, scene: Scene) -> str:
    """Let it be."""
    if offer := offer_meant(work, scene):
        return answer_offer(work, scene, offer, is_yes=False)
    task = _question(work, scene)
    finish_task(work, task, state="dropped")
    return f"nothing was done: {task.text}"


def _question(work: Work, scene: Scene) -> Task:
    if scene.line.number is not None or scene.message.answers_letter_id:
        try:
            task = task_of(work, scene)
        except Refused:
            task = None
        if task is not None and task.question and task.state == "open":
            return task
        # The yes was meant for that line or that question; never for another one that happens to be open.
        if scene.line.number is not None or (task is not None and task.kind == "question"):
            raise Refused(
                "that question is answered already" if task and task.question else "that asks nothing"
            )
    if (task := open_question(work, scene)) and (task.question or {}).get("act") == "propose":
        return task
    asked = [
        one for one in open_tasks_of_box(work.session, box_of(work, scene).id, "question") if one.question
    ]
    if len(asked) != 1:
        raise Refused("there is no open question here" if not asked else "answer the question's own mail")
    return asked[0]
