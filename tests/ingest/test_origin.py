"""A lead says where it came from: its source, its type and its campaign, as config.toml names them (IN-8)."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine

from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_form import Form
from inboxcrm.base.settings_leads import Campaign, Leads
from inboxcrm.base.work import Office
from tests.build import ANNA, BOB, HOUSE, KEY, CountedIds, HandClock, Mail, deliver, deliver_raw, the_settings
from tests.ingest.building import ask, settings_values

WEB = "forms@website.example"
FAIR = "sales+fair@kestrel.example"
LEADS = Leads(sources=("Webinar",), types=("Tender", "Reseller"))
CAMPAIGNS = (
    {"name": "Spring fair", "source": "Trade Show", "addresses": [FAIR], "words": ["Spring fair 2026"]},
    {"name": "Resellers", "type": "Reseller", "source": "Webinar", "words": ["become a reseller"]},
)
FIELDS = {"email": "E-mail", "campaign": "utm", "source": "Heard of us", "type": "You are", "need": "Message"}
LEAD = "select source, type, campaign from lead order by id"


@pytest.fixture
def office(engine: Engine, tmp_path: Path) -> Office:
    return office_with(engine, tmp_path)


def office_with(engine: Engine, folder: Path, **form: str) -> Office:
    rule = Form.model_validate({"sender": WEB, "fields": FIELDS} | form)
    campaigns = tuple(Campaign.model_validate(one) for one in CAMPAIGNS)
    settings = the_settings(folder, leads=LEADS, campaign=campaigns, form=(rule,))
    return Office(engine, HandClock(), CountedIds(), settings, KEY, lambda topics: None)


@pytest.mark.parametrize(
    ("mail", "origin"),
    [
        (Mail("Hello"), ("Email", None, None)),
        (Mail("Hello", to=FAIR.upper()), ("Trade Show", None, "Spring fair")),
        (Mail("Hello", to="other@acme.example", cc=f"{HOUSE}, {FAIR}"), ("Trade Show", None, "Spring fair")),
        (Mail("Hello", subject="Re: spring FAIR, 2026!"), ("Trade Show", None, "Spring fair")),
        (Mail("Hello", subject="How to become a reseller?"), ("Webinar", "Reseller", "Resellers")),
        (Mail("Hello", subject="We became a reseller"), ("Email", None, None)),
        (Mail("I was at the spring fair 2026"), ("Email", None, None)),
    ],
)
def test_a_first_mail_is_of_the_campaign_of_its_address_or_subject(
    office: Office, engine: Engine, mail: Mail, origin: tuple[str | None, ...]
) -> None:
    deliver(office, mail)

    assert ask(engine, LEAD) == [origin]


def test_an_address_that_only_the_server_saw_counts_too(office: Office, engine: Engine) -> None:
    """P17: the campaign's address was in Bcc."""
    raw = Mail("Hello").raw(HandClock().now(), 1)
    deliver_raw(office, f"Delivered-To: {FAIR}\r\n".encode() + raw)

    assert ask(engine, LEAD) == [("Trade Show", None, "Spring fair")]


def test_a_forward_of_ours_is_of_the_campaign_of_its_subject(office: Office, engine: Engine) -> None:
    """IN-6."""
    forward = "Look.\n\n---------- Forwarded message ---------\nFrom: Dirk <dirk@dune.example>\n"
    forward += "Date: Mon, 23 Nov 2026 at 09:00\n"
    forward += "Subject: Become a reseller\nTo: <anna@kestrel.example>\n\nHow do we become one?\n"
    deliver(office, Mail(forward, ANNA, subject="Fwd: Become a reseller"))

    assert ask(engine, LEAD) == [("Webinar", "Reseller", "Resellers")]


@pytest.mark.parametrize(
    ("entry", "form", "origin"),
    [
        ("", {}, ("Web Site", None, None)),
        ("utm: spring fair", {}, ("Trade Show", None, "Spring fair")),
        ("utm: newsletter 7", {}, ("Web Site", None, "newsletter 7")),
        ("utm: resellers\nYou are: tender", {}, ("Webinar", "Tender", "Resellers")),
        ("utm: resellers", {"source": "Partner", "type": "Tender"}, ("Partner", "Tender", "Resellers")),
        ("Heard of us: webinar\nYou are: a pirate", {"source": "Partner"}, ("Webinar", None, None)),
        ("Heard of us: a friend", {}, ("Web Site", None, None)),
    ],
)
def test_a_form_says_it_as_far_as_it_is_known(
    engine: Engine, tmp_path: Path, entry: str, form: dict[str, str], origin: tuple[str | None, ...]
) -> None:
    """What its person chose, then what the rule says, then what the campaign does."""
    deliver(office_with(engine, tmp_path, **form), Mail(f"E-mail: {BOB}\n{entry}\nMessage: Hello", WEB))

    assert ask(engine, LEAD) == [origin]
    [(told,)] = ask(engine, "select payload from event where kind = 'lead.created'")
    assert all(f'"{value}"' in told for value in origin if value)


def test_two_leads_of_one_company_are_one_matter_whatever_brought_them(
    office: Office, engine: Engine
) -> None:
    """LD-3: a mail of both shows it, though one of them came by a campaign."""
    deliver(office, Mail("Hello", message_id="1@acme.example"))
    deliver(office, Mail("Hello", "carol@acme.example", to=FAIR))
    deliver(office, Mail("Ours, too", cc="carol@acme.example", answers="1@acme.example"))

    assert ask(engine, "select state from lead order by id") == [("New",), ("Dead",)]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"campaign": [{"name": "Fair", "source": "Moon"}]}, "'Moon' is no source; they are Call, Email"),
        (
            {"campaign": [{"name": "Fair", "type": "Tender"}]},
            "'Tender' is not among the types of [leads]: none yet",
        ),
        ({"form": [{"sender": WEB, "source": "Moon", "fields": {"email": "E"}}]}, "'Moon' is no source"),
        ({"campaign": [{"name": "Fair"}, {"name": "Fair"}]}, "campaign name 'Fair' stands twice"),
        ({"campaign": [{"name": "Fair", "words": ["!"]}]}, "should be words"),
        ({"campaign": [{"name": "Fair", "addresses": ["fair"]}]}, "should be a mail address"),
    ],
)
def test_names_that_nobody_has_given_are_faults(changed: dict[str, object], fault: str) -> None:
    with pytest.raises(ValidationError) as told:
        Settings.model_validate(settings_values() | changed)

    assert fault in str(told.value)
