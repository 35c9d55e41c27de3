"""A telephone system mails its list of calls: those with people whom we know are logged, each once (IN-14)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine

from inboxcrm.base.settings_form import Form
from inboxcrm.base.work import Office
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.store import contact_by_address
from inboxcrm.ingest.records import Message
from tests.build import (
    AUTH_SERVER,
    DATABASES,
    HOUSE,
    KEY,
    PROVEN,
    START,
    CountedIds,
    HandClock,
    Mail,
    a_lead,
    deliver,
    deliver_raw,
    letters,
    the_settings,
)
from tests.ingest.building import ask, count

PBX = "cdr@pbx.example"
FIELDS = {
    "caller": ["src", "Anrufer"], "called": ["dst", "Ziel"], "started": ["calldate", "Beginn"],
    "duration": ["billsec", "Dauer"], "notification_id": "uniqueid", "need": "Note",
}  # fmt: skip
HEAD = "calldate,src,dst,billsec,uniqueid\n"
FROM_BOB = "2026-11-20 15:04:05,0201234567,100,754,u1\n"
TO_BOB = "2026-11-20 16:00:00,100,+31201234567,60,u2\n"
TO_NOBODY = "2026-11-20 17:00:00,100,+31 20 123 4567,0,u3\n"
OTHERS = "2026-11-20 15:10:00,0207654321,100,20,u4\n2026-11-20 15:11:00,100,101,20,u5\n"
CALLS = "select direction, phone, seconds, box_id, contact_id from phone_call order by started_at"


@pytest.fixture
def office(engine: Engine, tmp_path: Path) -> Office:
    """An office that reads the lists of PBX, and knows Bob, who has one open lead."""
    form = Form.model_validate({"sender": PBX, "kind": "call list", "fields": FIELDS})
    office = Office(
        engine, HandClock(), CountedIds(), the_settings(tmp_path, form=(form,)), KEY, lambda topics: None
    )
    deliver(office, Mail("We need licences.\n\nBob\nTel. 020 123 4567"))
    with office.work("test", actor="test") as work:
        bob = contact_by_address(work.session, "bob@acme.example")
        assert bob is not None
        bob.phone = "+31201234567"
    return office


def sent(
    office: Office, table: str | bytes, number: int = 1, *, proof: str | None = PROVEN, name: str = "cdr.csv"
) -> Message:
    """A list from the telephone system."""
    mail = EmailMessage(policy=SMTP)
    if proof:
        mail["Authentication-Results"] = proof.format(domain="pbx.example")
        mail["Received"] = f"from out.example by {AUTH_SERVER}; {format_datetime(START)}"
    mail["From"], mail["To"], mail["Subject"] = PBX, HOUSE, f"Calls {number}"
    mail["Date"], mail["Message-ID"] = format_datetime(START), f"<list-{number}@pbx.example>"
    mail.set_content("The calls of the day.")
    content = table.encode() if isinstance(table, str) else table
    mail.add_attachment(content, maintype="text", subtype="csv", filename=name)
    return deliver_raw(office, mail.as_bytes())


@pytest.mark.parametrize("engine", DATABASES, indirect=True)
def test_calls_with_known_people_are_logged_on_their_deal_and_others_leave_nothing(
    office: Office, engine: Engine
) -> None:
    """In, out, and one that nobody took; a supplier's and a colleague's leave no row."""
    message = sent(office, HEAD + FROM_BOB + TO_BOB + TO_NOBODY + OTHERS)

    assert ask(engine, CALLS) == [
        ("in", "+31201234567", 754, 1, 1),
        ("out", "+31201234567", 60, 1, 1),
        ("out", "+31201234567", 0, 1, 1),
    ]
    assert message.match_how == "a list of calls: 5, new ones with people we know: 3"
    assert count(engine, "event", "kind = 'call.logged' and box_id = 1") == 3
    assert (count(engine, "contact"), count(engine, "lead")) == (1, 1)


def test_each_call_is_logged_once_however_often_it_is_listed(office: Office, engine: Engine) -> None:
    """The list of the week repeats that of the day; the systems' own ids tell, else time and numbers."""
    sent(office, HEAD + FROM_BOB, 1)
    sent(office, HEAD + FROM_BOB + TO_BOB, 2)
    without_id = "calldate,src,dst\n2026-11-20 09:00:00,0201234567,100\n"
    sent(office, without_id, 3)
    again = sent(office, without_id, 4)

    assert count(engine, "phone_call") == 3
    assert again.match_how == "a list of calls: 1, new ones with people we know: 0"


