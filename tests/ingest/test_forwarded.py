"""A lead that a colleague forwards is the original sender's, and only our own people can forward in (IN-6, T7, T8)."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from sqlalchemy import Engine

from inboxcrm.base.work import Office
from inboxcrm.commands.carry_out import decide_expired
from inboxcrm.ingest.intake import take_in
from inboxcrm.ingest.records import Message
from inboxcrm.mail.fetched import Fetched
from tests.build import (
    ANNA,
    AUTH_SERVER,
    HOUSE,
    KEY,
    START,
    CountedIds,
    HandClock,
    Mail,
    deliver,
    deliver_raw,
    letters,
    react,
    the_settings,
)
from tests.ingest.building import ask, count

BOB = "bob@brouwer.example"
ORIGINAL = """From: Bob Brouwer <bob@brouwer.example>
Sent: Monday, November 23, 2026 9:00 AM
To: Anna <anna@kestrel.example>
Subject: Twenty licences

Hello Anna,

we need twenty licences.

Kind regards,
Bob Brouwer
Buyer
Brouwer Bouw B.V.
+31 20 123 4567"""
FORWARD = Mail(f"Please take this one.\n\n{ORIGINAL}", sender=ANNA, subject="FW: Twenty licences")
LEADS = "select box.name, source, need, lead.owner, lead.state, contact.name from lead join box on box.id = box_id"
LEADS += " join contact on contact.id = contact_id order by lead.id"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def crm(engine: Engine, clock: HandClock, tmp_path: Path) -> Office:
    return Office(engine, clock, CountedIds(), the_settings(tmp_path), KEY, lambda topics: None)


def evil(mail: Mail) -> Mail:
    """The same mail from somewhere else: nothing vouches for From."""
    return replace(mail, proof=f"{AUTH_SERVER}; dmarc=fail header.from={{domain}}")


def test_a_forged_forward_makes_nothing_and_its_supposed_author_is_told(
    crm: Office, engine: Engine, clock: HandClock
) -> None:
    """T8, V10: From is a rep's and nothing proves it."""
    forged = deliver(crm, evil(FORWARD))
    react(crm)
    clock.move(minutes=16)
    told = decide_expired(crm)

    assert (forged.kind, forged.acted_at, told) == ("forwarded", None, 1)
    assert (count(engine, "lead"), count(engine, "contact"), count(engine, "task")) == (0, 0, 0)
    [letter] = letters(crm, "unproven")
    assert [one.address for one in letter.recipients] == [ANNA]
    assert letters(crm, "receipt") == []


def test_a_customers_forward_keeps_the_customer(crm: Office, engine: Engine) -> None:
    """T7, P7: proven or not, whoever is not one of us is the sender of what he sends."""
    sent = deliver(crm, replace(FORWARD, sender="carla@other.example"))

    assert sent.kind == "customer"
    assert ask(engine, "select address from contact_address") == [("carla@other.example",)]


def test_a_forward_with_an_outsider_on_it_is_no_forward_in(crm: Office, engine: Engine) -> None:
    sent = deliver(crm, replace(FORWARD, cc="carla@other.example"))

    assert sent.kind == "outbound"
    assert count(engine, "lead") == 0


def test_a_reps_forward_is_the_original_senders_lead_and_hers_to_answer(crm: Office, engine: Engine) -> None:
    """IN-6: contact, need, source and time are the original sender's; owner and task the rep's, who gets a receipt."""
    sent = deliver(crm, FORWARD)
    react(crm)

    need = "Hello Anna,\n\nwe need twenty licences."
    assert ask(engine, LEADS) == [("Twenty licences", "Email", need, "anna", "Assigned", "Bob Brouwer")]
    assert ask(engine, "select address from contact_address") == [(BOB,)]
    assert ask(engine, "select kind, owner, text from task") == [
        ("first contact", "anna", "Answer Bob Brouwer: Twenty licences")
    ]
    assert sent.match_how == "forwarded by anna: a new lead of bob@brouwer.example"
    [receipt] = letters(crm, "receipt")
    assert [line["text"] for line in receipt.facts["lines"]] == [sent.match_how]
    assert ask(engine, "select payload from event where kind = 'note.added'") == [
        ('{"text":"Please take this one."}',)
    ]


