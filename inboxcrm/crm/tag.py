"""Tags of a box: put on, taken away, each once and with its event."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.tags.store import delete_tag, insert_tag, tags_of_box

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box

_TAG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class NoTag(Refused):
    """Words that are no tag; says how one looks."""

    def __init__(self, words: str) -> None:
        super().__init__(
            f"{words[:60]!r} is no tag; write small letters, digits and hyphens, 40 at most, such as: key-account"
        )


def read_tag(words: str) -> str:
    """Give the tag that words say. Raises NoTag."""
    name = "-".join(words.lower().split())
    if not _TAG.fullmatch(name):
        raise NoTag(words)
    return name


def tag_box(work: Work, box: Box, name: str) -> bool:
    """Put a tag on a box; tell whether it is new there."""
    if name in tags_of_box(work.session, box.id):
        return False
    insert_tag(work.session, box.id, name)
    work.emit(events.BOX_TAGGED, ("box", box.id), box_id=box.id, tag=name)
    return True


def untag_box(work: Work, box: Box, name: str) -> bool:
    """Take a tag off a box; tell whether it was there."""
    if name not in tags_of_box(work.session, box.id):
        return False
    delete_tag(work.session, box.id, name)
    work.emit(events.BOX_UNTAGGED, ("box", box.id), box_id=box.id, tag=name)
    return True
