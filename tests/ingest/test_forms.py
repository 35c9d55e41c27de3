"""Form notifications make leads, calls and won deals, if their sender is proven, and each once (IN-7, IN-14, IN-17)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine

from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_file import SettingsFaulty, load_settings
from inboxcrm.base.settings_form import Form
from inboxcrm.base.work import Office
from inboxcrm.cli.config_text import config_text
from inboxcrm.crm.lead import convert_lead
from inboxcrm.crm.store import box_by_id, lead_of_box
from inboxcrm.ingest.quoting import notice_facts
from tests.build import (
    ANNA,
    AUTH_SERVER,
    HOUSE,
    KEY,
    START,
    CountedIds,
    HandClock,
    Mail,
    a_quote,
    deliver,
    deliver_raw,
    letters,
    react,
    the_settings,
)
from tests.ingest.building import ask, count, settings_values

DAY = timedelta(days=1)
WEB = "forms@website.example"
PAY = "billing@payments.example"
PBX = "calls@pbx.example"
FORMS = (
    {
        "sender": WEB,
        "fields": {
            "name": "Name", "email": "E-mail", "phone": "Phone", "company": "Company", "need": "Message",
            "count": "Seats", "product": "Plan", "campaign": "Campaign", "vat_number": "VAT", "source": "Heard of us",
        },
    },
    {
        "sender": "payments.example",
        "kind": "deal",
        "fields": {
            "name": "customer.name", "email": "customer.email", "account_code": "customer.id", "amount": "amount",
            "currency": "currency", "notification_id": "id", "product": "plan",
        },
    },
    {"sender": PBX, "kind": "call", "fields": {"phone": "From", "name": "Caller", "need": "Note", "email": "Mail"}},
)  # fmt: skip
ENTRY = """Name: Bob Brouwer
E-mail: bob@brouwer.example
Phone: 020 123 4567
Company: Brouwer Bouw B.V.
VAT: NL004495445B01
Seats: 20
Plan: standard
Campaign: spring
Message: Hello,

