"""A year of the starter set `licences`, workday by workday, with mails in Norwegian and English (RN-1, 2, 6, 7).

The table is written by hand from PROCESS: what each mail opens, when its deal closes, and who is told of its counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.records import Event
from inboxcrm.crm.absence import note_absence
from inboxcrm.crm.opportunity import move_stage
from inboxcrm.crm.records import Opportunity
from inboxcrm.crm.tickets.records import Ticket
from inboxcrm.crm.winning import win_opportunity
from inboxcrm.rules.records import Firing
from tests.rules.starter.renegotiating import Company, Seen, open_company

OSLO = ZoneInfo("Europe/Oslo")
END = date(2027, 11, 22)
CENTRE, INVOICE, SALES = "tove", "fred", "christer"


@dataclass(frozen=True, slots=True)
class Line:
    """A mail of the year, and what comes of it: `told` who is told of the counts, and on which day."""

    on: str
    customer: str
    has: int | None  # by the field of the company, before the mail
    signed_on: str | None
    words: str
    before: int | None
    units: int | None
    close_on: str
    told: tuple[str, str] | None = None  # who, on which day; None: nobody
    owner: str = "anna"
    reply: tuple[str, str] | None = None  # on a day Anna answers what she is asked
    after: tuple[int, int] | None = None  # the counts then


YEAR = (
    # 10 of 50 are exactly 20 %: the centre.
    Line(
        "2026-11-24", "fjord", 50, "2025-03-01",
        "Hei,\n\nvi ønsker å reforhandle avtalen vår og gå ned fra 50 til 40 lisenser.\n\nHilsen Kari",
        50, 40, "2026-11-26", (CENTRE, "2026-11-24"),
    ),
    # The last day of the month; 9 go, so the share does not matter.
    Line(
        "2026-11-30", "skog", 30, "2024-01-15",
        "Hello,\n\nwe would like to renegotiate our agreement: from 30 to 21 licences.\n\nBest regards, Kari",
        30, 21, "2026-11-30", (INVOICE, "2026-11-30"),
    ),
    # Two days later would be January; 10 of 52 are 19.2 %; how many there are the field knows.
    Line(
        "2026-12-30", "berg", 52, "2025-06-01",
        "Hei, vi vil reforhandle. Vi må redusere avtalen vår med 10 lisenser.",
        52, 42, "2026-12-31", (INVOICE, "2026-12-30"),
    ),
    # Signed 1 March 2024: 36 months are over on 1 March 2027, not on 26 February.
    Line(
        "2027-02-26", "lys", 20, "2024-03-01",
        "Hei, vi ønsker å reforhandle avtalen og øke fra 20 til 35 lisenser.",
        20, 35, "2027-02-28", (SALES, "2027-02-26"),
    ),
    Line(
        "2027-03-01", "elv", 20, "2024-03-01",
        "We want to renegotiate our contract: from 20 to 35 licences.",
        20, 35, "2027-03-03",
    ),
    # Only the price: the handler is asked, and answers two days later, which routes it. 10 of 47 are 21.3 %.
    Line(
        "2027-03-31", "dal", 47, "2025-01-10", "Hei, vi vil gjerne reforhandle prisen på avtalen vår.",
        47, None, "2027-03-31", (CENTRE, "2027-04-02"),
        reply=("2027-04-02", "licences: 47 to 37"), after=(47, 37),
    ),
    # The mail says 60, the field 50: nobody guesses. 5 of 60 go.
    Line(
        "2027-05-18", "vik", 50, "2025-01-10", "Vi vil reforhandle avtalen fra 60 til 55 lisenser.",
        None, 55, "2027-05-20", (INVOICE, "2027-05-19"),
        reply=("2027-05-19", "licences: 60 to 55"), after=(60, 55),
    ),
    # Nobody knows when it was signed: an increase is told to nobody.
    Line(
        "2027-06-10", "holm", 20, None, "We would like to renegotiate the agreement, from 20 to 25 licences.",
        20, 25, "2027-06-12",
    ),
    # Anna is on holiday: her deputy handles it. 11 of 58 are 19.0 %.
    Line(
        "2027-07-13", "strand", 58, "2026-01-10",
        "Hei, kan vi reforhandle avtalen? Vi trenger 47 lisenser i stedet for 58.",
        58, 47, "2027-07-15", (INVOICE, "2027-07-13"), owner="berit",
    ),
    # No word of renegotiating, but plain counts. 10 of 50 again.
    Line(
        "2027-08-31", "nes", 50, "2026-01-10", "Please lower our agreement to 40 licences instead of 50.",
        50, 40, "2027-08-31", (CENTRE, "2027-08-31"),
    ),
    # It is doubted, so it is asked; nobody answers, so nobody is told.
    Line(
        "2027-10-12", "li", 80, "2026-01-10",
        "Vi ønsker å reforhandle avtalen. Kanskje fra 80 til 60 lisenser.",
        80, None, "2027-10-14",
    ),
)  # fmt: skip
# What opens no ticket, whatever it says.
OTHERS = (
    ("2026-12-08", "ukjent", "Vi vil reforhandle avtalen vår fra 50 til 40 lisenser."),  # a stranger: a lead
    ("2027-01-19", "lys", "Takk for praten i dag!"),
    ("2027-04-20", "nes", "We need 12 more licences."),  # an upgrade, a deal of its own
    ("2027-09-14", "dal", "Når er support åpen?"),
)


def workdays() -> list[date]:
    days = [
        date(2026, 11, 23) + timedelta(days=number) for number in range((END - date(2026, 11, 23)).days + 1)
    ]
    return [day for day in days if day.weekday() < 5]


def at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), OSLO).astimezone(UTC)


def _signed_on(line: Line) -> str:
    """The contract comes back a week after the mail."""
    return (date.fromisoformat(line.on) + timedelta(days=7)).isoformat()


def sign(company: Company, name: str) -> None:
    """The contract is sent and signed: the deal is won."""
    with company.office.work("test", actor="user:anna") as work:
        deal = work.session.get_one(Opportunity, company.deal(name).id)
        move_stage(work, deal, "Sendt kontrakt")
        assert win_opportunity(work, deal) == []


def live_through(company: Company) -> dict[str, Seen | None]:
    """Let the year go by; give each customer's ticket as it was on its day."""
    opened: dict[str, Seen | None] = {}
    lines = {line.on: line for line in YEAR}
    others = {on: (name, words) for on, name, words in OTHERS}
    replies = {line.reply[0]: line for line in YEAR if line.reply}
    signed = {_signed_on(line): line.customer for line in YEAR}
    for day in workdays():
        company.clock.at = at(day, "07:20")
        company.look()
        if line := lines.get(day.isoformat()):
            company.clock.at = at(day, "10:00")
            if line.owner == "berit":
                with company.office.work("test", actor="user:anna") as work:
                    anna = work.settings.user_by_key("anna")
                    assert anna is not None
                    until = at(date(2027, 7, 24), "00:00")
                    note_absence(
                        work, anna, start_at=work.now, until_at=until, deputy="berit", occasion="holiday"
                    )
            company.mail(line.customer, line.words)
            opened[line.customer] = company.seen(line.customer)
        if other := others.get(day.isoformat()):
            company.clock.at = at(day, "10:00")
            company.mail(*other, subject="Hei")
        if line := replies.get(day.isoformat()):
            assert line.reply
            company.clock.at = at(day, "11:00")
            assert not company.anna(line.customer, line.reply[1]).startswith("no: ")
        if name := signed.get(day.isoformat()):
            sign(company, name)
        if day.isoformat() in (*lines, *replies):
            company.clock.at = at(day, "12:00")
            company.look()
    return opened