def test_the_signature_of_the_original_sender_is_kept_with_its_place(crm: Office, engine: Engine) -> None:
    """IN-9."""
    deliver(crm, FORWARD)

    assert ask(engine, "select title, phone from contact") == [("Buyer", "+31201234567")]
    assert ask(engine, "select name from organization") == [("Brouwer Bouw B.V.",)]
    [(found,)] = ask(engine, "select found from contact")
    assert '"where":"characters' in found


def test_a_strangers_own_signature_is_kept_with_the_place_in_his_mail(crm: Office, engine: Engine) -> None:
    """IN-9: what he quotes is not his."""
    quoted = (
        "\n\nOn Mon, 2 Mar 2026 at 14:05, Eve <eve@x.example> wrote:\n> Eve\n> Director\n> +31 30 123 4567"
    )
    sent = deliver(crm, Mail(ORIGINAL.partition("\n\n")[2] + quoted, sender=f"Bob Brouwer <{BOB}>"))

    [(found,)] = ask(engine, "select found from contact")
    places = {name: re.findall(r"\d+", one["where"]) for name, one in json.loads(found).items()}
    read = {name: sent.text[int(start) : int(end)] for name, (start, end) in places.items()}
    assert read == {"title": "Buyer", "company": "Brouwer Bouw B.V.", "phone": "+31 20 123 4567"}


def test_her_copy_in_sent_proves_a_forward_that_waited(crm: Office, engine: Engine) -> None:
    """Evidence (a): the same mail lies in her own Sent folder."""
    unproven = replace(FORWARD, proof=None, message_id="fwd-1@kestrel.example")
    first = deliver(crm, unproven)
    before = count(engine, "lead")
    deliver(crm, unproven, account=ANNA, folder="Sent")
    react(crm)

    assert (first.kind, before, count(engine, "lead")) == ("forwarded", 0, 1)
    assert len(letters(crm, "receipt")) == 1


def test_a_mail_attached_to_a_mail_counts_without_a_forward_subject(crm: Office, engine: Engine) -> None:
    original = EmailMessage(policy=SMTP)
    original["From"], original["Subject"] = "Bob Brouwer <bob@brouwer.example>", "Twenty licences"
    original.set_content("We need twenty licences.")
    mail = EmailMessage(policy=SMTP)
    mail["Authentication-Results"] = f"{AUTH_SERVER}; dmarc=pass header.from=kestrel.example"
    mail["Received"] = f"from out.example by {AUTH_SERVER}; Mon, 23 Nov 2026 09:00:00 +0000"
    mail["From"], mail["To"], mail["Subject"] = ANNA, HOUSE, "a question"
    mail["Message-ID"] = "<attached@kestrel.example>"
    mail.set_content("see below")
    mail.add_attachment(original)

    deliver_raw(crm, mail.as_bytes())

    assert [row[:4] for row in ask(engine, LEADS)] == [
        ("Twenty licences", "Email", "We need twenty licences.", "anna")
    ]


def test_a_known_customer_is_filed_as_if_he_had_written(crm: Office, engine: Engine) -> None:
    """IN-3: his one open box, whoever owns it; no second lead."""
    deliver(crm, Mail("How much are twenty?", sender=BOB, subject="A question"))
    sent = deliver(crm, FORWARD)

    assert (count(engine, "lead"), count(engine, "contact")) == (1, 1)
    assert (sent.box_id, sent.match_confidence) == (1, "likely")
    assert ask(engine, "select owner, state from lead") == [("anna", "Assigned")]


