"""Rules that tell outside of mail: text messages by a gateway, and webhooks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from inboxcrm.base.records import Event
from inboxcrm.base.settings_outward import Sms, Webhook
from inboxcrm.base.work import Work
from inboxcrm.crm.winning import win_opportunity
from inboxcrm.outbox.mime import letter_bytes
from inboxcrm.outbox.records import Letter
from inboxcrm.outbox.webhooks.records import WebhookCall
from inboxcrm.rules.book import read_rules
from inboxcrm.rules.firing import fire_event_rules
from inboxcrm.sales.kick_off import kick_off
from tests.build import START, a_lead, an_opportunity
from tests.rules.actions.firing_one import faults_of, fire_one
from tests.rules.writing import STARTER

LEAD = ("lead.created", "lead")
HOOK = Webhook(name="projects", url="https://projects.example/", secret="word")


@pytest.fixture
def gateway(work: Work) -> Work:
    """A company with a gateway, and a telephone of Maria's."""
    users = tuple(
        user.model_copy(update={"phone": "+31612345678"}) if user.key == "maria" else user
        for user in work.settings.user
    )
    work.settings = work.settings.model_copy(
        update={"sms": Sms(gateway="{number}@sms.example"), "user": users}
    )
    return work


def messages(work: Work) -> list[Letter]:
    return list(work.session.scalars(select(Letter).where(Letter.kind == "sms")))


def test_a_text_message_goes_to_a_user_by_the_gateway_as_a_letter(gateway: Work, tmp_path: Path) -> None:
    a_lead(gateway)

    said = fire_one(gateway, tmp_path, *LEAD, '{ action = "sms", to = "managers", text = "New: {{ name }}" }')

    assert said == "wrote a text message to Maria"
    [letter] = messages(gateway)
    assert [one.address for one in letter.recipients] == ["31612345678@sms.example"]
    assert letter.is_outside  # it waits for `live` as all that leaves the house
    body = letter_bytes(gateway.session, gateway.settings, letter, START).partition(b"\r\n\r\n")[2]
    assert body.strip() == b"New: Licences for Acme"  # no mark: each character is paid for


def test_the_contact_gets_it_at_his_number(gateway: Work, tmp_path: Path) -> None:
    lead = a_lead(gateway)
    lead.box.contact.phone = "+31201234567"

    fire_one(gateway, tmp_path, *LEAD, '{ action = "sms", to = "contact", text = "Thank you." }')

    assert messages(gateway)[0].recipients[0].address == "31201234567@sms.example"


def test_a_long_text_is_cut(gateway: Work, tmp_path: Path) -> None:
    a_lead(gateway, name="x" * 280)

    fire_one(gateway, tmp_path, *LEAD, '{ action = "sms", to = "maria", text = "{{ name }} {{ name }}" }')

    text = messages(gateway)[0].facts["text"]
    assert (len(text), text[-1]) == (300, "…")


def test_who_has_no_number_is_a_refusal(gateway: Work, tmp_path: Path) -> None:
    a_lead(gateway)

    said = fire_one(gateway, tmp_path, *LEAD, '{ action = "sms", to = "contact", text = "Thank you." }')

    assert said == "refused: no telephone number of Bob is known"


def test_without_a_gateway_or_number_it_is_told_when_rules_are_read(
    work: Work, gateway: Work, tmp_path: Path
) -> None:
    assert faults_of(gateway, tmp_path, *LEAD, '{ action = "sms", to = "fred", text = "x" }') == [
        "there is no phone of 'fred'; write phone in his [[user]] of config.toml"
    ]
    work.settings = work.settings.model_copy(update={"sms": Sms()})
    [fault] = faults_of(work, tmp_path, *LEAD, '{ action = "sms", to = "maria", text = "x" }')
    assert fault.startswith("no text message can be sent without a gateway; write in config.toml: [sms]")


def calls(work: Work) -> list[WebhookCall]:
    return list(work.session.scalars(select(WebhookCall)))


def test_a_webhook_is_told_the_facts_with_ids(work: Work, tmp_path: Path) -> None:
    work.settings = work.settings.model_copy(update={"webhook": (HOOK,)})
    deal = an_opportunity(work)
    deal.amount_minor = 123456

    said = fire_one(
        work, tmp_path, "opportunity.created", "opportunity", '{ action = "webhook", name = "projects" }'
    )

    assert said == "tells the webhook projects"
    [call] = calls(work)
    told = json.loads(call.body)
    assert told["id"] == call.delivery
    assert (told["event"], told["rule"], told["version"]) == ("opportunity.created", "test", "1 (2026-11-23)")
    assert told["subject"] == {"kind": "opportunity", "id": deal.id}
    assert (told["box_id"], told["facts"]["amount"]) == (deal.box_id, "1234.56")  # a text, never a float
    assert told["facts"]["created_at"] == START.isoformat()


def test_a_webhook_that_is_not_configured_is_found_at_once_unless_it_is_optional(
    work: Work, tmp_path: Path
) -> None:
    do = '{ action = "webhook", name = "projects" }'
    assert faults_of(work, tmp_path, *LEAD, do) == ["there is no webhook 'projects'; there is none"]
    a_lead(work)

    said = fire_one(work, tmp_path, *LEAD, '{ action = "webhook", name = "projects", optional = true }')

    assert said == "told nobody: config.toml has no webhook 'projects'"
    assert calls(work) == []


@pytest.mark.parametrize("hooks", [(HOOK,), ()])
def test_a_won_deal_tells_the_project_system_with_customer_and_people(
    work: Work, hooks: tuple[Webhook, ...]
) -> None:
    """OP-16, by the starter rules; where there is no webhook `projects` nothing is wrong."""
    work.settings = work.settings.model_copy(update={"webhook": hooks})
    deal = an_opportunity(work)
    win_opportunity(work, deal)
    work.session.flush()
    won = work.session.scalars(select(Event).where(Event.kind == "opportunity.won")).one()
    kick_off(work, won)
    work.session.flush()
    started = work.session.scalars(select(Event).where(Event.kind == "project.started")).one()

    fire_event_rules(work, started, read_rules(STARTER, (), (), work.settings).rules)

    assert work.session.scalars(select(Event).where(Event.kind == "rule.refused")).all() == []
    told = [json.loads(call.body) for call in calls(work)]
    assert len(told) == len(hooks)
    for one in told:
        assert (one["event"], one["box_id"]) == ("project.started", deal.box_id)
        assert one["project"]["opportunity_id"] == deal.id
        assert [person["address"] for person in one["project"]["stakeholders"]] == ["bob@acme.example"]
