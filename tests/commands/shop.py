"""A small shop with its starter rules: customers write, reps answer from their own mailboxes, workers react."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.store import blob_content
from inboxcrm.base.work import Office
from inboxcrm.commands.records import CommandMail
from inboxcrm.crm.store import box_by_id, open_tasks_of_box
from inboxcrm.ingest.records import Message
from inboxcrm.outbox.records import Letter
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.starter_sets import STARTER as STARTER
from inboxcrm.sales.paper import make_due_papers
from inboxcrm.sales.records import Document
from tests.build import ANNA, HandClock, Mail, deliver, deliver_raw, letters, react, sent_from_anna


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

    def notices(self) -> list[Letter]:
        return letters(self.office, "notice")

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
        make_due_papers(self.office)
        [draft] = letters(self.office, "quote")
        self.send_draft(draft, str(mail.get("sender", "bob@acme.example")), self.pdf_of(draft))
        return draft

    def pdf_of(self, draft: Letter) -> bytes:
        """The PDF that a draft carries."""
        with self.office.reading() as session:
            return blob_content(session, draft.attachments[0]["sha256"])

    def send_draft(self, draft: Letter, to: str, pdf: bytes) -> None:
        """Anna sends a draft from her own mailbox, with this PDF."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = ANNA, to, "Re: Licences for Acme"
        mail["Date"], mail["Message-ID"] = format_datetime(self.clock.now()), f"<{draft.message_id}>"
        mail.set_content("Here it is.")
        mail.add_attachment(pdf, maintype="application", subtype="pdf", filename="quote.pdf")
        deliver_raw(self.office, mail.as_bytes(), account=ANNA, folder="Sent")
        self.react()
