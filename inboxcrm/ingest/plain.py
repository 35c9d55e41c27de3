"""Mail that leaves records and does nothing: what lay there before the account went live, bulk and other noise.

It goes the way of `steps`, but many mails at a time: what has to be known stands in the batch, rows are written
together. Whatever could do more than that (a letter of ours, two threads that become one, a box to be found) is
left to the steps; a test takes a corpus in both ways and finds the same records.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from inboxcrm.base.store import draw_id, insert_events, insert_rows
from inboxcrm.base.work import Work
from inboxcrm.crm.people import NewContact, draw_contact_id, make_contacts
from inboxcrm.crm.store import box_by_id
from inboxcrm.ingest import events
from inboxcrm.ingest.batch import Batch
from inboxcrm.ingest.candidates import numbers_in
from inboxcrm.ingest.describe import Described
from inboxcrm.ingest.effects.noise import act_on_noise
from inboxcrm.ingest.effects.table import EFFECTS
from inboxcrm.ingest.match import FILED_BY_CONTACT, correction_of
from inboxcrm.ingest.records import Message, Thread


@dataclass(slots=True)
class PlainMail:
    """The rows of a batch's plain mails until they are written."""

    work: Work
    batch: Batch
    threads: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    contacts: list[NewContact] = field(default_factory=list)

    def take(
        self, described: Described, raw_sha256: str, received_at: datetime, *, is_archived: bool
    ) -> int | None:
        """Take a mail in if it is plain, and give the number of its message; None if the steps must."""
        values = described.values
        known = self.batch.messages.get(described.ident)
        if known is not None:
            return None if values["is_own_sent"] or values["is_aligned"] else known
        thread = self._thread(described)
        if thread is None or not self._is_plain(described, thread, is_archived=is_archived):
            return None
        return self._add(
            described,
            thread,
            raw_sha256=raw_sha256,
            received_at=received_at,
            is_archived=is_archived,
        )

    def _thread(self, described: Described) -> int | None:
        """Give the one thread of a mail, 0 for a new one; None if several have to become one."""
        threads = self.batch.keys.threads_of(described.keys, described.people, is_tokened=False)
        return next(iter(threads), 0) if len(threads) < 2 else None

    def _is_plain(self, described: Described, thread: int, *, is_archived: bool) -> bool:
        values, batch = described.values, self.batch
        if described.has_token or not batch.rewritten.isdisjoint(values["reference_ids"]):
            return False
        box_id = batch.boxes.get(thread)
        if not is_archived and (box_id or EFFECTS[values["kind"]] is not act_on_noise):
            return False
        said = correction_of(values["sender"], batch.filings)
        if box_id or values["kind"] not in FILED_BY_CONTACT:
            return not (said and said.is_wanted)
        return not (said or self._may_be_filed(values))

    def _may_be_filed(self, values: dict[str, Any]) -> bool:
        """Tell whether somebody on a mail has an open box, or may have the paper whose number it names."""
        known = {one for address in values["outside"] if (one := self.batch.contacts.get(address))}
        numbers = known and numbers_in(f"{values['subject']}\n{values['new_words']}")
        return bool(numbers) or not known.isdisjoint(self.batch.boxed)

    def _add(self, described: Described, thread: int, **given: Any) -> int:
        values, batch, work = described.values, self.batch, self.work
        message_id, how, box_id = (
            draw_id(work.session, Message.__table__),
            "on no box",
            batch.boxes.get(thread),
        )
        if not thread:
            thread = draw_id(work.session, Thread.__table__)
            self.threads.append({"id": thread, "box_id": None})
        elif box_id:
            box_id = box_by_id(work.session, box_id).id
            how = f"its references put it into thread {thread} of that box"
        is_archived = given["is_archived"]
        self.messages.append(
            {
                **values,
                **given,
                "id": message_id,
                "thread_id": thread,
                "box_id": box_id,
                "contact_id": self._contact(values, is_archived=is_archived),
                "taken_in_at": work.now,
                "match_how": how,
                "match_confidence": "sure",
                "match_others": [],
                "acted_at": None if is_archived else work.now,
            }
        )
        if not is_archived:
            self.events.append(_noise(work, message_id, values))
        batch.messages[described.ident] = message_id
        batch.keys.add(thread, described.keys, described.people, is_tokened=False)
        return message_id

    def _contact(self, values: dict[str, Any], *, is_archived: bool) -> int | None:
        """Give the contact that a mail belongs to; a customer's old mail makes one (IN-16)."""
        contacts, sender, outside = self.batch.contacts, values["sender"], values["outside"]
        if sender not in outside:
            return next((contacts[address] for address in outside if address in contacts), None)
        if sender not in contacts and is_archived and values["kind"] == "customer":
            contacts[sender] = draw_contact_id(self.work.session)
            self.contacts.append(NewContact(contacts[sender], sender, values["sender_name"]))
        return contacts.get(sender)

    def write(self) -> None:
        """Write what has gathered; other writers may follow."""
        if not self.messages:
            return
        session = self.work.session
        session.flush()  # what the steps have gathered: a plain mail may lie in a thread of theirs
        make_contacts(self.work, self.contacts)
        for table, rows in ((Thread, self.threads), (Message, self.messages)):
            insert_rows(session, table.__table__, rows)
        insert_events(session, self.events)
        for gathered in (self.contacts, self.threads, self.messages, self.events):
            gathered.clear()


def _noise(work: Work, message_id: int, values: dict[str, Any]) -> dict[str, Any]:
    return work.event_values(
        events.MESSAGE_NOISE,
        ("message", message_id),
        is_quiet=True,
        noise=values["kind"],
        reason=values["kind_reason"],
        sender=values["sender"],
    )
