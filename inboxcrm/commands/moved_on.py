"""A line of a mail whose matter has changed since that mail: its author is told what it is now, and says `yes` again.

What is compared is how the line stood when it was sent: whose it was, its state, and what the deal is worth. What its
author has changed himself surprises him not. Nothing is done before his `yes` to the receipt; if it has changed once
more by then, he is told so again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from inboxcrm.base.errors import Refused
from inboxcrm.base.spelled import spell_weekday
from inboxcrm.base.store import events_of_box
from inboxcrm.commands.grammar import CommandLine
from inboxcrm.commands.reach import reach_box
from inboxcrm.commands.scene import RECEIPT, Scene
from inboxcrm.crm.briefing.store import places_of
from inboxcrm.crm.store import box_by_id, task_by_id
from inboxcrm.ingest.store import message_by_id
from inboxcrm.outbox.store import letter_by_id, line_of_letter
from inboxcrm.reports.digests.wording import told_of

if TYPE_CHECKING:
    from inboxcrm.base.work import Work

HARMLESS = frozenset(("call", "help", "note", "overloaded", "summary", "undo"))
OF_THE_TASK = frozenset(("done", "drop", "no", "snooze", "yes"))
CHANGING = frozenset((
    "box.handed_over", "box.merged", "lead.assigned", "lead.moved", "opportunity.assigned", "opportunity.changed",
    "opportunity.lost", "opportunity.reopened", "opportunity.won", "stage.changed", "task.assigned", "task.done",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moved:
    """What has changed, in words, and how it stands now."""

    text: str
    now: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Meant:
    """A line that waited for its author's `yes`, and how things stood when he was asked."""

    scene: Scene
    told: dict[str, Any]
    told_at: datetime


def what_moved(work: Work, scene: Scene, meant: Meant | None = None) -> Moved | None:
    """Give what has changed of the line that a command names since it was told; None if its author knows all."""
    letter_id, number = scene.message.answers_letter_id, scene.line.number
    if letter_id is None or number is None or scene.line.word in HARMLESS:
        return None
    letter = letter_by_id(work.session, letter_id)
    told = meant.told if meant else (letter.facts.get("told") or {}).get(str(number))
    line = line_of_letter(work.session, letter_id, number)
    if not told or line is None:
        return None
    now, box_id = _standing(work, *line)
    if now == told or (line[0] == "task" and now["state"] != "open" and scene.line.word in OF_THE_TASK):
        return None  # the word itself says what has become of the task
    reach_box(work, scene.user, box_by_id(work.session, box_id), scene.line.word)
    since = meant.told_at if meant else letter.created_at
    events = events_of_box(work.session, box_id)
    if not any(
        event.at > since and event.kind in CHANGING and event.actor != f"user:{scene.user.key}"
        for event in events
    ):
        return None
    day = spell_weekday(since.astimezone(work.settings.company.zone))
    return Moved(f"not done yet, as it has changed since {day}: {_differences(work, told, now)}", now)


def _standing(work: Work, kind: str, number: int) -> tuple[dict[str, Any], int]:
    """Give how a task or box stands now, and its box."""
    task = task_by_id(work.session, number) if kind == "task" else None
    box = box_by_id(work.session, task.box_id if task else number)
    row = places_of(work.session, [box.id])[box.id]
    if task is not None:
        return told_of(row, task.owner, task.state), box.id
    return told_of(row, row.box_owner, row.deal_state or row.lead_state or ""), box.id


def _differences(work: Work, told: dict[str, Any], now: dict[str, Any]) -> str:
    found = []
    if now["owner"] != told["owner"]:
        found.append(f"it is {_name(work, now['owner'])} now, was {_name(work, told['owner'])}")
    if now["deal"] != told["deal"]:
        found.append(f"the deal is {now['deal'] or 'gone'}, was {told['deal'] or 'none'}")
    elif now["state"] != told["state"]:
        found.append(f"it is {now['state']}, was {told['state']}")
    if now["amount"] != told["amount"]:
        found.append(
            f"it is worth {now['amount'] or 'nothing known'}, was {told['amount'] or 'nothing known'}"
        )
    return "; ".join(found)


def _name(work: Work, key: str) -> str:
    user = work.settings.user_by_key(key)
    return f"{user.name}'s" if user else "nobody's"


def waiting_line(work: Work, scene: Scene) -> Meant | None:
    """Give the line of an earlier mail that a `yes` to its receipt confirms, once; None if none waits there.

    Raises Refused if several wait and none is named.
    """
    letter_id = scene.message.answers_letter_id
    letter = letter_by_id(work.session, letter_id) if letter_id else None
    kind, _, number = letter.dedupe.partition(":") if letter else ("", "", "")
    if letter is None or kind != RECEIPT or not number.isdecimal() or letter.user != scene.user.key:
        return None
    lines = [dict(line) for line in letter.facts.get("lines", ())]
    waiting = [at for at, line in enumerate(lines, start=1) if line.get("waits")]
    if scene.line.number is not None:
        waiting = [at for at in waiting if at == scene.line.number]
    if len(waiting) > 1:
        raise Refused(f"which line of it? Put its number in front, such as: {waiting[0]} yes")
    if not waiting:
        return None
    waits = lines[waiting[0] - 1].pop("waits")
    letter.facts = letter.facts | {"lines": lines}
    line = CommandLine(waits["number"], waits["word"], waits["rest"], waits["source"])
    earlier = Scene(scene.user, message_by_id(work.session, int(number)), line, waits["position"])
    return Meant(earlier, waits["now"], letter.created_at)


def to_wait(scene: Scene, moved: Moved) -> dict[str, Any]:
    """Give what a receipt keeps of a line that waits for its author's `yes`."""
    line = scene.line
    kept = {"number": line.number, "word": line.word, "rest": line.rest, "source": line.source}
    return {**kept, "position": scene.position, "now": moved.now}