we need a quote.
"""
LEAD = Mail(ENTRY, sender=WEB, subject="New entry")
PAID = (
    '{"id": "evt_1", "plan": "Standard plan", "amount": 1234.50, "currency": "eur",'
    ' "customer": {"id": "cus_7", "name": "Bob Brouwer", "email": "bob@brouwer.example"}}'
)
DEAL = Mail(PAID, sender=PAY, subject="Payment received")
DEALS = "select state, amount_minor, currency, account_code from opportunity order by id"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def office_on(engine: Engine, folder: Path, *forms: dict[str, object]) -> Office:
    read = tuple(Form.model_validate(form) for form in forms)
    return Office(
        engine, HandClock(), CountedIds(), the_settings(folder, form=read), KEY, lambda topics: None
    )


@pytest.fixture
def with_forms(engine: Engine, clock: HandClock, tmp_path: Path) -> Callable[..., Office]:
    def build(*forms: dict[str, object]) -> Office:
        read = tuple(Form.model_validate(form) for form in forms)
        return Office(
            engine, clock, CountedIds(), the_settings(tmp_path, form=read), KEY, lambda topics: None
        )

    return build


@pytest.fixture
def crm(with_forms: Callable[..., Office]) -> Office:
    return with_forms(*FORMS)


def unproven(mail: Mail) -> Mail:
    return replace(mail, proof=f"{AUTH_SERVER}; dmarc=fail header.from={{domain}}; spf=pass")


@pytest.mark.parametrize(
    "mail", [LEAD, DEAL, Mail("From: 020 123 4567", sender=PBX)], ids=["lead", "deal", "call"]
)
def test_a_forged_notification_makes_nothing_and_a_manager_is_told_once_a_day(
    crm: Office, engine: Engine, clock: HandClock, mail: Mail
) -> None:
    """V10: it is kept, parked for a person."""
    first = deliver(crm, unproven(mail))
    deliver(crm, unproven(replace(mail, message_id="another")))
    clock.move(days=1)
    deliver(crm, unproven(replace(mail, message_id="tomorrow")))

    assert (first.kind, first.acted_at) == ("form", None)
    assert first.match_how == "parked: the mail server does not vouch for its sender"
    assert [count(engine, table) for table in ("lead", "contact", "opportunity", "box")] == [0, 0, 0, 0]
    assert [letter.recipients[0].address for letter in letters(crm, "parked")] == [
        "maria@kestrel.example"
    ] * 2


def test_proof_by_another_copy_brings_a_parked_form_to_life(crm: Office, engine: Engine) -> None:
    mail = replace(LEAD, message_id="entry-1@website.example")
    deliver(crm, replace(mail, proof=None))
    before = count(engine, "lead")
    deliver(crm, mail, folder="Webshop")

    assert (before, count(engine, "lead")) == (0, 1)


def test_the_lead_is_the_person_in_the_form(crm: Office, engine: Engine) -> None:
    """IN-7, IN-9: source Web Site; telephone and VAT number in their one form, with where they were found."""
    sent = deliver(crm, replace(LEAD, message_id="entry-1@website.example"))
    react(crm)

    assert ask(engine, "select name, phone from contact") == [("Bob Brouwer", "+31201234567")]
    assert ask(engine, "select address from contact_address") == [("bob@brouwer.example",)]
    assert ask(engine, "select name, vat_number from organization") == [
        ("Brouwer Bouw B.V.", "NL004495445B01")
    ]
    assert ask(
        engine, "select box.name, source, campaign, need, details from lead join box on box.id = box_id"
    ) == [
        (
            "20 x standard",
            "Web Site",
            "spring",
            "Hello,\n\nwe need a quote.\nproduct: standard\ncount: 20",
            '{"count":"20","product":"standard"}',
        )
    ]
    assert '"where":"the field phone of the form"' in ask(engine, "select found from contact")[0][0]
    assert (sent.kind, sent.match_how) == ("form", f"the form of {WEB}: a new lead of bob@brouwer.example")


def test_the_rep_is_shown_the_form_and_answers_its_person(crm: Office) -> None:
    """Not the tool that sent it; and nobody has proven that he is the one."""
    sent = deliver(crm, LEAD)

    with crm.work("test", actor="test") as work:
        facts = notice_facts(work, crm.settings.user[0], sent.box_id or 0, "new lead", [], why="", rule="")

    assert (facts["mail"]["sender"], facts["mail"]["sender_name"]) == ("bob@brouwer.example", "Bob Brouwer")
    assert "we need a quote." in facts["mail"]["text"]
    assert facts["mail"]["is_proven"] is False
    assert facts["reply_link"].startswith("mailto:bob@brouwer.example?cc=")


def test_automatic_looks_do_not_hide_a_form(crm: Office, engine: Engine) -> None:
    """Form notifications are automatic mail from addresses that nobody reads; Reply-To is data, no identity."""
    raw = LEAD.raw(crm.clock.now(), 1)
    raw = b"Auto-Submitted: auto-generated\r\nReply-To: eve@evil.example\r\nPrecedence: bulk\r\n" + raw
    sent = deliver_raw(crm, raw)

    assert (sent.kind, count(engine, "lead")) == ("form", 1)
    assert ask(engine, "select address from contact_address") == [("bob@brouwer.example",)]


def test_a_known_person_in_a_form_is_filed_on_his_open_box(crm: Office, engine: Engine) -> None:
    deliver(crm, Mail("How much?", sender="bob@brouwer.example"))
    sent = deliver(crm, LEAD)

    assert (sent.box_id, count(engine, "lead")) == (1, 1)


def test_a_form_of_a_person_whose_quote_is_open_is_asked_about(crm: Office, engine: Engine) -> None:
    """IN-3, IN-7: what he asks on the website may be new, and a quote for it would end the one that he has."""
    deliver(crm, LEAD)
    with crm.work("test", actor="user:anna") as work:
        lead = lead_of_box(work.session, 1)
        a_quote(work, convert_lead(work, lead, by="anna", name="Brouwer 20 standard") if lead else None)
    sent = deliver(crm, replace(LEAD, text=ENTRY.replace("a quote", "training"), subject="Another entry"))

    assert (sent.box_id, sent.match_confidence) == (None, "unsure")
    [(text,)] = ask(engine, "select text from task where kind = 'filing'")
    assert "from bob@brouwer.example belong? Answer `file new`" in text


def test_forms_in_one_thread_are_of_many_people(crm: Office, engine: Engine) -> None:
    """Some tools answer their own mails over and over."""
    first = deliver(crm, replace(LEAD, message_id="thread@website.example"))
    other = replace(LEAD, text=ENTRY.replace("bob@brouwer", "carla@other"), answers="thread@website.example")
    second = deliver(crm, other)

    assert (first.box_id, second.box_id) == (1, 2)


@pytest.mark.parametrize(
    ("text", "how"),
    [
        (
            ENTRY.replace("bob@brouwer.example", "call me"),
            "parked: no mail address of a person can be read in it",
        ),
        (ENTRY.replace("bob@brouwer.example", ANNA), f"{ANNA} is one of us: no lead"),
    ],
)
def test_a_form_without_a_customer_makes_no_lead(crm: Office, engine: Engine, text: str, how: str) -> None:
    assert deliver(crm, replace(LEAD, text=text)).match_how == how
    assert count(engine, "lead") == 0


def test_a_rep_forwards_an_unproven_form_and_the_person_in_it_is_the_lead(
    crm: Office, engine: Engine
) -> None:
    """What was parked is not lost: on a proven user's word it counts."""
    headers = f"From: Website <{WEB}>\nDate: Mon, 23 Nov 2026 09:00:00 +0100\nSubject: New entry\nTo: {HOUSE}"
    text = f"---------- Forwarded message ---------\n{headers}\n\n{ENTRY}"

    deliver(crm, Mail(text, sender=ANNA, subject="Fwd: New entry"))

    joined = "lead join box on box.id = box_id join contact on contact.id = contact_id"
    assert ask(engine, f"select contact.name, lead.owner from {joined}") == [("Bob Brouwer", "anna")]


