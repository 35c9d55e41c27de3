"""What the author of a command may reach: a word about a deal that he may not see is refused without a word about it.

Every way by which a word finds a box or a task goes through here, so that no number, name or answered letter leads to
what its author could not see otherwise (MG-6).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.sales.access import Sight

if TYPE_CHECKING:
    from inboxcrm.base.settings import User
    from inboxcrm.base.work import Work
    from inboxcrm.crm.records import Box, Task

# What a word does, as `crm/access.py` names it; all others work on the deal.
ACTS = {
    "done": "task",
    "drop": "task",
    "snooze": "task",
    "yes": "task",
    "no": "task",
    "assign": "see",  # who may give what to whom is a question of its own
    "call": "note",
    "note": "note",
    "source": "describe",
    "type": "describe",
    "campaign": "describe",
    "invoice": "documents",
    "paid": "documents",
    "stop": "documents",
    "delivered": "steps",
}


class OutOfReach(Refused):
    """The same words for what is not his and for what is not there, so that nothing can be guessed."""

    def __init__(self) -> None:
        super().__init__("there is no such deal among those that you may act on; ask whoever leads you")


def reach_box(work: Work, user: User, box: Box, word: str) -> Box:
    """Give a box back if its user may say the word about it. Raises OutOfReach."""
    if not _may(Sight(work.session, work.settings, user, work.now), box.id, word):
        raise OutOfReach
    return box


def reach_task(work: Work, user: User, task: Task) -> Task:
    """Give a task back if it is the user's own, or one on a deal on which he may work. Raises OutOfReach."""
    if not reachable_tasks(work, user, [task]):
        raise OutOfReach
    return task


def reachable_tasks(work: Work, user: User, tasks: Iterable[Task]) -> list[Task]:
    """Give those of the tasks that are the user's own, or on deals on which he may work."""
    sight = Sight(work.session, work.settings, user, work.now)
    return [task for task in tasks if sight.is_own(task.owner) or sight.acts_on_box(task.box_id, "work")]


def reachable_boxes(work: Work, user: User, boxes: Iterable[Box]) -> list[Box]:
    """Give those of the boxes that a user may see."""
    return Sight(work.session, work.settings, user, work.now).seen(boxes)


def may_note(work: Work, user: User, box: Box) -> bool:
    """Tell whether a user may write a note on a box."""
    return _may(Sight(work.session, work.settings, user, work.now), box.id, "note")


def _may(sight: Sight, box_id: int, word: str) -> bool:
    act = ACTS.get(word, "work")
    return sight.sees_box(box_id) if act in ("see", "note") else sight.acts_on_box(box_id, act)
