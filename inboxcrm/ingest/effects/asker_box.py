"""Which matter is meant by a mail that came through another: what shows it, and what makes it a person's to say.

A forward brings the mail's own headers or those that its program kept; a number or a subject may show it, too. What
nothing ties to a deal whose quote is open may well be something new, and is asked (IN-3, IN-6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inboxcrm.base.work import Work
from inboxcrm.crm.store import box_by_id, is_won
from inboxcrm.ingest.candidates import SHORTEST_SUBJECT, base_subject, has_subject
from inboxcrm.ingest.intents import read_intents
from inboxcrm.ingest.match import NEW_BUSINESS, papers_named
from inboxcrm.ingest.store import keys_of, thread_by_id
from inboxcrm.ingest.thread import people_marks
from inboxcrm.sales.store import open_quote

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Contact
    from inboxcrm.ingest.effects.asker import Asker
    from inboxcrm.ingest.records import Message


@dataclass(frozen=True, slots=True)
class Shown:
    """A box that a mail itself shows, with what shows it and how sure that is."""

    box_id: int
    how: str
    confidence: str


def shown_box(
    work: Work, message: Message, asker: Asker, contact: Contact, boxes: Sequence[Box]
) -> Shown | None:
    """Give the box that the asker's mail names by its thread, the number of a paper, or a subject of one of `boxes`."""
    threads = _boxes_of_threads(work, asker)
    if len(threads) == 1:
        return Shown(threads.pop(), "it is of a thread of that box", "sure")
    papers = papers_named(work, f"{asker.topic}\n{asker.need}", [contact])
    if len(papers) == 1:
        [(box_id, number)] = papers.items()
        return Shown(box_id, f"it names {number}, a paper of this customer", "likely")
    subject, _ = base_subject(asker.topic)
    same = [
        box
        for box in boxes
        if len(subject) >= SHORTEST_SUBJECT
        and has_subject(work.session, box, subject, {asker.address}, message.received_at)
    ]
    return Shown(same[0].id, "a mail there has the same subject", "low") if len(same) == 1 else None


def _boxes_of_threads(work: Work, asker: Asker) -> set[int]:
    """Give the boxes of the threads that know one of the mail's ids and its writer, or his company."""
    people = people_marks([asker.address])
    keys = keys_of(work.session, asker.thread_keys)
    threads = {
        row.thread_id
        for rows in keys.rows.values()
        for row in rows.values()
        if not people.isdisjoint(row.people)
    }
    found = (thread_by_id(work.session, thread_id).box_id for thread_id in threads)
    return {box_by_id(work.session, box_id).id for box_id in found if box_id is not None}


def asks_anew(asker: Asker) -> bool:
    """Tell whether his words ask for something to sell."""
    found = read_intents(asker.need, subject=asker.topic)
    return any(one.name in NEW_BUSINESS for one in found)


def may_be_new(work: Work, box: Box) -> str:
    """Give why a mail that nothing ties to a person's one open box is asked about; "" if it is filed there."""
    quote = open_quote(work.session, box.id)
    return f"the quote {quote.number} is open there" if quote else ""


def is_over(work: Work, box: Box, asker: Asker) -> bool:
    """Tell whether a person's one open deal is won and he asks for something new, which is proposed (IN-3)."""
    return is_won(work.session, box.id) and asks_anew(asker)