def test_a_payment_makes_a_deal_that_is_won_and_counts_once(crm: Office, engine: Engine) -> None:
    """IN-17, V9: the provider's own number of the notification decides, not the mail."""
    deliver(crm, DEAL)
    again = deliver(crm, replace(DEAL, message_id="sent-again@payments.example"))
    react(crm)

    assert ask(engine, DEALS) == [("Closed Won", 123450, "EUR", "cus_7")]
    assert ask(
        engine, "select count(*) from event where kind in ('opportunity.won', 'opportunity.paid')"
    ) == [(2,)]
    assert again.match_how == "notification evt_1 of payments.example, which was counted before"
    assert ask(engine, "select kind from organization") == [("customer",)]


def test_a_mail_that_is_json_and_nothing_else_is_read(crm: Office, engine: Engine) -> None:
    raw = DEAL.raw(crm.clock.now(), 1).replace(b"text/plain", b"application/json")

    deliver_raw(crm, raw)

    assert ask(engine, DEALS) == [("Closed Won", 123450, "EUR", "cus_7")]


def test_it_is_the_same_on_both_databases(both: Engine, tmp_path: Path) -> None:
    """Forms, calls and payments, with words as long as they may be."""
    office = office_on(both, tmp_path, *FORMS)
    long = (
        ENTRY.replace("Bob Brouwer", "B" * 3000).replace("spring", "s" * 500).replace("bob@", "b" * 64 + "@")
    )

    for mail in (replace(LEAD, text=long), DEAL, replace(DEAL, text=PAID.replace("evt_1", "e" * 400))):
        deliver(office, mail)
    deliver(office, Mail(f"From: 030 123 4567\nCaller: {'C' * 900}", sender=PBX))

    assert ask(both, "select count(*) from quarantine") == [(0,)]
    assert (count(both, "lead"), count(both, "opportunity"), count(both, "notification")) == (2, 1, 2)


def test_later_payments_find_the_deal_by_account_code_whatever_the_address(
    crm: Office, engine: Engine
) -> None:
    deliver(crm, DEAL)
    later = (
        PAID.replace("evt_1", "evt_2").replace("1234.50", "99.00").replace("bob@brouwer", "office@brouwer")
    )
    sent = deliver(crm, replace(DEAL, text=later))

    assert ask(engine, DEALS) == [("Closed Won", 9900, "EUR", "cus_7")]
    assert sent.box_id == 1


def test_who_was_in_the_pipeline_is_won_by_his_payment(crm: Office, engine: Engine) -> None:
    deliver(crm, Mail("How much are twenty?", sender="bob@brouwer.example"))
    sent = deliver(crm, DEAL)

    assert ask(engine, DEALS) == [("Closed Won", 123450, "EUR", "cus_7")]
    assert (sent.box_id, count(engine, "box")) == (1, 1)
    assert ask(engine, "select state from lead") == [("Converted",)]


