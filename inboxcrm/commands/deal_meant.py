"""Which deal a command is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.spelled import spell_weekday
from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene, box_of
from inboxcrm.crm.store import open_next_action, opportunity_of_box

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Opportunity


class NoDeal(Refused):
    """A box without a deal; says how it becomes one."""

    def __init__(self, box: Box, number: int | None) -> None:
        line = f"{number} " if number is not None else ""
        if box.kind == "lead":
            super().__init__(
                f"{box.name} is a lead, and no deal yet; {line}qualify or {line}quote 20 x standard makes it one, "
                f"{line}dead: why lets it go, {line}recycle until 1 feb: why lets it rest"
            )
            return
        super().__init__(
            f"{box.name} is no deal yet; a quote makes it one, such as: {line}quote 20 x standard"
        )


def deal_meant(work: Work, scene: Scene) -> Opportunity:
    """Give the deal of the box, or of the digest's line, that a command is about. Raises Refused."""
    box = box_of(work, scene)
    opportunity = opportunity_of_box(work.session, box.id)
    if opportunity is None:
        raise NoDeal(box, scene.line.number)
    return opportunity


def next_of(work: Work, opportunity: Opportunity) -> str:
    """Say what is next on a deal; "" if nothing is."""
    task = open_next_action(work.session, opportunity.id)
    if task is None:
        return ""
    due = spell_weekday(task.due_at.astimezone(work.settings.company.zone))
    return f"; next, due {due}: {task.text}"
