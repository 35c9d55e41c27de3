"""LD-2: whoever's lead is Recycled finds it again by writing, in whatever order his mails and ours are read.

Mail of the lead's people lies on its box, the lead is In Process again, and its owner has one first contact; an answer
that was written after it finishes that, one that was written before does not.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import inboxcrm.rules
from inboxcrm.base.work import Office
from inboxcrm.crm.lead import make_lead, recycle_lead
from inboxcrm.crm.store import contact_by_address, lead_of_box, tasks_of_box
from inboxcrm.ingest.records import Message
from inboxcrm.rules.book import RuleBook
from tests.build import (
    ANNA,
    BOB,
    HandClock,
    Mail,
    deliver,
    on_both_databases,
    react,
    sent_from_anna,
)

CAROL = "carol@gmail.com"
FIRST = Mail("We need twenty licences.", message_id="first@acme.example")
ANSWER = Mail("They cost 49.", to=BOB, subject="Re: Licences for Acme", answers="first@acme.example")
AGAIN = Mail("There is a budget now. What is next?", subject="Budget 2027", message_id="again@acme.example")
IN_THREAD = Mail("There is a budget now.", subject="Re: Licences for Acme", answers="first@acme.example")
OURS = Mail(
    "Shall we talk again?", ANNA, to=BOB, subject="A new year", message_id="ours@kestrel.example", proof=None
)
HIS = Mail("Yes, there is a budget.", subject="Re: A new year", answers="ours@kestrel.example")
THEN_OURS = Mail("Great, when?", to=BOB, subject="Re: Budget 2027", answers="again@acme.example")


@pytest.fixture
def rules() -> RuleBook:
    return RuleBook(Path(inboxcrm.rules.__file__).parent / "starter").open()


@pytest.fixture
def resting(office: Office, clock: HandClock, rules: RuleBook) -> Office:
    """Bob has asked, Anna has answered, and said that the lead comes back in February."""
    deliver(office, FIRST)
    react(office, rules)
    sent_from_anna(office, ANSWER)
    clock.move(days=1)
    recycle(office)
    clock.move(days=1)
    return office


def recycle(office: Office) -> None:
    with office.work("test", actor="user:anna") as work:
        lead = lead_of_box(work.session, 1)
        assert lead is not None
        recycle_lead(work, lead, by="anna", until=work.now + timedelta(days=60), reason="no budget")


def state(office: Office) -> tuple[str, bool]:
    with office.reading() as session:
        lead = lead_of_box(session, 1)
        assert lead is not None
        return lead.state, lead.box.is_open


def to_do(office: Office) -> list[str]:
    with office.reading() as session:
        return [task.kind for task in tasks_of_box(session, 1) if task.state == "open"]


def boxes(office: Office) -> set[int | None]:
    with Session(office.engine) as session:
        return set(session.scalars(select(Message.box_id)))


@on_both_databases
@pytest.mark.parametrize("mail", [AGAIN, IN_THREAD], ids=["a new mail", "an answer in the thread"])
def test_his_mail_brings_the_lead_back(resting: Office, mail: Mail) -> None:
    assert state(resting) == ("Recycled", False)
    deliver(resting, mail)

    assert (state(resting), to_do(resting)) == (("In Process", True), ["first contact"])
    assert boxes(resting) == {1}


def test_a_second_mail_of_his_makes_no_second_task(resting: Office) -> None:
    deliver(resting, AGAIN)
    deliver(resting, IN_THREAD)

    assert (state(resting)[0], to_do(resting), boxes(resting)) == ("In Process", ["first contact"], {1})


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_his_answer_to_a_new_mail_of_ours_whichever_is_read_first(
    resting: Office, clock: HandClock, order: tuple[int, ...]
) -> None:
    """What one of us wrote before his mail does not finish the first contact, also if it is read after it."""
    written = clock.at
    for at in order:
        clock.at = written + timedelta(minutes=5 * at)
        deliver(resting, (OURS, HIS)[at], **({"account": ANNA, "folder": "Sent"} if at == 0 else {}))

    assert (state(resting), to_do(resting), boxes(resting)) == (("In Process", True), ["first contact"], {1})


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_our_answer_to_his_mail_whichever_is_read_first(
    resting: Office, clock: HandClock, order: tuple[int, ...]
) -> None:
    """The answer finishes the first contact, also if the mail that it answers is read after it."""
    written = clock.at
    for at in order:
        clock.at = written + timedelta(minutes=5 * at)
        if at:
            sent_from_anna(resting, THEN_OURS)
        else:
            deliver(resting, AGAIN)

    assert (state(resting), to_do(resting), boxes(resting)) == (("In Process", True), [], {1})


def test_a_mail_from_before_that_is_read_only_now(office: Office, clock: HandClock, rules: RuleBook) -> None:
    """We were down while he wrote; the rep who let it rest has not seen that mail."""
    deliver(office, FIRST)
    react(office, rules)
    clock.move(hours=2)
    recycle(office)
    clock.move(hours=-1)
    deliver(office, AGAIN)

    assert (state(office), to_do(office)) == (("In Process", True), ["first contact"])


@pytest.mark.parametrize("is_guest_first", [True, False])
def test_somebody_who_stood_in_cc_while_he_was_unknown(
    office: Office, clock: HandClock, rules: RuleBook, is_guest_first: bool
) -> None:
    """He takes part on the lead's box, and his first mail of his own finds it, thread or no thread."""
    deliver(office, Mail("We need licences.", cc=CAROL, message_id="first@acme.example"))
    react(office, rules)
    recycle(office)
    mail = Mail("Now we have the money.", CAROL, subject="Licences", message_id="carol@gmail.com")
    deliver(office, mail if is_guest_first else Mail("Now, Bob?", CAROL, answers="first@acme.example"))

    assert (state(office), to_do(office), boxes(office)) == (("In Process", True), ["first contact"], {1})