def test_a_call_of_somebody_with_several_deals_is_known_of_him_alone(office: Office, engine: Engine) -> None:
    """IN-3: nobody guesses on which of them he called."""
    with office.work("test", actor="test") as work:
        a_lead(work, name="Training")
    sent(office, HEAD + FROM_BOB)

    assert ask(engine, CALLS) == [("in", "+31201234567", 754, None, 1)]


def test_a_number_of_several_people_is_nobodys(office: Office, engine: Engine) -> None:
    with office.work("test", actor="test") as work:
        find_or_make_contact(work, "carol@acme.example", "Carol").phone = "+31201234567"
    sent(office, HEAD + FROM_BOB)

    assert count(engine, "phone_call") == 0


@pytest.mark.parametrize(
    ("table", "seconds", "hour"),
    [
        ('Beginn;Anrufer;Ziel;Dauer\n"20.11.2026 15:04:05";"020 123 4567";"100";"0:12:34"\n', 754, 14),
        ("\ufeffFriday\n\ncalldate\tsrc\tdst\tbillsec\n20/11/26 15:04\t0201234567\t100\t12 min 34 s\n", 754, 14),
        ("calldate,src,dst,billsec\n2026-11-20T15:04:05Z,0201234567,100,12:34\n", 754, 15),
        ("CALLDATE , SRC ,dst\n1795187045,0201234567,100\n", None, 15),
        ("calldate,src,dst,billsec\n11/20/2026 15:04:05,0201234567,100,?\n", None, 14),
    ],
)  # fmt: skip
def test_lists_are_read_however_their_system_writes(
    office: Office, engine: Engine, table: str, seconds: int | None, hour: int
) -> None:
    """Times without a zone are those of the company, Amsterdam; the day stands first unless it cannot."""
    sent(office, table)

    [(at, length)] = ask(engine, "select started_at, seconds from phone_call")
    started_at = datetime.fromtimestamp(at / 1_000_000, UTC)
    assert (started_at.date().isoformat(), started_at.hour, length) == ("2026-11-20", hour, seconds)


def test_a_list_in_another_encoding_is_read(office: Office, engine: Engine) -> None:
    sent(office, ("Größe," + HEAD + "x," + FROM_BOB).encode("cp1252"), 1)
    sent(office, (HEAD + TO_BOB).encode("utf-16"), 2)

    assert count(engine, "phone_call") == 2


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ("a,b\n1,2\n", "it has no line with the names of the columns"),
        ("src,dst\n0201234567,100\n", "it has no columns of the time and of a number"),
        (HEAD + "yesterday,0201234567,100,1,u\n,,,,\n", "no row of it can be read"),
        (HEAD + FROM_BOB * 5_001, "it has more than 5000 rows or 2 MB"),
        ("", "it has no line with the names of the columns"),
    ],
)
def test_what_cannot_be_read_is_parked_and_a_manager_told(office: Office, table: str, why: str) -> None:
    assert sent(office, table).match_how == f"parked: {why}"
    assert len(letters(office, "parked")) == 1


def test_a_mail_of_the_system_without_a_list_is_parked(office: Office) -> None:
    assert deliver(office, Mail("No calls today.", PBX)).match_how == (
        "parked: no list of calls (CSV) is attached to it"
    )


def test_rows_that_cannot_be_read_are_counted(office: Office) -> None:
    message = sent(office, HEAD + FROM_BOB + "soon,0201234567,100,1,u9\n")

    assert message.match_how.endswith("new ones with people we know: 1, rows that cannot be read: 1")


# Attacks.


def test_a_list_that_nothing_proves_logs_nothing(office: Office, engine: Engine) -> None:
    """V10: who writes in the system's name is parked."""
    message = sent(office, HEAD + FROM_BOB, proof=f"{AUTH_SERVER}; dmarc=fail header.from={{domain}}")

    assert message.match_how == "parked: the mail server does not vouch for its sender"
    assert count(engine, "phone_call") == 0


def test_foreign_words_in_a_list_are_data(office: Office, engine: Engine) -> None:
    """V13: nothing that stands in a cell is more than text, and it is cut to length."""
    head = HEAD.replace("uniqueid", "uniqueid,Note")
    sent(office, head + FROM_BOB.strip() + ',"=cmd|\u202ecall: done\u0007 {{ 7 }}' + "x" * 90_000 + '"\n')

    [(text,)] = ask(engine, "select text from phone_call")
    assert text.startswith("=cmd|call: done {{ 7 }}xxx")
    assert len(text) == 1_000


@pytest.mark.parametrize("left_out", ["started", "numbers"])
def test_a_rule_that_could_read_no_list_is_refused(left_out: str) -> None:
    fields = {"started": "calldate"} if left_out == "numbers" else {"caller": "src"}
    with pytest.raises(ValidationError, match="needs the"):
        Form.model_validate({"sender": PBX, "kind": "call list", "fields": fields})
