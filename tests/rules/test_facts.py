"""Every fact that rules may name can be read for real records, on both databases, with the same value."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

import inboxcrm.ingest.intents
from inboxcrm.base.work import Work
from inboxcrm.crm.store import lead_of_box
from inboxcrm.ingest.records import Message, Thread
from inboxcrm.outbox.records import Letter
from inboxcrm.rules.facts import FACT_TABLES, SOURCES, facts_of, find_records, in_words
from inboxcrm.rules.fault import Place
from inboxcrm.rules.language.condition import compile_condition
from inboxcrm.rules.language.facts import FactType
from tests.build import (
    BOB,
    START,
    a_quote,
    an_invoice,
    an_opportunity,
    an_order,
    box_of_order,
    on_both_databases,
)

KINDS = {
    FactType.TEXT: str,
    FactType.INT: int,
    FactType.BOOL: bool,
    FactType.TIME: datetime,
    FactType.MONEY: Decimal,
    FactType.DATE: date,
    FactType.TEXTS: tuple,
}


def a_message(work: Work, box_id: int) -> Message:
    """A customer's thanks on a box, as intake keeps it."""
    message = Message(
        ident="0" * 64, raw_sha256="0" * 64, thread=Thread(), box_id=box_id, kind="customer", kind_reason="",
        sender=BOB, sender_name="Bob", recipients=[], outside=[BOB], reference_ids=[], subject="Thanks",
        text="Thanks!", new_words="Thanks!", attachments=[], received_at=work.now, taken_in_at=work.now,
        intents=[{"name": "courtesy"}], match_how="", match_confidence="sure", match_others=[],
    )  # fmt: skip
    work.session.add(message)
    work.session.flush()
    return message


def everything(work: Work) -> dict[str, dict[str, object]]:
    """A lead, its opportunity, its issued invoice, that one's letter and a mail, as rules see them."""
    order = an_order(work)
    invoice = an_invoice(work, order)
    lead = lead_of_box(work.session, box_of_order(work, order).id)
    work.session.flush()
    letter = work.session.scalars(select(Letter).where(Letter.kind == "invoice")).one()
    ids = {"lead": lead.id, "opportunity": order.opportunity_id, "document": invoice.id, "letter": letter.id}
    ids["message"] = a_message(work, lead.box_id).id
    return {kind: facts_of(work.session, kind, record_id) for kind, record_id in ids.items()}


@on_both_databases
def test_every_fact_can_be_read_and_has_the_type_that_the_table_says(work: Work) -> None:
    known = everything(work)
    assert set(known) | {"company"} == set(FACT_TABLES)
    for kind, facts in known.items():
        table = FACT_TABLES[kind].facts
        assert set(facts) == set(table) == set(SOURCES[kind].columns)
        for name, value in facts.items():
            fact = table[name]
            assert value is None or type(value) is KINDS[fact.type], (kind, name)
            assert value is not None or fact.is_nullable, (kind, name)


@on_both_databases
def test_facts_have_the_values_of_the_story(work: Work) -> None:
    facts = everything(work)

    assert (facts["lead"]["state"], facts["lead"]["contact_name"]) == ("Converted", "Bob")
    mail = facts["message"]
    assert (mail["needs_no_answer"], mail["is_acceptance"], mail["owner"]) == (True, False, "anna")
    deal = facts["opportunity"]
    assert (deal["stage"], deal["probability"], deal["amount"]) == ("Closure", 100, Decimal(980))
    assert (deal["is_open"], deal["is_on_hold"], deal["created_at"]) == (False, False, START)
    invoice = facts["document"]
    assert (invoice["number"], invoice["net"], invoice["total"]) == (
        "I-2026-0001", Decimal(980), Decimal("1185.8"),
    )  # fmt: skip
    assert mail["intents"] == ("courtesy",)
    assert invoice["issued_on"] <= invoice["due_on"]


@on_both_databases
def test_a_rule_asks_a_mail_for_its_intents(work: Work) -> None:
    everything(work)
    for source, holds in (("'courtesy' in intents", True), ("'question' in intents", False)):
        condition = compile_condition(source, FACT_TABLES["message"], Place("t", 1, 1))
        assert condition.judged == ()
        assert bool(find_records(work.session, "message", condition.where(work.now))) is holds


def test_the_intents_that_rules_may_name_are_those_that_mails_are_read_for() -> None:
    known = {path.removeprefix("intents.").replace("_", " ") for path in intent_tables()}

    assert set(FACT_TABLES["message"].facts["intents"].choices) == known


def intent_tables() -> set[str]:
    """The tables [intents.x] of the files of phrases."""
    return {
        name
        for file in (Path(inboxcrm.ingest.intents.__file__).parent / "words").glob("*.toml")
        for name in re.findall(r"^\[(intents\.[a-z_]+)\]", file.read_text(encoding="utf-8"), re.MULTILINE)
    }


@on_both_databases
@pytest.mark.parametrize(("currency", "minor"), [("EUR", 98_000), ("JPY", 980), ("KWD", 980_000)])
def test_an_amount_is_the_same_in_every_currency_for_python_sql_and_texts(work, currency, minor) -> None:
    """V9: 980 yen are 980, not 9.80."""
    opportunity = an_opportunity(work)
    opportunity.amount_minor, opportunity.currency = minor, currency
    work.session.flush()

    facts = facts_of(work.session, "opportunity", opportunity.id)
    assert facts["amount"] == Decimal(980)
    digits = {"EUR": "980.00", "JPY": "980", "KWD": "980.000"}
    assert in_words(facts, ZoneInfo("UTC"))["amount"] == digits[currency]
    for source, holds in (("amount > 979.99", True), ("amount > 980", False), ("amount <= 980", True)):
        condition = compile_condition(source, FACT_TABLES["opportunity"], Place("t", 1, 1))
        assert condition.holds(facts, START) is holds
        assert bool(find_records(work.session, "opportunity", condition.where(START))) is holds


def test_the_next_action_is_the_open_one(work: Work) -> None:
    opportunity = an_opportunity(work)

    assert facts_of(work.session, "opportunity", opportunity.id)["next_action"] == "Hold the discovery call"


def test_a_record_that_is_not_there_has_no_facts(work: Work) -> None:
    assert facts_of(work.session, "lead", 999) is None


def test_times_stand_in_texts_in_the_companys_zone() -> None:
    at = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)

    assert in_words({"at": at, "n": 1}, ZoneInfo("Europe/Amsterdam")) == {"at": "2 July 2026 00:30", "n": 1}


def test_a_quote_is_a_document_of_its_deal(work: Work) -> None:
    quote = a_quote(work)
    work.session.flush()

    facts = facts_of(work.session, "document", quote.id)
    assert (facts["kind"], facts["name"], facts["owner"]) == ("quote", "Acme 20 standard", "anna")
