"""Small builders, all through the real verbs: a lead, an opportunity, a quote, an order, an invoice, a mail."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from inboxcrm.base.settings import Account, Company, Product, Rules, Sales, Server, Settings, Storage, User
from inboxcrm.base.settings_notices import Notices
from inboxcrm.base.work import Office, Work
from inboxcrm.crm.lead import convert_lead, make_lead
from inboxcrm.crm.people import find_or_make_contact, set_invoice_address
from inboxcrm.ingest.folders import watched_folders
from inboxcrm.ingest.intake import take_in
from inboxcrm.ingest.records import Folder, MailAccount, Message
from inboxcrm.mail.fetched import Fetched
from inboxcrm.mail.folder_names import FolderName
from inboxcrm.outbox.records import Letter
from inboxcrm.rules.book import RuleBook
from inboxcrm.sales.content import Ordered
from inboxcrm.sales.kinds.invoice import finalise_invoice
from inboxcrm.sales.kinds.order import Acceptance, accept_quote
from inboxcrm.sales.kinds.quote import issue_quote
from inboxcrm.sales.store import invoices_of_order
from inboxcrm.workers.reactions import react_to_events

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Lead, Opportunity
    from inboxcrm.sales.records import Document

START = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)  # a Monday; 10:30 in Amsterdam
KEY = b"k" * 32
AUTH_SERVER = "mx.kestrel.example"
HOUSE = "sales@kestrel.example"
ANNA = "anna@kestrel.example"
BOB = "bob@acme.example"
DATABASES = ("sqlite", "postgresql")
on_both_databases = pytest.mark.parametrize("engine", DATABASES, indirect=True)
PROVEN = f"{AUTH_SERVER}; dmarc=pass header.from={{domain}}"


@dataclass(slots=True)
class HandClock:
    """Stands still until it is moved."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass(slots=True)
class CountedIds:
    """The words 0…01, 0…02, and one key."""

    last: int = 0

    def token(self, bits: int = 64) -> str:
        self.last += 1
        return f"{self.last:0{bits // 4}x}"

    def key(self) -> bytes:
        return KEY


def the_settings(folder: Path, **changed: object) -> Settings:
    """The settings of Kestrel; other tables by name."""
    nowhere = Server(host="127.0.0.1", port=1, security="none")
    accounts = (
        Account(address=HOUSE, imap=nowhere, smtp=nowhere, authentication_server=AUTH_SERVER),
        Account(
            address=ANNA, kind="personal", user="anna", imap=nowhere, smtp=nowhere,
            authentication_server=AUTH_SERVER,
        ),
    )  # fmt: skip
    people = (
        ("anna", "account_manager"),
        ("carl", "sdr"),
        ("maria", "sales_director"),
        ("fred", "finance"),
        ("olga", "operations"),
    )
    tables = {
        "company": the_company(),
        "storage": Storage(folder=folder),
        "sales": Sales(),
        "rules": Rules(folder=folder / "rules"),
        "notices": Notices(gather_minutes=0),  # each by itself, where a test is about something else
        "account": accounts,
        "user": tuple(
            User(key=key, name=key.title(), address=f"{key}@kestrel.example", role=role)
            for key, role in people
        ),
        "product": (
            Product(code="standard", description="Standard, one user, one year", price="49.00", unit="user"),
            Product(
                code="training", description="Training", price="950.00", unit="day", billing="at delivery"
            ),
            Product(code="box", description="A boxed copy", price="10.00", supply="goods"),
        ),
    }
    return Settings(**(tables | changed))


def the_company(**changed: object) -> Company:
    facts = {
        "name": "Kestrel Software B.V.",
        "domains": ("kestrel.example",),
        "country": "NL",
        "time_zone": "Europe/Amsterdam",
        "currency": "EUR",
        "address": ("Herengracht 100", "1015 BS Amsterdam"),
        "vat_number": "NL001234567B01",
        "register_number": "KvK 12345678",
        "iban": "NL91 ABNA 0417 1643 00",
    }
    return Company(**(facts | changed))


def with_sales(settings: Settings, **changed: object) -> Settings:
    """The same settings with other numbers in [sales]."""
    return settings.model_copy(update={"sales": settings.sales.model_copy(update=changed)})


# Records, made in an open transaction.


def a_lead(work: Work, address: str = BOB, name: str = "Licences for Acme") -> Lead:
    contact = find_or_make_contact(work, address, address.partition("@")[0].title())
    return make_lead(work, contact, name=name, need="We need twenty licences.", source="Email")


def an_opportunity(work: Work, address: str = BOB, name: str = "Acme 20 standard") -> Opportunity:
    """In stage Qualification, owned by Anna."""
    return convert_lead(work, a_lead(work, address), by="anna", name=name)


def items(work: Work, *wanted: tuple[str, str]) -> list[Ordered]:
    """So many of a product by its code."""
    found = [(Decimal(quantity), work.settings.product_by_code(code)) for quantity, code in wanted]
    return [Ordered(quantity, product) for quantity, product in found if product]


def a_quote(
    work: Work,
    opportunity: Opportunity | None = None,
    *wanted: tuple[str, str],
    occasion: str = "mail:1:0",
) -> Document:
    """Over 20 x standard, EUR 980.00, unless something else is wanted."""
    ordered = items(work, *(wanted or (("20", "standard"),)))
    return issue_quote(work, opportunity or an_opportunity(work), ordered, occasion=occasion, thread={})


