"""What a command is about: who said it, in which mail, on which box and which line of a digest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.settings import User
from inboxcrm.base.work import Work
from inboxcrm.commands.reach import reach_box, reach_task, reachable_tasks
from inboxcrm.commands.which_list import list_meant
from inboxcrm.crm.store import box_by_id, open_tasks_of_box, task_by_id, task_by_occasion
from inboxcrm.ingest.store import message_by_id
from inboxcrm.outbox.store import letter_by_id, line_of_letter, lines_of_letter, sole_line, task_of_line

if TYPE_CHECKING:
    from inboxcrm.commands.grammar import CommandLine
    from inboxcrm.crm.records import Box, Task
    from inboxcrm.ingest.records import Message


RECEIPT = "receipt"
PLACING = ("filing", "propose")  # the occasions of the questions where a mail belongs


class LineUnnamed(Refused):
    """A word without a number in the answer to a mail of many lines; shows where the number belongs."""

    def __init__(self, subject: str, source: str) -> None:
        super().__init__(
            f"which line of {subject!r} do you mean? Put its number in front, such as: 1 {source}"
        )


@dataclass(frozen=True, slots=True)
class Scene:
    """One command on its way."""

    user: User
    message: Message
    line: CommandLine
    position: int  # of the line in its mail, so that the same line of the same mail is one occasion

    @property
    def occasion(self) -> str:
        """Give the key that makes what this line does unique."""
        return f"mail:{self.message.id}:{self.position}"


def box_of(work: Work, scene: Scene) -> Box:
    """Give the box of a command: of the numbered line, else of its mail, or of the mail whose receipt it answers."""
    if scene.line.number is not None:
        if box := _box_of_line(work, scene):
            return _reached(work, scene, box.id)
        return _reached(work, scene, _task_named(work, scene).box_id)
    if scene.message.box_id is None:
        told = _told_mail(work, scene)
        if told is not None and (box_id := message_by_id(work.session, told).box_id):
            return _reached(work, scene, box_id)
        if letter_id := scene.message.answers_letter_id:
            raise LineUnnamed(letter_by_id(work.session, letter_id).subject, scene.line.source)
        raise Refused(
            f"I do not know which deal you mean; answer a notice or a digest with: {scene.line.source}"
        )
    return _reached(work, scene, scene.message.box_id)


def _reached(work: Work, scene: Scene, box_id: int) -> Box:
    return reach_box(work, scene.user, box_by_id(work.session, box_id), scene.line.word)


def _box_of_line(work: Work, scene: Scene) -> Box | None:
    """Give the box that a numbered line is about as a whole, as nothing was to do there; None of any other line."""
    number = scene.line.number
    if number is None:
        return None
    line = line_of_letter(work.session, list_meant(work, scene.message, number), number)
    return box_by_id(work.session, line[1]) if line and line[0] == "box" else None


def _told_mail(work: Work, scene: Scene) -> int | None:
    """Give the mail of ours whose receipt is answered, which was filed after the receipt was written."""
    letter_id = scene.message.answers_letter_id
    kind, _, number = (
        letter_by_id(work.session, letter_id).dedupe.partition(":") if letter_id else ("", "", "")
    )
    return int(number) if kind == RECEIPT and number.isdecimal() else None


def receipt_answered(work: Work, scene: Scene) -> int:
    """Give the mail of the speaker whose receipt he answers. Raises Refused."""
    told = _told_mail(work, scene)
    if told is None:
        raise Refused("answer the receipt of what you mean with: undo")
    letter = letter_by_id(work.session, scene.message.answers_letter_id or 0)
    if letter.user != scene.user.key:
        raise Refused(f"{letter.subject!r} was sent to {letter.user} and is answered by nobody else")
    return told


def open_question(work: Work, scene: Scene) -> Task | None:
    """Give the open question where a mail belongs: that is answered, or of the mail above which the command is said.

    Whoever answers the receipt of that mail means that question, too.
    """
    letter_id = scene.message.answers_letter_id
    if scene.line.number is not None:
        task_id = task_of_line(work.session, letter_id, scene.line.number) if letter_id else None
    else:
        task_id = sole_line(work.session, letter_id) if letter_id else None
    asked = [task_by_id(work.session, task_id)] if task_id else []
    mails = [scene.message.id, _told_mail(work, scene)] if scene.line.number is None else []
    keys = [f"{word}:{mail}" for mail in mails if mail for word in PLACING]
    asked += [task for key in keys if (task := task_by_occasion(work.session, key))]
    asked = reachable_tasks(work, scene.user, asked)
    return next((task for task in asked if task.state == "open" and _is_placing(task)), None)


def _is_placing(task: Task) -> bool:
    return (task.question or {}).get("act") in ("file", "propose")


def follow(work: Work, scene: Scene, box: Box, task: Task | None) -> None:
    """Let a mail be about the box that its first line has named, and the question that it answers, too."""
    if scene.line.number is not None:
        return  # a line of a digest says nothing of the others
    scene.message.box_id = box.id
    letter_id = scene.message.answers_letter_id
    if task is not None and letter_id and sole_line(work.session, letter_id) == task.id:
        letter_by_id(work.session, letter_id).box_id = box.id


def lines_meant(work: Work, scene: Scene, numbers: list[int]) -> list[tuple[str, int]]:
    """Give what the lines that a command names are about, as (kind, number): its own number, else those behind it.

    Without any number it is the only line of the letter that it answers. Raises Refused.
    """
    letter_id = scene.message.answers_letter_id
    if letter_id is None:
        raise Refused("answer the mail that lists them, with the number of the line")
    letter = letter_by_id(work.session, letter_id)
    if letter.user not in (None, scene.user.key):
        raise Refused(f"{letter.subject!r} was sent to {letter.user} and is answered by nobody else")
    lines = lines_of_letter(work.session, letter_id)
    wanted = numbers if scene.line.number is None else [scene.line.number, *numbers]
    if wanted:
        list_meant(work, scene.message, wanted[0])
    if not wanted and len(lines) != 1:
        raise LineUnnamed(letter.subject, scene.line.source)
    missing = [number for number in wanted if not 1 <= number <= len(lines)]
    if missing:
        raise Refused(f"there is no line {missing[0]} in what you answered")
    return [lines[number - 1] for number in wanted] or lines


def _task_named(work: Work, scene: Scene) -> Task:
    number = scene.line.number or 0
    found = task_of_line(work.session, list_meant(work, scene.message, number), number)
    if found is None:
        raise Refused(f"there is no line {number} in what you answered")
    return task_by_id(work.session, found)


def task_of(work: Work, scene: Scene) -> Task:
    """Give the task that a command is about: of the numbered line, else the box's most urgent open one."""
    letter_id = scene.message.answers_letter_id
    box = _box_of_line(work, scene)
    if scene.line.number is not None and box is None:
        return reach_task(work, scene.user, _task_named(work, scene))
    if box is None and letter_id and (only := sole_line(work.session, letter_id)):
        return reach_task(work, scene.user, task_by_id(work.session, only))
    tasks = open_tasks_of_box(work.session, box_of(work, scene).id)
    tasks = reachable_tasks(work, scene.user, tasks)
    if not tasks:
        raise Refused("there is no open task on this deal")
    return tasks[0]
