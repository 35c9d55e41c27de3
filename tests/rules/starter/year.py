"""A company that lives through a year with a starter set: its mails are taken in, its rules looked at day by day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office
from inboxcrm.crm.hold import wake_due
from inboxcrm.crm.records import Box, Opportunity, Task
from inboxcrm.crm.store import task_by_id
from inboxcrm.crm.task import finish_task
from inboxcrm.crm.winning import win_if_complete
from inboxcrm.ingest.overdue import tell_of_late_contacts
from inboxcrm.outbox.records import Letter
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.records import Firing
from inboxcrm.rules.starter_sets import config_of_set, put_starter_rules
from inboxcrm.rules.sweep import run_due_rules
from inboxcrm.sales.kinds.invoice import finalise_due_invoices
from inboxcrm.sales.paper import make_due_papers
from tests.build import HOUSE, HandClock, Mail, letters, sent_from_anna, the_settings
from tests.commands.shop import Shop

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MORNING = time(8, 5)  # after the schedules of a working day, and after deals wake
DIGESTS = "digest"


def settings_for(folder: Path, starter: str) -> Settings:
    """A company with one rep, a director and finance, as `init` sets it up with a starter set."""
    usual = the_settings(folder)
    tables = {key: getattr(usual, key) for key in type(usual).model_fields}
    few = tuple(user for user in usual.user if user.key in ("anna", "maria", "fred"))
    return Settings(**(tables | {"user": few} | config_of_set(starter)))


def rules_without_digests(folder: Path, settings: Settings, starter: str) -> RuleBook:
    """The set's rules; digests are left out, as each working day has several, which others test."""
    put_starter_rules(folder, starter)
    for file in folder.glob("*.toml"):
        head, *rules = file.read_text(encoding="utf-8").split("[[rule]]\n")
        kept = (rule for rule in rules if f'action = "{DIGESTS}"' not in rule)
        file.write_text("[[rule]]\n".join([head, *kept]), encoding="utf-8")
    return RuleBook(folder, tuple(settings.stage_names), settings.field, settings).open()


def local(day: str, clock: str = "10:30") -> datetime:
    """A clock time in Amsterdam as UTC."""
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), AMSTERDAM).astimezone(UTC)


@dataclass(slots=True)
class Customer:
    """Somebody with his own company, and his deal."""

    name: str
    users: int

    @property
    def address(self) -> str:
        return f"{self.name}@{self.name}.example"

    @property
    def subject(self) -> str:
        return f"Licences for {self.name.title()}"


