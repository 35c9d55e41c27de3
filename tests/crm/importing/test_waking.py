"""IN-15: what came out of an old CRM sleeps; a mail, a day or a word wakes a deal, and nothing else does."""

from __future__ import annotations

import pytest

from inboxcrm.base.work import Office
from inboxcrm.crm.importing.store import lock_sleeping_deal
from inboxcrm.crm.importing.waking import wake_deal, wake_due_deals
from inboxcrm.crm.merging.merge import merge_contacts
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.store import contact_by_address
from inboxcrm.workers.topics import TOPICS
from tests.build import ANNA, BOB, HandClock, Mail, deliver, on_both_databases, react
from tests.crm.importing.building import OldCrm

PEOPLE = (("p1", "Bob Jansen", BOB), ("p2", "Eve Smit", "eve@globex.example"))
PENDING = ("d1", "Acme licences", "p1", "", "Jane Doe", "Proposal sent", "1250", "", "", "", "Call Bob back")


@pytest.fixture
def came(old: OldCrm) -> OldCrm:
    """Bob has a pending deal with notes, Eve a won one and a lost one."""
    old.take(
        old.file("people", *PEOPLE),
        old.file(
            "deals",
            PENDING,
            ("d2", "Globex suite", "p2", "", "", "Gewonnen", "900", "", "2025-06-01"),
            ("d3", "Globex pilot", "p2", "", "", "Verloren", "100"),
        ),
        old.file("notes", ("n1", "Wants a discount", "03-02-2026", "Jane", "d1")),
    )
    return old


def counts(old: OldCrm) -> dict[str, int]:
    tables = ("box", "lead", "opportunity", "task", "letter")
    return {table: old.ask(f"select count(*) from {table}")[0][0] for table in tables}


def is_due(old: OldCrm, clock: HandClock) -> bool:
    with old.office.reading() as session:
        return TOPICS["dormant"].is_due(session, clock.now())


NOTHING = {"box": 0, "lead": 0, "opportunity": 0, "task": 0, "letter": 0}


def test_imported_records_make_no_lead_no_task_and_no_letter(came: OldCrm, clock: HandClock) -> None:
    react(came.office)

    assert counts(came) == NOTHING
    assert not is_due(came, clock)
    assert wake_due_deals(came.office) == 0


@on_both_databases
def test_a_mail_of_its_contact_makes_a_pending_deal_a_box_and_lies_on_it(came: OldCrm) -> None:
    message = deliver(came.office, Mail("Shall we go on?", subject="Your offer"))
    react(came.office)

    assert counts(came) == {"box": 1, "lead": 0, "opportunity": 1, "task": 1, "letter": 0}
    assert came.ask("select id, name, owner, kind from box") == [
        (message.box_id, "Acme licences", "anna", "opportunity")
    ]
    assert came.ask("select stage, amount_minor, currency from opportunity") == [("Quote", 125000, "EUR")]
    assert came.ask("select text, owner from task") == [("Call Bob back", "anna")]
    why = came.ask("select payload from event where kind = 'deal.woken'")
    assert '"why":"bob@acme.example wrote: Your offer"' in why[0][0]
    assert '"key":"d1"' in why[0][0]


def test_the_second_mail_lies_on_the_same_box(came: OldCrm) -> None:
    first = deliver(came.office, Mail("Shall we go on?", subject="Your offer"))
    second = deliver(came.office, Mail("And the training?", subject="Training"))

    assert first.box_id == second.box_id
    assert counts(came)["opportunity"] == 1


def test_its_notes_lie_on_its_box_at_their_own_time(came: OldCrm) -> None:
    message = deliver(came.office, Mail("Shall we go on?"))

    [(box_id, payload, actor, at)] = came.ask(
        "select box_id, payload, actor, at from event where kind = 'note.added'"
    )
    assert box_id == message.box_id
    assert '"text":"Wants a discount"' in payload
    assert actor == "import:old Jane"
    assert at == 1770073200 * 10**6  # 3 February 2026, 00:00 in Amsterdam


def test_a_mail_from_before_we_began_wakes_nothing(came: OldCrm, clock: HandClock) -> None:
    clock.move(days=-30)
    deliver(came.office, Mail("An old mail"))

    assert counts(came)["box"] == 0


def test_what_his_server_sends_by_itself_and_what_we_write_wakes_nothing(
    came: OldCrm, office: Office
) -> None:
    deliver(office, Mail("I am away until Monday.", subject="Automatic reply: Your offer"))
    deliver(office, Mail("Hello Bob", sender=ANNA, to=BOB, proof=None), account=ANNA, folder="Sent")

    assert counts(came)["opportunity"] == 0


