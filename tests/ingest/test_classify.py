"""Classification comes before any effect; the first row that matches wins (docs/architecture.md, IN-10, L1)."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

import pytest
from sqlalchemy import Engine

from inboxcrm.base.settings_form import Form
from inboxcrm.base.work import Office
from inboxcrm.ingest.classify import ROWS, Seen, message_kind
from inboxcrm.mail.parse import parse_mail
from tests.ingest.building import ANNA, BEN, SALES, ask, count, make_settings, open_box, raw_mail

CUSTOMER = "Carla <carla@brouwer.test>"
AWAY = {"Auto-Submitted": "auto-replied"}
LIST = {"List-Id": "<news.brouwer.test>"}


def calendar_mail(sender: str, to: str, headers: dict[str, str] | None = None) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, to, "Meeting"
    for name, value in (headers or {}).items():
        mail[name] = value
    mail.set_content("Let us meet.")
    mail.add_alternative("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n", subtype="calendar")
    return mail.as_bytes()


def report_mail(sender: str, headers: dict[str, str] | None = None) -> bytes:
    lines = [
        f"From: {sender}",
        f"To: {SALES}",
        "Subject: Out of office: undelivered mail",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "It did not arrive.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.test",
        "",
        "Final-Recipient: rfc822; x@y.test",
        "Action: failed",
        "Status: 5.1.1",
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()


FORM = "forms@website.test"
OWN_FORM = "web@kestrel.test"
FORWARDED = (
    "---------- Forwarded message ---------\nFrom: Carla <carla@brouwer.test>\nSubject: Question\n\nHow much?"
)
RULES = tuple(
    Form.model_validate({"sender": sender, "subject": "entry", "fields": {"email": "E-mail"}})
    for sender in (FORM, OWN_FORM)
)


def forward_mail(
    headers: dict[str, str] | None = None, to: str = SALES, cc: str = "", sender: str = ANNA
) -> bytes:
    return raw_mail(sender, to, "Fwd: Question", FORWARDED, headers=headers, cc=cc)


def form_mail(headers: dict[str, str] | None = None, sender: str = FORM, to: str = SALES) -> bytes:
    return raw_mail(sender, to, "New entry", headers=headers)


# One mail for each pair of rows that could both match: (what it could be, and what it is).
PAIRS = [
    ("own before bounce", "own", True, report_mail(SALES)),
    ("own before auto-reply", "own", True, raw_mail(SALES, ANNA, headers=AWAY)),
    ("own before calendar", "own", True, calendar_mail(SALES, ANNA)),
    ("own before outbound", "own", True, raw_mail(SALES, CUSTOMER)),
    ("own before internal", "own", True, raw_mail(SALES, ANNA)),
    ("own before bulk", "own", True, raw_mail(SALES, ANNA, headers={"Precedence": "bulk"})),
    ("our id under a stranger's name is a customer's", "customer", True, raw_mail(CUSTOMER, SALES)),
    ("bounce before auto-reply", "bounce", False, report_mail(CUSTOMER, AWAY)),
    ("bounce before command", "bounce", False, report_mail(ANNA)),
    ("bounce before bulk", "bounce", False, report_mail(CUSTOMER, LIST)),
    ("bounce before customer", "bounce", False, report_mail(CUSTOMER)),
    ("auto-reply before calendar", "auto-reply", False, calendar_mail(CUSTOMER, SALES, AWAY)),
    ("a user's auto-reply is no command", "auto-reply", False, raw_mail(ANNA, SALES, headers=AWAY)),
    ("auto-reply before outbound", "auto-reply", False, raw_mail(ANNA, CUSTOMER, headers=AWAY)),
    ("auto-reply before internal", "auto-reply", False, raw_mail(ANNA, BEN, headers=AWAY)),
    ("auto-reply before bulk", "auto-reply", False, raw_mail(CUSTOMER, SALES, headers={**AWAY, **LIST})),
    ("auto-reply before customer", "auto-reply", False, raw_mail(CUSTOMER, SALES, headers=AWAY)),
    ("calendar before command", "calendar", False, calendar_mail(ANNA, SALES)),
    ("calendar before outbound", "calendar", False, calendar_mail(ANNA, CUSTOMER)),
    ("calendar before internal", "calendar", False, calendar_mail(ANNA, BEN)),
    ("calendar before bulk", "calendar", False, calendar_mail(CUSTOMER, SALES, LIST)),
    ("calendar before customer", "calendar", False, calendar_mail(CUSTOMER, SALES)),
    ("command before internal", "command", False, raw_mail(ANNA, SALES, body="done")),
    ("an outsider in Cc: no command", "outbound", False, raw_mail(ANNA, SALES, body="done", cc=CUSTOMER)),
    ("a colleague in Cc: no command", "internal", False, raw_mail(ANNA, SALES, body="done", cc=BEN)),
    ("no user, but our domain: no command", "internal", False, raw_mail("it@kestrel.test", SALES)),
    ("command before bulk", "command", False, raw_mail(ANNA, SALES, headers={"Precedence": "bulk"})),
    ("outbound before bulk", "outbound", False, raw_mail(ANNA, CUSTOMER, headers=LIST)),
    ("internal before bulk", "internal", False, raw_mail(BEN, ANNA, headers=LIST)),
    ("bulk before customer", "bulk", False, raw_mail(CUSTOMER, SALES, headers=LIST)),
    ("own before form", "own", True, raw_mail(SALES, ANNA, "New entry")),
    ("bounce before form", "bounce", False, form_mail({"X-Failed-Recipients": "x@y.test"})),
    ("form before auto-reply", "form", False, form_mail(AWAY)),
    ("form before calendar", "form", False, calendar_mail(FORM, SALES).replace(b"Meeting", b"New entry")),
    ("form before outbound", "form", False, form_mail(sender=OWN_FORM, to=CUSTOMER)),
    ("form before internal", "form", False, form_mail(sender=OWN_FORM)),
    ("form before bulk", "form", False, form_mail(LIST)),
    ("form before customer", "form", False, form_mail()),
    ("another subject: no form", "customer", False, raw_mail(FORM, SALES)),
    ("bounce before forwarded", "bounce", False, forward_mail({"X-Failed-Recipients": "x@y.test"})),
    ("auto-reply before forwarded", "auto-reply", False, forward_mail(AWAY)),
    ("a forward of a user is no command", "forwarded", False, forward_mail()),
    ("outbound, not forwarded", "outbound", False, forward_mail(cc=CUSTOMER)),
    ("forwarded before internal", "forwarded", False, forward_mail(cc=BEN)),
    ("forwarded by Bcc", "forwarded", False, forward_mail({"Delivered-To": SALES}, to=BEN)),
    ("forwarded before bulk", "forwarded", False, forward_mail({"Precedence": "bulk"})),
    ("a customer's forward is the customer's", "customer", False, forward_mail(sender=CUSTOMER)),
    ("a person outside", "customer", False, raw_mail(CUSTOMER, SALES)),
]


@pytest.mark.parametrize(("kind", "is_ours", "raw"), [p[1:] for p in PAIRS], ids=[p[0] for p in PAIRS])
def test_of_two_rows_that_match_the_upper_one_wins(kind: str, is_ours: bool, raw: bytes) -> None:
    settings = make_settings().model_copy(update={"form": RULES})

    found, reason = message_kind(Seen(parse_mail(raw), settings, is_ours))

    assert found == kind
    assert reason


def test_every_row_of_the_table_is_met() -> None:
    assert [name for name, _ in ROWS] == [
        "own",
        "bounce",
        "form",
        "auto-reply",
        "calendar",
        "command",
        "forwarded",
        "outbound",
        "internal",
        "bulk",
        "customer",
    ]
    assert {pair[1] for pair in PAIRS} == {name for name, _ in ROWS}


def test_our_own_from_is_never_a_lead(office: Office, engine: Engine) -> None:
    """Whatever address of ours stands in From, and to whomever it goes, nobody becomes a lead."""
    inbox = open_box(office)
    ours = (SALES, "sales+x@kestrel.test", ANNA, BEN, "nobody@kestrel.test", "SALES@KESTREL.TEST")
    inbox.take(*(raw_mail(s, to, f"{s} to {to}") for s in ours for to in (SALES, CUSTOMER, ANNA)))

    assert count(engine, "lead") == 0
    assert count(engine, "contact") == 0
    assert count(engine, "message") == 18


def test_automatic_mail_does_nothing_but_be_there_with_its_reason(office: Office, engine: Engine) -> None:
    """IN-10: no lead, no task, no letter, nothing pending; the sender's own words stay readable."""
    open_box(office).take(
        raw_mail("bot@shop.test", SALES, headers=LIST),
        raw_mail("away@shop.test", SALES, headers=AWAY),
        report_mail("MAILER-DAEMON@shop.test"),
        raw_mail("no-reply@shop.test", SALES),
    )

    assert ask(engine, "select kind, kind_reason from message order by id") == [
        ("bulk", "it has list-id"),
        ("auto-reply", "Auto-Submitted: auto-replied"),
        ("bounce", "no delivery to x@y.test (read as rfc3464)"),
        ("bulk", "nobody reads no-reply@"),
    ]
    for table in ("lead", "box", "contact", "task", "letter"):
        assert count(engine, table) == 0
    assert count(engine, "event", "state = 'pending'") == 0


def test_a_mail_without_a_sender_is_nobodys_lead(office: Office, engine: Engine) -> None:
    open_box(office).take(b"To: sales@kestrel.test\r\nSubject: hello\r\n\r\nWho am I?\r\n")

    assert ask(engine, "select kind, kind_reason from message") == [("unsigned", "it names no sender")]
    assert count(engine, "lead") == 0
