"""What a person is asked about a mail: on which of several boxes it belongs, and whether it is a new deal (IN-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.work import Work
from inboxcrm.crm.lead import OWNING_ROLES
from inboxcrm.crm.store import box_by_id, contact_by_id, first_address, last_box_of
from inboxcrm.crm.task import add_task
from inboxcrm.ingest.match import asks_for_new, asks_for_ticket
from inboxcrm.ingest.records import Message
from inboxcrm.ingest.telling import Notice, owner_of, tell_user
from inboxcrm.ingest.writer import writer_of

if TYPE_CHECKING:
    from inboxcrm.base.settings import User
    from inboxcrm.crm.records import Box, Contact

ASKED = "A mail that fits several deals is filed by a person."
NEW = "What may be something new never takes the place of an open quote by itself."
UNKNOWN = "An answer from an unknown address joins its deal, and accepts nothing by itself."
PROPOSED = "What a known customer asks anew is proposed, never assumed."


def whom_to_ask(work: Work, message: Message, box: Box) -> User:
    """Give who knows where a mail belongs: who has forwarded it, if he may file mail, else who has the box."""
    sender = work.settings.user_by_address(message.sender) if message.kind == "forwarded" else None
    return sender if sender and sender.role in OWNING_ROLES else owner_of(work, box)


def ask_where(work: Work, message: Message) -> None:
    """A mail that fits several boxes: their owner says on which it belongs, by `file 1`, or `file new`: on none."""
    if message.match_confidence != "unsure" or not message.match_others:
        return
    box = box_by_id(work.session, int(message.match_others[0]["box"]))
    owner = whom_to_ask(work, message, box)
    names = "; ".join(f"({n}) {other['name']}" for n, other in enumerate(message.match_others, start=1))
    who = writer_of(work, message)
    why, text = ASKED, f"this mail of {who} fits several deals: {names}"
    if len(message.match_others) == 1:
        why, text = NEW, f"this mail of {who} may be something new; open is: {names}"
    task = add_task(
        work,
        box,
        "filing",
        f"Where does {message.subject!r} from {who} belong? Answer `file new` for none of these, `file 1` for {names}",
        owner=owner.key,
        due_at=work.now,
        why=f"{why} (IN-3)",
        question={"act": "file", "message": message.id, "boxes": [o["box"] for o in message.match_others]},
        occasion=f"filing:{message.id}",
    )
    if asks_for_ticket(work.settings, message):
        return  # a rule opens its ticket in a moment, and so answers this; where none does, the task is in the digest
    words = [*(f"file {n}" for n in range(1, 1 + min(3, len(message.match_others)))), "file new"]
    notice = Notice(f"filing:{message.id}", "Where does this mail belong?", text, why, "IN-3", words)
    tell_user(work, owner, box, message, notice, task)


def ask_who(work: Work, message: Message, contact: Contact) -> None:
    """An answer to our letter from an address that nobody knows: its rep says whether it is the same person (T5)."""
    # A forged sender is not worth a question; whoever accepts is asked about as such.
    if message.answers_letter_id is None or message.box_id is None or not message.is_aligned:
        return
    if any(intent["name"] in ("acceptance", "purchase order") for intent in message.intents):
        return
    box = box_by_id(work.session, message.box_id)
    known = box.contact
    if known is None or known.id == contact.id or first_address(contact) != message.sender:
        return
    task = add_task(
        work,
        box,
        "question",
        f"Is {message.sender} another address of {known.name}?",
        owner=owner_of(work, box).key,
        due_at=work.now,
        why=f"{UNKNOWN} (IN-3)",
        question={"act": "alias", "contact": contact.id, "of": known.id},
        occasion=f"alias:{contact.id}:{known.id}",
    )
    text = f"{message.sender} answers what we wrote to {first_address(known)}: is it another address of {known.name}?"
    notice = Notice(f"alias:{contact.id}:{known.id}", "Who is this?", text, UNKNOWN, "IN-3", ["yes", "no"])
    tell_user(work, owner_of(work, box), box, message, notice, task)


def propose_deal(work: Work, message: Message) -> None:
    """A known customer asks for something new and has nothing open: his owner says whether it is a new deal."""
    if asks_for_new(message):
        ask_if_deal(work, message, message.new_words)


def ask_if_deal(work: Work, message: Message, need: str) -> None:
    """Ask whether words that ask for something new are a new deal; not if the mail has its box or another question."""
    if message.box_id or message.match_confidence == "unsure" or message.contact_id is None:
        return
    box = last_box_of(work.session, contact_by_id(work.session, message.contact_id))
    if box is None:
        return
    asked = whom_to_ask(work, message, box)
    words, who = " ".join(need.split())[:120], writer_of(work, message)
    task = add_task(
        work,
        box,
        "question",
        f"Is {message.subject!r} from {who} a new deal? They write: {words!r}",
        owner=asked.key,
        due_at=work.now,
        why=f"{PROPOSED} (IN-3)",
        question={"act": "propose", "message": message.id},
        occasion=f"propose:{message.id}",
    )
    if asks_for_ticket(work.settings, message):
        return  # as above
    text = f"{who} asks for something new and has nothing open: is it a new deal?"
    notice = Notice(f"propose:{message.id}", "Is this a new deal?", text, PROPOSED, "IN-3", ["yes", "no"])
    tell_user(work, asked, box, message, notice, task)