def test_a_year_is_as_the_process_says(make_office, clock, tmp_path: Path) -> None:
    company = open_company(make_office, clock, tmp_path)
    for line in YEAR:
        company.has_customer(line.customer, line.has, line.signed_on)

    opened = live_through(company)

    for line in YEAR:
        name = f"{line.customer.title()} AS"
        assert opened[line.customer] == Seen(
            f"Reforhandling - {name}",
            f"{name} - REFORHANDLING",
            line.owner,
            line.before,
            line.units,
            date.fromisoformat(line.close_on),
        ), line.customer
        counts = line.after or (line.before, line.units)
        deal = company.deal(line.customer)
        assert (deal.units_before, deal.units) == counts, line.customer
        assert (deal.kind, deal.state, deal.amount_minor) == ("renegotiation", "Closed Won", None)
        assert company.step(line.customer) == "Ferdig"
    assert sorted(opened) == sorted(line.customer for line in YEAR)
    _is_told_once(company)
    _nothing_else_happened(company)


def _is_told_once(company: Company) -> None:
    expected = {(line.told[0], line.customer): line.told[1] for line in YEAR if line.told}
    assert sorted(company.told()) == sorted(expected)
    routing = ("reduction-small", "reduction-large", "increase-is-a-sale")
    with Session(company.office.engine) as session:
        fired = session.execute(select(Firing.subject_id, Firing.at).where(Firing.rule.in_(routing))).all()
    numbers = {company.deal(line.customer).id: line for line in YEAR}
    days = {numbers[subject].customer: when.astimezone(OSLO).date().isoformat() for subject, when in fired}
    assert days == {customer: day for (_, customer), day in expected.items()}


def _nothing_else_happened(company: Company) -> None:
    with Session(company.office.engine) as session:
        assert len(session.scalars(select(Ticket)).all()) == len(YEAR)
        refused = session.scalars(select(Event).where(Event.kind == "rule.refused")).all()
        assert [one.payload for one in refused] == []


def test_the_ticket_follows_its_deal_to_the_signature(make_office, clock, tmp_path: Path) -> None:
    """Ny, Sendt kontrakt, Ferdig; the next renegotiation has a ticket of its own."""
    company = open_company(make_office, clock, tmp_path)
    company.has_customer("fjord", 50, "2025-03-01")
    company.mail("fjord", YEAR[0].words)
    first, steps = company.deal("fjord").id, [company.step("fjord")]
    for act in (lambda work, deal: move_stage(work, deal, "Sendt kontrakt"), win_opportunity):
        with company.office.work("test", actor="user:anna") as work:
            act(work, work.session.get_one(Opportunity, first))
        company.look()
        steps.append(company.step("fjord"))

    clock.move(days=90)
    company.mail("fjord", YEAR[0].words)

    assert steps == ["Ny", "Sendt kontrakt", "Ferdig"]
    assert company.deal("fjord").id != first
    assert company.step("fjord") == "Ny"