def test_a_mail_of_a_colleague_wakes_a_deal_of_the_company_that_has_no_person(old: OldCrm) -> None:
    old.take(
        old.file("companies", ("c1", "Acme B.V.", "acme.example")),
        old.file("people", PEOPLE[0]),
        old.file("deals", ("d1", "Acme licences", "", "c1", "", "Proposal sent")),
    )

    assert deliver(old.office, Mail("Hello")).box_id
    assert old.ask("select name from box") == [("Acme licences",)]


def test_a_won_deal_is_not_woken_by_mail_but_when_its_renewal_is_due(came: OldCrm, clock: HandClock) -> None:
    """It was won in June 2025, for twelve months: that end is over, so it comes up three months after the import."""
    deliver(came.office, Mail("Hello", sender="eve@globex.example"))
    assert came.ask("select count(*) from opportunity") == [(0,)]

    clock.at = clock.at.replace(year=2027, month=2, day=23, hour=6, minute=59)
    assert not is_due(came, clock)
    clock.move(minutes=1)  # 8:00 in Amsterdam
    assert is_due(came, clock)
    assert wake_due_deals(came.office) == 1
    assert came.ask("select kind, name, amount_minor from opportunity") == [
        ("renewal", "Globex suite renewal 2027", 90000)
    ]
    assert came.ask("select text from task where kind = 'next action'") == [
        ("See whether they renew: Globex suite",)
    ]
    assert not is_due(came, clock)


@pytest.mark.parametrize(
    ("closed", "renews", "wakes"),
    [
        ("", "2027-06-30", "2027-05-01"),  # sixty days before its term ends
        ("", "2026-12-10", "2026-11-23"),  # its renewal is due already
        ("2026-09-01", "", "2027-07-03"),
        ("", "", "2027-02-23"),
        ("", "2026-01-01", "2027-02-23"),
    ],
)
def test_the_day_of_a_renewal(old: OldCrm, closed: str, renews: str, wakes: str) -> None:
    old.take(old.file("deals", ("d1", "Globex", "", "", "", "Gewonnen", "1", "", closed, renews)))

    assert old.ask("select date(wake_at / 1000000, 'unixepoch') from dormant_deal") == [(wakes,)]


def test_a_pending_deal_wakes_on_the_day_of_its_task(old: OldCrm, clock: HandClock) -> None:
    """The open activity that is due first is its next action; what was overdue already wakes nothing."""
    old.take(
        old.file("people", *PEOPLE),
        old.file("deals", PENDING, ("d2", "Late", "", "", "", "Quote", "", "", "", "", "Call", "2026-01-01")),
        old.file(
            "tasks",
            ("t1", "Send the contract", "2026-12-09", "no", "d1"),
            ("t2", "Ask for a date", "2026-12-01", "no", "d1"),
            ("t3", "Was done", "2026-11-30", "yes", "d1"),
        ),
    )
    clock.at = clock.at.replace(month=11, day=30)
    assert wake_due_deals(old.office) == 0
    clock.move(days=1)
    assert wake_due_deals(old.office) == 1
    assert wake_due_deals(old.office) == 0
    assert old.ask("select text from task") == [("Ask for a date",)]


def test_a_word_wakes_a_deal_once(came: OldCrm) -> None:
    with came.office.work("test", actor="user:anna") as work:
        deal = lock_sleeping_deal(work.session, 1)
        wake_deal(work, deal, "Anna said so")
    with came.office.work("test", actor="user:anna") as work:
        assert lock_sleeping_deal(work.session, 1) is None
    assert counts(came)["opportunity"] == 1


def test_whose_owner_is_gone_is_a_managers(came: OldCrm) -> None:
    with came.office.work("test", actor="user:anna") as work:
        deal = lock_sleeping_deal(work.session, 1)
        deal.owner = "someone.gone"
        assert wake_deal(work, deal, "Anna said so").owner == "maria"


def test_a_deal_of_whoever_turned_out_to_be_the_writer_wakes(came: OldCrm) -> None:
    """LD-4: two contacts were joined after the import."""
    with came.office.work("test", actor="user:anna") as work:
        bob = contact_by_address(work.session, BOB)
        merge_contacts(
            work, find_or_make_contact(work, "bob@gmail.com", "Bob Jansen"), bob, reason="it is him"
        )
    message = deliver(came.office, Mail("Hello", sender="bob@gmail.com"))

    assert came.ask("select id, name from box") == [(message.box_id, "Acme licences")]


def test_a_mail_of_his_that_one_of_us_forwards_wakes_his_deal(came: OldCrm) -> None:
    head = (
        f"From: Bob Jansen <{BOB}>\nDate: Mon, 23 Nov 2026 09:00:00 +0000\nSubject: Your offer\nTo: {ANNA}\n"
    )
    words = f"FYI\n\n---------- Forwarded message ---------\n{head}\nShall we go on?\n"
    message = deliver(came.office, Mail(words, sender=ANNA, subject="Fwd: Your offer"))

    assert came.ask("select id, name from box") == [(message.box_id, "Acme licences")]
    assert counts(came)["lead"] == 0
