"""The box of a mail that one of us wrote to us alone, in answer to a mail of a customer's conversation (IN-3).

Nobody outside stands on such a mail, so headers join it to no conversation: anybody could have written them. Once its
author is proven, what it names tells which box he means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.work import Work
from inboxcrm.crm.store import box_by_id
from inboxcrm.ingest.effects.filed import note_filed
from inboxcrm.ingest.store import boxes_of_threads, keys_of
from inboxcrm.ingest.thread import MOST_REFERENCES, mid_hash

if TYPE_CHECKING:
    from inboxcrm.ingest.records import Message


def file_where_it_refers(work: Work, message: Message) -> None:
    """Put a proven mail of ours on the one box whose mails it names; nothing if it has a box or answers a letter."""
    if message.box_id is not None or message.answers_letter_id is not None or not message.reference_ids:
        return
    named = keys_of(work.session, [mid_hash(one) for one in message.reference_ids[-MOST_REFERENCES:]])
    found = boxes_of_threads(work.session, named.threads()).values()
    boxes = {box_by_id(work.session, box_id).id for box_id in found if box_id is not None}
    if len(boxes) == 1:
        [message.box_id] = boxes
        note_filed(message, "its proven author answers a mail of that box")
