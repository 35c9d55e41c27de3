"""`assign`: gives a lead, a deal or a task to another of us (LD-5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.spelled import spell_ahead
from inboxcrm.base.teams import teammates_of
from inboxcrm.commands.scene import Scene, box_of, task_of
from inboxcrm.crm.absences.store import absence_at
from inboxcrm.crm.access import may_assign
from inboxcrm.crm.hand_over import give_task, hand_over_box
from inboxcrm.crm.store import lead_of_box, opportunity_of_box
from inboxcrm.ingest.telling import Notice, tell_user

if TYPE_CHECKING:
    from inboxcrm.base.settings import User
    from inboxcrm.base.work import Work
    from inboxcrm.crm.records import Box

TASK = "task"
ME = ("me", "myself", "mir", "mij", "moi", "mi")
ROW = "LD-5"


class NotYoursToGive(Refused):
    """Somebody gives away what he may not; says who may."""

    def __init__(self, name: str, to: User) -> None:
        super().__init__(
            f"you may not give {name} to {to.name}: reps give what is theirs and take leads that are nobody's, "
            "team leads give within their team"
        )


def assign(work: Work, scene: Scene) -> str:
    """Give the lead or deal with its open tasks, `assign anna`, or one task alone, `assign task anna`."""
    words = scene.line.rest.lower().replace(" to ", " ").removeprefix("to ").strip()
    is_task = words.startswith(f"{TASK} ")
    to = user_meant(work, scene.user, words.removeprefix(f"{TASK} ").strip())
    box = box_of(work, scene)
    if is_task or not _is_matter(work, box):
        return _assign_task(work, scene, to)
    if box.owner != to.key and not may_assign(
        work.settings, scene.user, box.owner, to, is_lead=box.kind == "lead"
    ):
        raise NotYoursToGive(box.name, to)
    old = work.settings.user_by_key(box.owner or "")
    tasks = hand_over_box(work, box, to)
    _tell(work, scene, box, to, old)
    count = f" with {len(tasks)} open task{'' if len(tasks) == 1 else 's'}" if tasks else ""
    return f"{box.name} is {to.name}'s now{count}{_away(work, to)}"


def _assign_task(work: Work, scene: Scene, to: User) -> str:
    task = task_of(work, scene)
    is_own = task.owner == scene.user.key
    if not is_own and not may_assign(work.settings, scene.user, task.owner, to, is_lead=False):
        raise NotYoursToGive(f"the task {task.text!r}", to)
    give_task(work, task, to)
    text = f"{scene.user.name} gave you the task: {task.text}"
    notice = Notice(
        f"assign:{scene.occasion}", f"Your task: {task.text}", text, "Somebody gave it to you.", ROW
    )
    if to.key != scene.user.key:
        tell_user(work, to, task.box, None, notice, task)
    return f"the task {task.text!r} is {to.name}'s now{_away(work, to)}"


def user_meant(work: Work, author: User, words: str) -> User:
    """Give the user whose key, name or address begins so; raises Refused with those whom it could mean."""
    users = work.settings.user
    if words in ME:
        return author
    exact = [user for user in users if words in (user.key, user.address, user.name.lower())]
    near = [user for user in users if words and _begins(user, words)]
    found = exact or near
    if len(found) == 1:
        return found[0]
    told = found or [user for user in users if user.key in teammates_of(work.settings, author)] or list(users)
    names = ", ".join(f"{user.key} ({user.name})" for user in told)
    if not words:
        raise Refused(f"say to whom, such as: assign {users[0].key}; there are {names}")
    raise Refused(
        f"{words!r} could be {names}; which one?" if found else f"who is {words!r}? one of: {names}"
    )


def _begins(user: User, words: str) -> bool:
    """Tell whether a user's key, name, or a part of his name begins with these words."""
    name = user.name.lower()
    return user.key.startswith(words) or name.startswith(words) or f" {words}" in f" {name}"


def _is_matter(work: Work, box: Box) -> bool:
    return bool(lead_of_box(work.session, box.id) or opportunity_of_box(work.session, box.id))


def _tell(work: Work, scene: Scene, box: Box, to: User, old: User | None) -> None:
    """Tell who has it now, and who had it, unless he said so himself."""
    why = "Somebody gave it to you."
    news = [(to, f"Yours now: {box.name}", f"{scene.user.name} gave you {box.name}", why)]
    if old is not None:
        gave = f"{scene.user.name} gave {box.name} to {to.name}"
        news.append((old, f"{to.name}'s now: {box.name}", gave, "It was yours until now."))
    for user, headline, text, reason in news:
        if user.key != scene.user.key:
            notice = Notice(f"assign:{scene.occasion}", headline, text, reason, ROW)
            tell_user(work, user, box, None, notice)


def _away(work: Work, to: User) -> str:
    absence = absence_at(work.session, to.key, work.now)
    if absence is None:
        return ""
    zone = work.settings.company.zone
    day = spell_ahead(absence.until_at.astimezone(zone).date(), work.now.astimezone(zone).date())
    return f"; {to.name} is away until {day}, and a deputy is told meanwhile"