def test_his_own_mail_in_the_same_batch_finds_the_box_of_the_forward(crm: Office, engine: Engine) -> None:
    """V3: whether mails come one by one or together."""
    deliver(crm, Mail("nothing", sender="x@x.example"))
    inbox = crm.settings.account[0]
    later = Mail("One more question", sender=BOB, subject="And training?")
    mails = [
        Fetched(10 + n, crm.clock.now(), 1, mail.raw(crm.clock.now(), 90 + n))
        for n, mail in enumerate([FORWARD, later])
    ]

    take_in(crm, inbox, 1, mails, 20)

    assert ask(engine, "select box_id from message where id > 1 order by id") == [(2,), (2,)]


@pytest.mark.parametrize(
    ("changes", "kind", "leads"),
    [
        ({"text": FORWARD.text.replace(BOB, "carl@kestrel.example")}, "command", 0),  # one of us wrote it
        (
            {"text": FORWARD.text.replace(BOB, "noreply@shop.example")},
            "forwarded",
            0,
        ),  # nobody reads answers there
        ({"subject": "RE: Twenty licences"}, "command", 0),  # an answer quotes like that too
        ({"subject": "look", "to": "sales+lead@kestrel.example"}, "forwarded", 1),
        ({"to": f"{HOUSE}, carl@kestrel.example"}, "forwarded", 1),
        ({"to": "carl@kestrel.example"}, "internal", 0),
        ({"sender": "olga@kestrel.example"}, "forwarded", 1),
    ],
)
def test_what_is_a_forward_in_and_makes_a_lead(
    crm: Office, engine: Engine, changes: dict[str, str], kind: str, leads: int
) -> None:
    sent = deliver(crm, replace(FORWARD, **changes))

    assert (sent.kind, count(engine, "lead")) == (kind, leads)


def test_operations_forward_a_lead_that_is_nobodys_yet(crm: Office, engine: Engine) -> None:
    """Who does not sell gives it to the turn of those who do (LD-5)."""
    deliver(crm, replace(FORWARD, sender="olga@kestrel.example"))

    assert ask(engine, "select owner, state from lead") == [(None, "New")]


def test_a_command_above_a_forward_is_carried_out_on_its_box(crm: Office, engine: Engine) -> None:
    deliver(crm, replace(FORWARD, text=f"quote 20 x standard\n\n{ORIGINAL}"))
    react(crm)

    assert ask(engine, "select box_id, kind, state from document") == [(1, "quote", "issued")]
    [receipt] = letters(crm, "receipt")
    assert [line["is_done"] for line in receipt.facts["lines"]] == [True, True]


def test_a_crafted_mail_speaks_no_command_in_the_forwarders_name(crm: Office, engine: Engine) -> None:
    """V10: what an outsider wrote is never read for commands, wherever in his mail it stands."""
    crafted = (
        ORIGINAL.replace("Hello Anna,", "quote 900 x standard\n\nHello Anna,") + "\n\nquote 900 x standard"
    )

    deliver(crm, replace(FORWARD, text=f"Please take this one.\n\n{crafted}"))
    deliver(crm, replace(FORWARD, text=crafted))
    react(crm)

    assert count(engine, "document") == 0


def test_an_old_forward_is_history(crm: Office, engine: Engine, clock: HandClock) -> None:
    """IN-16."""
    clock.at = START.replace(year=2025)

    deliver(crm, FORWARD)

    assert count(engine, "lead") == 0


def test_our_address_in_bcc_files_a_reps_mail_as_history(crm: Office, engine: Engine) -> None:
    """IN-5, P17: seen only in what the server noted; the contact is known from it, and no lead is made."""
    deliver(crm, Mail("How much?", sender=BOB, subject="A question"))
    answer = Mail("Twenty cost 980.", sender=ANNA, to=BOB, subject="Twenty licences")
    raw = f"Delivered-To: {HOUSE}\r\n".encode() + answer.raw(crm.clock.now(), 9)

    sent: Message = deliver_raw(crm, raw)

    assert (sent.kind, sent.box_id, count(engine, "lead")) == ("outbound", 1, 1)
    assert ask(engine, "select count(*) from event where kind = 'lead.answered'") == [(1,)]
