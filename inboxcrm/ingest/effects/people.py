"""Who takes part on a box: everybody outside who stands on a customer's mail there, or to whom one of us wrote (IN-3).

Their next mail may belong there too. Bare leads of theirs that mail made are the same matter then; leads of several
companies are a person's to judge. An address of which nothing else is known is a guest until somebody writes from it,
so that it does not matter which mail was read first (V3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.work import Work
from inboxcrm.crm.box import both_by_mail, note_contact, note_guest
from inboxcrm.crm.store import box_by_id, contact_by_address, guest_boxes, waking_boxes_of_contact
from inboxcrm.ingest.records import Message
from inboxcrm.ingest.weave import unite_boxes, unite_or_ask

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Contact

MOST_PEOPLE = 10


def take_part(work: Work, box: Box, message: Message, *, joins: bool) -> Box:
    """Note that the outsiders on a mail take part on its box; `joins`: their bare leads elsewhere are one with it.

    Gives the box that it is then. Of a mail to many the sender alone takes part.
    """
    is_few = len(message.outside) <= MOST_PEOPLE
    for address in message.outside if is_few else {message.sender} & set(message.outside):
        contact = contact_by_address(work.session, address)
        if contact is None:
            note_guest(work, box, address)
        else:
            note_contact(work, box, contact)
            others = waking_boxes_of_contact(work.session, contact) if joins else []
            box = join(work, box, others, is_shown=_is_shown(message))
    return box


def _is_shown(message: Message) -> bool:
    """Tell whether a mail shows that leads are one: its server vouches for its sender, and its headers put it there.

    Whoever merely names somebody in Cc, or another's name in From, shows nothing: a person is asked (V10).
    """
    return (message.is_aligned or message.is_own_sent) and message.match_confidence == "sure"


def join(work: Work, box: Box, others: list[Box], *, is_shown: bool) -> Box:
    """Make one box of bare leads that are shown to be one matter, else ask; give what `box` is then.

    One question is asked at most: with the oldest that is not ours to join. The others were asked about before.
    """
    for other in others if is_shown else ():
        if (left := _other_lead(work, box, other)) and unite_boxes(work, box.id, left.id):
            box = box_by_id(work.session, box.id)
    left = next((one for other in others if (one := _other_lead(work, box, other))), None)
    if left is not None:
        unite_or_ask(work, box, left, is_shown=is_shown)
    return box


def _other_lead(work: Work, box: Box, other: Box) -> Box | None:
    """Give what the other box is by now, if that is a bare lead beside this one."""
    other = box_by_id(work.session, other.id)
    return other if other.id != box.id and both_by_mail(work.session, box, other) else None


def welcome(work: Work, contact: Contact, address: str) -> bool:
    """Let somebody who was a guest until now take part; tell whether he was one."""
    boxes = guest_boxes(work.session, address)
    for box_id in boxes:
        box = box_by_id(work.session, box_id)
        note_contact(work, box, contact)
        join(work, box, waking_boxes_of_contact(work.session, contact), is_shown=False)
    return bool(boxes)
