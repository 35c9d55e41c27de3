"""A small shop with its starter rules: customers write, reps answer from their own mailboxes, workers react."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

import inboxcrm.rules
from inboxcrm.base.work import Office
from inboxcrm.commands.records import CommandMail
from inboxcrm.crm.store import box_by_id, open_tasks_of_box
from inboxcrm.ingest.records import Message
from inboxcrm.outbox.records import Letter
from inboxcrm.rules.book import RuleBook
from inboxcrm.sales.records import Document
from tests.build import ANNA, HandClock, Mail, deliver, letters, react, sent_from_anna

STARTER = Path(inboxcrm.rules.__file__).parent / "starter"


@dataclass(slots=True)
class Shop:
    office: Office
    clock: HandClock
    rules: RuleBook

    def customer(self, text: str, **mail: object) -> Message:
        """A customer's mail, taken in and reacted to."""
        message = deliver(self.office, Mail(text, **mail))
        self.react()
        return message

    def anna(self, text: str, **mail: object) -> dict[str, object]:
        """A mail of Anna's to the house, proven by her Sent folder; give the facts of its receipt."""
        return self.receipt_of(sent_from_anna(self.office, Mail(text, **mail)))

    def user(self, key: str, text: str, **mail: object) -> dict[str, object]:
        """A mail of another user to the house, proven by DMARC; give the facts of its receipt."""
        return self.receipt_of(deliver(self.office, Mail(text, f"{key}@kestrel.example", **mail)))

    def receipt_of(self, message: Message) -> dict[str, object]:
        self.react()
        mine = [
            letter for letter in letters(self.office, "receipt") if letter.dedupe == f"receipt:{message.id}"
        ]
        assert len(mine) == 1
        return mine[0].facts

    def react(self) -> None:
        react(self.office, self.rules)

    def notice(self, at: int = -1) -> Letter:
        return letters(self.office, "notice")[at]

    def documents(self, kind: str) -> list[Document]:
        with Session(self.office.engine, expire_on_commit=False) as session:
            return list(session.scalars(select(Document).where(Document.kind == kind).order_by(Document.id)))

    def command_mail(self, message: Message) -> CommandMail | None:
        with Session(self.office.engine, expire_on_commit=False) as session:
            return session.get(CommandMail, message.id)

    def tasks(self, box_id: int) -> list[tuple[str, str]]:
        """The open tasks of a box: kind and text."""
        with self.office.reading() as session:
            box = box_by_id(session, box_id)
            return [(task.kind, task.text) for task in open_tasks_of_box(session, box.id)]

    def quoted(self, words: str = "20 x standard", **mail: object) -> Letter:
        """A customer has asked, Anna has quoted and sent the draft from her own mailbox; give the draft."""
        self.customer("We need licences.", **mail)
        self.anna(f"quote {words}", answers=self.notice().message_id)
        [draft] = letters(self.office, "quote")
        sent = Mail(
            "Here it is.", to=str(mail.get("sender", "bob@acme.example")), message_id=draft.message_id
        )
        deliver(self.office, replace(sent, sender=ANNA, proof=None), account=ANNA, folder="Sent")
        self.react()
        return draft
