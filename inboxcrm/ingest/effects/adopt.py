"""A thread that gets its box late: what lies in it already is filed there too (V3)."""

from __future__ import annotations

from inboxcrm.base.work import Work
from inboxcrm.crm.store import box_by_id
from inboxcrm.ingest.effects.outbound import note_answer
from inboxcrm.ingest.effects.people import take_part
from inboxcrm.ingest.resting import revive_by_mail
from inboxcrm.ingest.store import thread_by_id, unfiled_of_thread


def adopt_thread(work: Work, thread_id: int, box_id: int) -> None:
    """File what came before its thread had a box; an answer that was read before its question counts now (V3)."""
    thread = thread_by_id(work.session, thread_id)
    thread.box_id = thread.box_id or box_id
    for message in unfiled_of_thread(work.session, thread_id):
        if not message.outside:
            continue  # among ourselves, such as a digest's answers: a stranger's reply to it does not get them
        message.box_id = box_id
        message.match_how = f"the box of its thread {thread_id}, which got it later"
        message.match_confidence, message.match_others = "sure", []
        if message.kind == "outbound" and message.acted_at is not None and not message.is_archived:
            note_answer(work, message, box_id)
        elif message.kind == "customer" and message.acted_at is not None and not message.is_archived:
            box = box_by_id(work.session, box_id)
            revive_by_mail(work, box, message)
            take_part(work, box, message, joins=True)