@pytest.mark.parametrize(
    ("old", "new", "how"),
    [
        ("1234.50", '"1.234"', "parked: the amount '1.234' cannot be read, or can mean two things"),
        ("1234.50", "-5.00", "parked: the amount '-5.00' is no payment; is it a refund?"),
        ("1234.50", "1.005001", "parked: the amount '1.005001' has more decimals than EUR has"),
        ("1234.50", "9" * 20, f"parked: the amount '{'9' * 20}' is beyond all measure"),
        ('"eur"', '"dollars"', "parked: the currency of '1234.50' cannot be told"),
        ("bob@brouwer.example", ANNA, "parked: no mail address of a customer can be read in it, and no deal has its "
         "account code"),
    ],
)  # fmt: skip
def test_a_payment_that_is_not_sure_is_a_persons(
    crm: Office, engine: Engine, old: str, new: str, how: str
) -> None:
    """V9: nothing is guessed."""
    assert deliver(crm, replace(DEAL, text=PAID.replace(old, new))).match_how == how
    assert count(engine, "opportunity") == 0


def test_a_call_stands_on_the_box_of_who_called_and_an_unknown_caller_is_a_lead(
    crm: Office, engine: Engine
) -> None:
    """IN-14, IN-8."""
    deliver(crm, LEAD)
    known = deliver(crm, Mail("From: +31 20 123 4567\nNote: asks for a discount", sender=PBX))
    deliver(crm, Mail("From: 030 123 4567\nCaller: Carla", sender=PBX))

    assert known.match_how == "a call of Bob Brouwer"
    assert ask(engine, "select box_id from event where kind = 'call.logged' order by id") == [(1,), (2,)]
    assert ask(engine, "select box.name, source from lead join box on box.id = box_id where box.id = 2") == [
        ("Call of Carla", "Call")
    ]


@pytest.mark.parametrize(("duration", "is_owed"), [("0:05:10", False), ("0", True), ("", True)])
def test_a_call_that_we_took_owes_no_answer_and_one_that_we_missed_does(
    with_forms: Callable[..., Office], engine: Engine, duration: str, is_owed: bool
) -> None:
    """IN-14, IN-13: as far as the telephone system tells how long it took."""
    fields = {"phone": "From", "duration": "Length", "direction": "Way"}
    office = with_forms(FORMS[0], {"sender": PBX, "kind": "call", "fields": fields})
    lead = deliver(office, LEAD)
    deliver(office, Mail(f"From: 020 123 4567\nLength: {duration}\nWay: Inbound", sender=PBX))

    assert ask(engine, "select direction from phone_call") == [("in",)]
    with office.reading() as session:
        box = box_by_id(session, lead.box_id)
        assert ((box.last_outbound_at or START - DAY) < box.last_inbound_at) is is_owed


def test_a_lead_form_may_do_without_proof_and_a_deal_never(
    with_forms: Callable[..., Office], engine: Engine
) -> None:
    office = with_forms({**FORMS[0], "requires_proof": False})

    deliver(office, unproven(LEAD))

    assert count(engine, "lead") == 1
    with pytest.raises(ValidationError, match="requires_proof cannot be false"):
        Form.model_validate({**FORMS[1], "requires_proof": False})


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"sender": WEB, "fields": {"name": "Name"}}, "needs the label of email"),
        ({"sender": PAY, "kind": "deal", "fields": {"email": "E"}}, "needs the label of amount"),
        ({"sender": "nobody", "fields": {"email": "E"}}, "should be a mail address or a domain"),
        ({"sender": "anna@kestrel.test", "fields": {"email": "E"}}, "our own people"),
        ({"sender": "kestrel.test", "fields": {"email": "E"}}, "our own people"),
        ({"sender": WEB, "fields": {"emial": "E"}}, "Extra inputs"),
    ],
)
def test_a_faulty_form_rule_is_refused(form: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Settings.model_validate({**settings_values(), "form": [form]})


def test_a_fault_of_a_form_rule_names_its_line_and_field(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    form = '[[form]]\nsender = "x.example"\nkind = "leed"\n[form.fields]\nemail = "E"\nfone = "F"\n'
    file.write_text(f"{config_text(settings_values())}\n{form}")
    start = file.read_text().splitlines().index("[[form]]") + 1

    with pytest.raises(SettingsFaulty) as error:
        load_settings(file)

    assert [(fault.line - start, fault.key) for fault in error.value.faults] == [
        (2, "form.1.kind"),
        (5, "form.1.fields.fone"),
    ]