def test_what_a_colleague_forwards_of_him(resting: Office, rules: RuleBook) -> None:
    forwarded = Mail(
        "---------- Forwarded message ---------\n"
        f"From: Bob <{BOB}>\nDate: Wed, 25 Nov 2026 at 09:30\nSubject: Budget\nTo: <{ANNA}>\n\n"
        "There is a budget now.\n",
        "carl@kestrel.example",
        subject="Fwd: Budget",
    )
    mail = deliver(resting, forwarded)
    react(resting, rules)

    assert (mail.kind, mail.box_id, state(resting)) == ("forwarded", 1, ("In Process", True))
    assert to_do(resting) == ["first contact"]


def test_thanks_lie_on_the_box_and_bring_nothing_back(resting: Office) -> None:
    """IN-13."""
    mail = deliver(resting, Mail("Thanks!", subject="Re: Licences for Acme", answers="first@acme.example"))

    assert (mail.box_id, state(resting), to_do(resting)) == (1, ("Recycled", False), ["re-contact"])


def test_a_machine_that_answers_for_him_brings_nothing_back(resting: Office) -> None:
    out = Mail("I am out of office until 3 January.", subject="Automatic reply: Licences for Acme")
    mail = deliver(resting, out)

    assert mail.kind == "auto-reply"
    assert (state(resting), to_do(resting)) == (("Recycled", False), ["re-contact"])


def test_our_own_mail_brings_nothing_back(resting: Office) -> None:
    sent_from_anna(resting, OURS)
    sent_from_anna(resting, ANSWER)

    assert (state(resting), to_do(resting)) == (("Recycled", False), ["re-contact"])


def test_a_stranger_of_another_company_is_a_lead_of_his_own(resting: Office) -> None:
    deliver(resting, Mail("We need five.", "dora@other.example", subject="Five licences"))

    assert (state(resting), boxes(resting)) == (("Recycled", False), {1, 2})


def test_an_open_box_of_his_comes_first(resting: Office) -> None:
    """IN-3: his newer lead takes his mail; what stands in the old thread is the old lead's."""
    with resting.work("test", actor="user:anna") as work:
        bob = contact_by_address(work.session, BOB)
        assert bob is not None
        make_lead(work, bob, name="Training", need="Training", source="Call")
    mail = deliver(resting, AGAIN)

    assert (mail.box_id, state(resting)) == (2, ("Recycled", False))
