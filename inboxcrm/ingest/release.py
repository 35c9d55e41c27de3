"""Noise that is none after all: a person says so, and the mail is a customer's, with all its effects, once (IN-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.store import blob_content
from inboxcrm.base.work import Work
from inboxcrm.crm.importing.store import contacts_with_dormant_deal
from inboxcrm.crm.store import contact_ids
from inboxcrm.ingest import events
from inboxcrm.ingest.effects.adopt import adopt_thread
from inboxcrm.ingest.effects.customer import act_on_customer
from inboxcrm.ingest.intents import read_intents
from inboxcrm.ingest.match import match_box
from inboxcrm.ingest.store import filings_of
from inboxcrm.mail.parse import parse_headers
from inboxcrm.mail.reply import split_reply, words_in

if TYPE_CHECKING:
    from inboxcrm.ingest.records import Message

NOISE = ("bulk", "auto-reply", "ignored", "copy")
LONGEST = 300


def release_message(work: Work, message: Message) -> bool:
    """Treat a mail kept as noise as a customer's; False if it is one already. Raises Refused if it cannot be one.

    The message must be locked (`lock_message`), so that two who say it at once make one lead.
    """
    if message.kind not in NOISE:
        if message.kind == "customer":
            return False
        raise Refused(f"{message.subject!r} is no noise: {message.kind_reason}")
    if not message.sender or work.settings.is_inside(message.sender):
        raise Refused(f"{message.subject!r} is from nobody outside: {message.kind_reason}")
    was = message.kind
    call_a_customers(message, f"released by {work.actor.removeprefix('user:')}; kept as {was} before")
    said = filings_of(work.session, [message.sender])
    filed = {sender: one for sender, one in said.items() if one.box_id is not None}
    message.box_id = None
    people = contact_ids(work.session, message.outside)
    dormant = contacts_with_dormant_deal(work.session, people.values())
    match_box(work, message, people, filed, dormant)
    work.session.flush()
    act_on_customer(work, message, parse_headers(_head(work, message)))
    if message.box_id:
        adopt_thread(work, message.thread_id, message.box_id)
    work.emit(events.MESSAGE_RELEASED, ("message", message.id), box_id=message.box_id, was=was)
    return True


def call_a_customers(message: Message, reason: str) -> None:
    """Make a mail a customer's by a person's word, and read its words, which nobody reads in noise."""
    message.kind, message.kind_reason = "customer", f"{reason}: {message.kind_reason}"[:LONGEST]
    segments = split_reply(message.text)
    message.segments = [[one.start, one.end, one.kind] for one in segments]
    message.new_words = words_in(message.text, segments)
    message.intents = [one.plain() for one in read_intents(message.new_words)]


def _head(work: Work, message: Message) -> bytes:
    raw = blob_content(work.session, message.raw_sha256)
    ends = [at for end in (b"\r\n\r\n", b"\n\n") if (at := raw.find(end)) >= 0]
    return raw[: min(ends, default=len(raw))]
