"""`move 4711`, `move acme`: puts a mail on another deal, by its number or name, as `file` does (EM-4)."""

from __future__ import annotations

from dataclasses import replace

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene
from inboxcrm.commands.words.file import file_mail


def move_mail(work: Work, scene: Scene) -> str:
    """Move the mail that the line is about; a number is always that of a deal."""
    where = scene.line.rest.removeprefix("to ").strip()
    if not where:
        raise Refused("say where, such as: move 4711, or: move acme")
    said = f"#{where}" if where.isdecimal() else where
    return file_mail(work, replace(scene, line=replace(scene.line, rest=said)))
