"""Two of us answer one customer: whoever was second is told at once, so that he can set it right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.spelled import spell_moment
from inboxcrm.base.work import Work
from inboxcrm.ingest.records import Message
from inboxcrm.ingest.store import answers_around
from inboxcrm.ingest.telling import Notice, tell_user

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box

WHY = "One customer gets one answer; the second who writes learns of the first at once."


def tell_second(work: Work, message: Message, box: Box) -> None:
    """Tell the later of two users who answered the same mail of a customer; one pair of answers is told once."""
    for other in answers_around(work.session, message):
        first, second = sorted((message, other), key=lambda one: (one.received_at, one.id))
        author = work.settings.user_by_address(second.sender)
        if author is None or work.settings.user_by_address(first.sender) is None:
            continue
        at = spell_moment(first.received_at, work.settings.company.zone)
        name = first.sender_name or first.sender
        words = " ".join(first.new_words.split())[:300]
        notice = Notice(
            f"second-answer:{first.id}:{second.id}",
            f"{name} has answered already",
            f"{name} answered this customer at {at}, before you did, and wrote: {words}",
            WHY,
            "IN-5",
        )
        tell_user(work, author, box, first, notice)
