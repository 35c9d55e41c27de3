"""A question of a rule that offers words: whoever says one of them in his answer has answered it."""

from __future__ import annotations

from inboxcrm.base.work import Work
from inboxcrm.commands.reach import reachable_tasks
from inboxcrm.commands.scene import Scene
from inboxcrm.crm.store import task_by_id
from inboxcrm.crm.task import finish_task
from inboxcrm.outbox.store import letter_by_id, sole_line, task_of_line

CHOICE = "choice"  # the act of such a question


def close_choice(work: Work, scene: Scene) -> None:
    """Close the question that a line has answered by one of the words that it offers; others leave it open."""
    letter_id = scene.message.answers_letter_id
    if letter_id is None or letter_by_id(work.session, letter_id).user != scene.user.key:
        return
    number = scene.line.number
    task_id = (
        sole_line(work.session, letter_id)
        if number is None
        else task_of_line(work.session, letter_id, number)
    )
    if task_id is None:
        return
    task = task_by_id(work.session, task_id)
    question = task.question or {}
    if task.state != "open" or question.get("act") != CHOICE or scene.line.word not in question["words"]:
        return
    if reachable_tasks(work, scene.user, [task]):
        finish_task(work, task)
