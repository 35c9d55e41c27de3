"""A company with one sequence: a letter at once, another after three business days, then a call."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.store import set_switch
from inboxcrm.base.work import Office
from inboxcrm.ingest.records import Message
from inboxcrm.outbox.delivery import claim_letter
from inboxcrm.outbox.records import Letter, Suppression
from inboxcrm.outbox.sequences.records import SequenceRun
from inboxcrm.outbox.store import due_letter_ids
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.records import Firing
from inboxcrm.rules.sequences.judging import judge_by
from inboxcrm.rules.sequences.stepping import run_due_steps
from tests.build import BOB, HOUSE, HandClock, Mail, a_lead, deliver, deliver_raw, letters, react
from tests.rules.writing import a_book, a_rule

STEPS = (
    '{ action = "letter", letter = "follow_up" },'
    ' { action = "letter", letter = "follow_up", wait = "3 business days" },'
    ' { action = "task", kind = "errand", to = "maria", text = "call {{ name }}", wait = "2 business days" }'
)
SEQUENCE = a_rule('on = "lead.created"', 'for = "lead"', do=STEPS)


@dataclass(slots=True)
class Stage:
    """An office that is live, its rules, and the clock."""

    office: Office
    clock: HandClock
    rules: RuleBook

    def begin(self, address: str = BOB) -> int:
        """A lead, for which the sequence begins; give the box."""
        with self.office.work("test", actor="test") as work:
            box_id = a_lead(work, address).box_id
        react(self.office, self.rules)
        return box_id

    def react(self) -> None:
        react(self.office, self.rules)

    def hear(self, text: str, **mail: str) -> Message:
        """A mail of a customer, taken in and reacted to."""
        message = deliver(self.office, Mail(text, **mail))
        self.react()
        return message

    def hear_raw(self, raw: bytes) -> Message:
        message = deliver_raw(self.office, raw)
        self.react()
        return message

    def step(self) -> int:
        """What a ticker does about sequences, and what follows."""
        done = run_due_steps(self.office, self.rules.current())
        self.react()
        return done

    def send(self) -> list[str]:
        """Claim all letters to outsiders that may leave now; give their addressees. They count as sent."""
        with self.office.reading() as session:
            due = due_letter_ids(session, self.clock.now(), "letter")
        judge = judge_by(self.rules.current())
        sent = [one.id for one in letters(self.office, "letter") if one.id in due]
        sent = [one for one in sent if claim_letter(self.office, one, judge)]
        with self.office.work("test", actor="test") as work:
            for number in sent:
                letter = work.session.get_one(Letter, number)
                letter.state, letter.sent_at, letter.claimed_until = "sent", work.now, None
                letter.recipients[0].state = "sent"
            return [work.session.get_one(Letter, number).recipients[0].address for number in sent]

    def runs(self) -> list[SequenceRun]:
        with Session(self.office.engine, expire_on_commit=False) as session:
            return list(session.scalars(select(SequenceRun).order_by(SequenceRun.id)))

    def run(self) -> SequenceRun:
        """The first run."""
        return self.runs()[0]

    def firings(self) -> list[str]:
        with self.office.reading() as session:
            return list(session.scalars(select(Firing.key).order_by(Firing.at, Firing.key)))

    def states(self) -> list[str]:
        """The states of all letters to customers."""
        return [one.state for one in letters(self.office, "letter")]

    def suppress(self, address: str, reason: str) -> None:
        with self.office.work("test", actor="test") as work:
            first = work.session.scalars(select(Letter.id)).first()
            row = Suppression(address=address, reason=reason, letter_id=first, at=work.now)
            work.session.add(row)


def a_stage(office: Office, clock: HandClock, *rules: str) -> Stage:
    with office.work("test", actor="test") as work:
        set_switch(work.session, f"live:{HOUSE}", "live", work.now)
    return Stage(office, clock, a_book(office.settings.rules.folder, *(rules or (SEQUENCE,))))


def auto_reply(text: str, clock: HandClock, sender: str = BOB) -> bytes:
    """What a mail program answers by itself."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, HOUSE, "Automatic reply: Licences"
    mail["Date"], mail["Message-ID"] = (
        format_datetime(clock.now()),
        f"<auto-{clock.now():%d%H%M}@acme.example>",
    )
    mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(text)
    return mail.as_bytes()