@dataclass(slots=True)
class Year:
    """The company, its days, and what people do on some of them."""

    office: Office
    clock: HandClock
    rules: RuleBook
    shop: Shop

    # Days go by

    def until(self, day: str, clock: str = "10:30") -> None:
        """Let days go by, looking each morning, and stop at a clock time."""
        end = local(day, clock)
        for at in self._mornings(end):
            self.clock.at = at
            self.look()
        self.clock.at = end
        self.look()

    def _mornings(self, end: datetime) -> Iterator[datetime]:
        day = self.clock.at.astimezone(AMSTERDAM).date()
        while True:
            at = datetime.combine(day, MORNING, AMSTERDAM).astimezone(UTC)
            if at >= end:
                return
            if at > self.clock.at:
                yield at
            day += timedelta(days=1)

    def look(self) -> None:
        """What ticker and workers do once."""
        wake_due(self.office)
        run_due_rules(self.office, self.rules.current())
        tell_of_late_contacts(self.office)
        finalise_due_invoices(self.office)
        self.shop.react()

    # What people do, at the clock time that it is

    def asks(self, customer: Customer) -> None:
        """A stranger writes for the first time."""
        self.shop.customer(
            f"Good morning,\n\nwe need {customer.users} licences of your standard product. What would that cost us?",
            sender=customer.address,
            subject=customer.subject,
        )

    def anna(self, customer: Customer, words: str) -> None:
        """Anna answers the newest notice about a customer's deal with a command; it must be carried out."""
        receipt = self.shop.anna(words, answers=self.notice_about(customer).message_id)
        assert all(line["is_done"] for line in receipt["lines"]), receipt["lines"]

    def fred(self, customer: Customer, words: str) -> None:
        receipt = self.shop.user("fred", words, answers=self.notice_about(customer).message_id)
        assert all(line["is_done"] for line in receipt["lines"]), receipt["lines"]

    def quotes(self, customer: Customer) -> Letter:
        """Anna quotes, and sends the draft from her own mailbox."""
        known = {draft.id for draft in letters(self.office, "quote")}
        self.anna(customer, f"quote {customer.users} x standard")
        make_due_papers(self.office)
        [draft] = [one for one in letters(self.office, "quote") if one.id not in known]
        self.shop.send_draft(draft, customer.address, self.shop.pdf_of(draft))
        return draft

    def writes(self, customer: Customer, words: str, answers: str = "") -> None:
        self.shop.customer(words, sender=customer.address, subject=f"Re: {customer.subject}", answers=answers)

    def buys(self, customer: Customer) -> None:
        """The whole way from the first mail to the deal that is won, on one day."""
        self.asks(customer)
        self.buys_what_was_asked(customer)

    def buys_what_was_asked(self, customer: Customer) -> None:
        self.writes(customer, "We accept.", self.quotes(customer).message_id)
        self.anna(customer, "invoice to Acme B.V., Damrak 1, 1012 LG Amsterdam, NL")
        self.ticks_off(customer)
        self.later()  # the invoice has cooled

    def accepts(self, customer: Customer, draft: Letter) -> None:
        """He accepts a quote for his renewal, which has no checklist."""
        self.writes(customer, "We accept.", draft.message_id)
        self.later()

    def begins_trial(self, customer: Customer) -> None:
        """He asks; Anna answers, makes it a deal, and says how large he is and that he wants to try it."""
        self.asks(customer)
        self.answers(customer)
        for words in ("qualify", f"field users: {customer.users}", "field trial: asked"):
            self.anna(customer, words)
        self.later()

    def night(self, day: str) -> None:
        """A night hour by hour, from 22:00 of a day to 09:00 of the next."""
        self.until(day, "22:00")
        end = local((date.fromisoformat(day) + timedelta(days=1)).isoformat(), "09:00")
        while self.clock.at < end:
            self.clock.move(hours=1)
            self.look()

    def ticks_off(self, customer: Customer) -> None:
        """Anna does the points of the checklist; the last one wins the deal (SO-7)."""
        for _ in range(4):
            with Session(self.office.engine) as session:
                box = self._box_of(session, customer)
                [task, *_] = session.scalars(
                    select(Task)
                    .where(Task.box_id == box.id, Task.state == "open", Task.occasion.like("won:%"))
                    .order_by(Task.id)
                )
                number = task.id
            self._finish(number)

    def _finish(self, task_id: int) -> None:
        with self.office.work("test", actor="user:anna") as work:
            task = task_by_id(work.session, task_id)
            finish_task(work, task)
            win_if_complete(work, task)
        self.shop.react()

    def answers(self, customer: Customer) -> None:
        """Anna writes to a customer from her own mailbox."""
        words = "Thank you, we will come back to you."
        mail = Mail(words, to=customer.address, cc=HOUSE, subject=f"Re: {customer.subject}")
        sent_from_anna(self.office, mail)
        self.shop.react()

    def later(self, minutes: int = 20) -> None:
        """A quarter of an hour goes by, and a little more."""
        self.clock.move(minutes=minutes)
        self.look()

    # What can be seen

    def notice_about(self, customer: Customer) -> Letter:
        """The newest notice about his newest matter that is awake."""
        with Session(self.office.engine) as session:
            box_id = self._box_of(session, customer).id
        return [one for one in letters(self.office, "notice") if one.box_id == box_id][-1]

    def _box_of(self, session: Session, customer: Customer) -> Box:
        found = session.scalars(select(Box).order_by(Box.id.desc()))
        his = [box for box in found if box.contact and box.contact.addresses[0].address == customer.address]
        return next(box for box in his if not box.is_asleep)

    def what_rules_made(self) -> list[tuple[str, str, str, str, str]]:
        """Day, person, what, row and words of each notice, task and draft, in the order of the days."""
        rows = {rule.id: rule.row for rule in self.rules.current()}
        found = []
        with Session(self.office.engine) as session:
            for task in session.scalars(
                select(Task).where(Task.rule.is_not(None), Task.kind != "next action")
            ):
                what = f"task for {_day(task.due_at)}"
                found.append((_day(task.created_at), task.owner, what, rows[task.rule], task.text))
        for letter in letters(self.office, "notice"):
            row = str(letter.facts["rule"]).rpartition("row ")[2]
            found.append((_day(letter.created_at), str(letter.user), "notice", row, letter.subject))
        for letter in letters(self.office, "letter"):
            row = rows[letter.dedupe.split(":")[2]]
            found.append((_day(letter.created_at), "anna", letter.form, row, letter.subject))
        return sorted(found)

    def deals(self, kind: str) -> dict[str, tuple[date | None, str]]:
        """The deals of a kind by name: when their term ends, and their state."""
        with Session(self.office.engine) as session:
            found = session.scalars(select(Opportunity).where(Opportunity.kind == kind))
            return {deal.name: (deal.close_on, deal.state) for deal in found}

    def fired_at(self, rule: str) -> list[datetime]:
        with Session(self.office.engine) as session:
            return list(session.scalars(select(Firing.at).where(Firing.rule == rule).order_by(Firing.at)))


def _never_wait_for_the_disk(connection: Any, _record: object) -> None:
    connection.execute("pragma synchronous = off")


def _day(at: datetime) -> str:
    return at.astimezone(AMSTERDAM).date().isoformat()


def open_year(make_office: Callable[[Settings], Office], clock: HandClock, folder: Path) -> Year:
    """The company on its first morning: Monday 23 November 2026, 10:30."""
    settings = settings_for(folder, "streak")
    office = make_office(settings)
    if office.engine.dialect.name == "sqlite":
        event.listen(office.engine, "connect", _never_wait_for_the_disk)
    rules = rules_without_digests(settings.rules.folder, settings, "streak")
    return Year(office, clock, rules, Shop(office, clock, rules))
