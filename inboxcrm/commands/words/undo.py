"""`undo`: takes back what a line of an earlier mail has changed, as its receipt offers (EM-4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.spelled import spell_moment
from inboxcrm.base.work import Work
from inboxcrm.commands.counter import counter_of
from inboxcrm.commands.scene import LineUnnamed, Scene, receipt_answered
from inboxcrm.commands.store import changes_of_mail
from inboxcrm.commands.undoing import undo_change

if TYPE_CHECKING:
    from inboxcrm.commands.records import ChangeSet

_NUMBER = re.compile(r"(?:line )?#?(\d{1,3})\.?")


class NotUndoable(Refused):
    """What has left the house or was issued; names the word that does something against it."""

    def __init__(self, source: str, counter: str) -> None:
        way = f"; say {counter}" if counter else ""
        super().__init__(f"{source!r} cannot be undone, as something was issued or has left{way}")


class StillStands(Refused):
    """What can no longer be undone; says why, and what can be said against it instead."""

    def __init__(self, reason: Refused, counter: str) -> None:
        super().__init__(f"{reason}{f'; what goes: {counter}' if counter else ''}")


def take_back(work: Work, scene: Scene) -> str:
    """Undo the receipt's only line, or the one whose number is said: `undo 2`."""
    change = _meant(work, scene)
    if change.undone_at is not None:
        who, at = (change.undone_by or "").removeprefix("user:"), change.undone_at
        when = spell_moment(at, work.settings.company.zone)
        raise Refused(f"{change.source!r} was undone already by {who}, {when}")
    if change.lasting:
        raise NotUndoable(change.source, counter_of(change.word))
    try:
        return f"undone: {change.source}{undo_change(work, change)}"
    except Refused as reason:
        raise StillStands(reason, counter_of(change.word)) from reason


def _meant(work: Work, scene: Scene) -> ChangeSet:
    told = receipt_answered(work, scene)
    number = scene.line.number
    if match := _NUMBER.fullmatch(scene.line.rest.strip().lower()):
        number = int(match[1])
    elif scene.line.rest:
        raise Refused("say `undo`, or `undo 2` for the second line of the receipt that you answer")
    changes = changes_of_mail(work.session, told)
    if number is None and len(changes) > 1:
        raise LineUnnamed("that receipt", "undo")
    found = [one for one in changes if number in (None, one.line)]
    if not found:
        raise Refused("that line has changed nothing, so there is nothing to undo")
    return found[0]