def an_acceptance(work: Work, message_id: int = 1, reference: str | None = None) -> Acceptance:
    return Acceptance(
        message_id=message_id,
        message_sha256="0" * 64,
        signatory=BOB,
        words="We accept.",
        authentication="aligned, token",
        decided_by="evidence",
        reference=reference,
        thread={},
        finalise_at=work.now + timedelta(minutes=15),
    )


def an_order(work: Work, *wanted: tuple[str, str], quote: Document | None = None) -> Document:
    order = accept_quote(work, (quote or a_quote(work, None, *wanted)).id, an_acceptance(work))
    assert order is not None
    return order


def give_address(work: Work, box: Box, country: str = "NL") -> None:
    assert box.organization is not None
    set_invoice_address(work, box.organization, ["Acme B.V.", "Damrak 1", "1012 LG"], country, box.id)


def an_invoice(work: Work, order: Document | None = None, country: str = "NL") -> Document:
    """The issued invoice of an order, its cooling time over."""
    order = order or an_order(work)
    give_address(work, box_of_order(work, order), country)
    invoice = invoices_of_order(work.session, order.id)[0]
    work.now += timedelta(minutes=15)
    assert finalise_invoice(work, invoice.id)
    return invoice


def box_of_order(work: Work, order: Document) -> Box:
    from inboxcrm.crm.store import box_by_id

    return box_by_id(work.session, order.box_id)


# Mail, taken in as a poller does.


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail before it is sent; `proof` is what the receiving server writes on top, by default a DMARC pass."""

    text: str
    sender: str = BOB
    to: str = HOUSE
    cc: str = ""
    subject: str = "Licences for Acme"
    message_id: str = ""
    answers: str = ""
    proof: str | None = PROVEN

    def raw(self, at: datetime, number: int) -> bytes:
        mail, domain = EmailMessage(), self.sender.rpartition("@")[2]
        if self.proof:
            mail["Authentication-Results"] = self.proof.format(domain=domain)
            mail["Received"] = f"from out.example by {AUTH_SERVER}; {format_datetime(at)}"
        mail["From"], mail["To"] = self.sender, self.to
        if self.cc:
            mail["Cc"] = self.cc
        mail["Subject"], mail["Date"] = self.subject, format_datetime(at)
        mail["Message-ID"] = f"<{self.message_id or f'mail-{number}@{domain}'}>"
        if self.answers:
            mail["In-Reply-To"] = mail["References"] = f"<{self.answers}>"
        mail.set_content(self.text)
        return mail.as_bytes()


def deliver(office: Office, mail: Mail, *, account: str = HOUSE, folder: str = "INBOX") -> Message:
    """Take a mail in from a folder of an account, as its poller does; give its message."""
    with office.reading() as session:
        number = (session.scalar(select(Message.id).order_by(Message.id.desc())) or 0) + 1
    return deliver_raw(office, mail.raw(office.clock.now(), number), account=account, folder=folder)


def deliver_raw(office: Office, raw: bytes, *, account: str = HOUSE, folder: str = "INBOX") -> Message:
    place = _open_account(office, account, folder)
    with office.reading() as session:
        row = session.get_one(Folder, place)
        uid, is_new = row.live_uid + 1, row.uidvalidity == 0
    if is_new:
        with office.work("test", actor="test") as work:
            work.session.get_one(Folder, place).uidvalidity = 7
    settings = next(one for one in office.settings.account if one.address == account)
    take_in(office, settings, place, [Fetched(uid, office.clock.now(), len(raw), raw)], uid)
    with Session(office.engine, expire_on_commit=False) as session:
        from inboxcrm.ingest.records import Location

        location = session.scalar(select(Location).where(Location.folder_id == place, Location.uid == uid))
        assert location is not None
        return session.get_one(Message, location.message_id)


def _open_account(office: Office, address: str, folder: str) -> int:
    with office.work("test", actor="test") as work:
        if not work.session.scalar(select(MailAccount).where(MailAccount.address == address)):
            work.session.add(MailAccount(address=address, live_from=START, lease_fence=0))
    account = next(one for one in office.settings.account if one.address == address)
    name = FolderName(folder, "sent" if folder == "Sent" else "inbox")
    return watched_folders(office, account, [name])[0].folder_id


def sent_from_anna(office: Office, mail: Mail) -> Message:
    """A mail that lies in Anna's own Sent folder: evidence (a)."""
    return deliver(office, replace(mail, sender=ANNA, proof=None), account=ANNA, folder="Sent")


NO_RULES = RuleBook(Path("/nonexistent"))


def react(office: Office, rules: RuleBook = NO_RULES) -> None:
    """React to all that has happened, and fail with what went wrong in it."""
    react_to_events(office, rules)
    with office.reading() as session:
        from inboxcrm.base.records import Event

        broken = session.scalars(select(Event.error).where(Event.error.is_not(None))).all()
    assert broken == []


def letters(office: Office, kind: str) -> list[Letter]:
    """The letters of a kind, oldest first."""
    with Session(office.engine, expire_on_commit=False) as session:
        query = select(Letter).where(Letter.kind == kind).order_by(Letter.id)
        return list(session.scalars(query.options(selectinload(Letter.recipients))))


def day(text: str) -> date:
    return date.fromisoformat(text)
