"""A Norwegian company with the starter set `licences`, its customers, and what is seen of their tickets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.settings import Settings, User
from inboxcrm.base.settings_groups import Group
from inboxcrm.base.work import Office
from inboxcrm.crm.field import set_field
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.records import Box, Opportunity
from inboxcrm.crm.tickets.records import Ticket
from inboxcrm.crm.winning import win_opportunity
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.starter_sets import config_of_set, put_starter_rules
from inboxcrm.rules.sweep import run_due_rules
from tests.build import HandClock, Mail, an_opportunity, deliver, letters, the_company, the_settings
from tests.commands.shop import Shop

SET = "licences"
PEOPLE = (
    ("anna", "account_manager"),
    ("berit", "account_manager"),
    ("maria", "sales_director"),
    ("fred", "finance"),
    ("tove", "operations"),
    ("christer", "operations"),
)
# Who is meant by the groups of the set; `init` leaves them to roles.
GROUPS = {"invoice-service": "fred", "success-centre": "tove", "sales-register": "christer"}


def settings_of_company(folder: Path) -> Settings:
    """What `init` writes for the set, with our people in its groups."""
    usual = the_settings(folder)
    tables = {key: getattr(usual, key) for key in type(usual).model_fields}
    users = tuple(
        User(key=key, name=key.title(), address=f"{key}@kestrel.example", role=role) for key, role in PEOPLE
    )
    company = the_company(name="Kestrel AS", country="NO", time_zone="Europe/Oslo", currency="NOK")
    groups = tuple(Group(name=name, users=(key,)) for name, key in GROUPS.items())
    return Settings(**(tables | config_of_set(SET) | {"company": company, "user": users, "group": groups}))


@dataclass(frozen=True, slots=True)
class Seen:
    """What is to be seen of a ticket and its deal."""

    ticket: str
    deal: str
    owner: str
    before: int | None
    units: int | None
    close_on: date | None


@dataclass(slots=True)
class Company:
    """The company: mails come in, its rules are looked at, its people answer."""

    office: Office
    clock: HandClock
    rules: RuleBook
    shop: Shop

    def has_customer(self, name: str, licences: int | None, signed_on: str | None) -> None:
        """A customer of Anna's who has signed, and is known with his licences."""
        with self.office.work("test", actor="user:anna") as work:
            deal = an_opportunity(work, f"kari@{name}.example", f"{name.title()} 2025")
            if deal.box.organization:
                deal.box.organization.name = f"{name.title()} AS"
            values = {
                "licences": None if licences is None else Decimal(licences),
                "signed_on": date.fromisoformat(signed_on) if signed_on else None,
            }
            for field, value in values.items():
                declared = work.settings.field_named(field)
                assert declared is not None
                set_field(work, deal.box, declared, value)
            deal.stage = work.settings.pipeline_of("new").winning.name
            deal.is_closing = True
            assert win_opportunity(work, deal) == []
        self.look()

    def mail(self, name: str, text: str, subject: str = "Avtalen vår", who: str = "kari") -> None:
        """A mail of a customer, taken in as a poller does, and what follows."""
        deliver(self.office, Mail(text, sender=f"{who}@{name}.example", subject=subject))
        self.look()

    def look(self) -> None:
        """What the workers and the ticker do once."""
        self.shop.react()
        run_due_rules(self.office, self.rules.current())
        self.shop.react()

    def anna(self, name: str, words: str) -> str:
        """Anna answers the newest notice about a customer's ticket; give her receipt's line."""
        with Session(self.office.engine) as session:
            box_id = self._ticket(session, name).box_id
        told = [one for one in letters(self.office, "notice") if one.box_id == box_id and one.user == "anna"][
            -1
        ]
        [line] = self.shop.anna(words, answers=told.message_id)["lines"]
        self.look()
        return ("" if line["is_done"] else "no: ") + str(line["text"])

    def seen(self, name: str) -> Seen | None:
        """The newest ticket of a customer with its deal; None if there is none."""
        with Session(self.office.engine) as session:
            try:
                ticket = self._ticket(session, name)
            except IndexError:
                return None
            box = session.get_one(Box, ticket.box_id)
            deal = session.scalars(select(Opportunity).where(Opportunity.box_id == box.id)).one()
            return Seen(box.name, deal.name, deal.owner, deal.units_before, deal.units, deal.close_on)

    def deal(self, name: str) -> Opportunity:
        with Session(self.office.engine, expire_on_commit=False) as session:
            ticket = self._ticket(session, name)
            return session.scalars(select(Opportunity).where(Opportunity.box_id == ticket.box_id)).one()

    def step(self, name: str) -> str:
        with Session(self.office.engine) as session:
            return self._ticket(session, name).step

    def _ticket(self, session: Session, name: str) -> Ticket:
        found = session.scalars(select(Ticket).order_by(Ticket.box_id))
        return [one for one in found if session.get_one(Box, one.box_id).name.endswith(f"{name.title()} AS")][
            -1
        ]

    def told(self) -> list[tuple[str, str]]:
        """Whom the set has told of a reduction or an increase: the user, and the customer."""
        starts = ("Nedjustering: ", "Registrer salget: ")
        return [
            (str(one.user), one.subject.partition(": ")[2].partition(" AS")[0].lower())
            for one in letters(self.office, "notice")
            if one.subject.startswith(starts)
        ]

    def signatory(self, name: str, address: str) -> None:
        """Say who signs for a customer, on every deal."""
        from inboxcrm.crm.role import give_role

        with self.office.work("test", actor="user:anna") as work:
            contact = find_or_make_contact(work, address, address.partition("@")[0].title())
            work.session.flush()
            box = work.session.scalars(select(Box).where(Box.name == f"{name.title()} 2025")).one()
            give_role(work, box, contact, "signatory", is_everywhere=True)


def open_company(make_office: Callable[[Settings], Office], clock: HandClock, folder: Path) -> Company:
    """The company on its first morning; daily digests are left out, as others test them."""
    settings = settings_of_company(folder)
    rules = settings.rules.folder
    put_starter_rules(rules, SET)
    for file in rules.glob("*.toml"):
        head, *entries = file.read_text(encoding="utf-8").split("[[rule]]\n")
        kept = (entry for entry in entries if 'action = "digest"' not in entry)
        file.write_text("[[rule]]\n".join([head, *kept]), encoding="utf-8")
    office = make_office(settings)
    book = RuleBook(rules, tuple(settings.stage_names), settings.field, settings).open()
    return Company(office, clock, book, Shop(office, clock, book))
