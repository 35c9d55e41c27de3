"""A small table of facts with real columns, for the tests of the rule language."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, MetaData, Table, Text

from inboxcrm.base.columns import Json, UtcTime
from inboxcrm.rules.fault import Place
from inboxcrm.rules.language.condition import Condition, compile_condition
from inboxcrm.rules.language.facts import Fact, FactTable, FactType

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PLACE = Place("sales.toml", 9, 12)

OPPORTUNITIES = Table(
    "opportunity",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("is_open", Boolean, nullable=False),
    Column("is_on_hold", Boolean),
    Column("stage", Text, nullable=False),
    Column("next_action", Text),
    Column("seats", Integer, nullable=False),
    Column("score", BigInteger),
    Column("amount", BigInteger, nullable=False),
    Column("discount", BigInteger),
    Column("created_at", UtcTime, nullable=False),
    Column("last_activity_at", UtcTime),
    Column("stage_limit", BigInteger),
    Column("owner", Text),
    Column("currency", Text),
    Column("close_on", Date),
    Column("start_on", Date, nullable=False),
    Column("tags", Json),
    Column("intents", Json, nullable=False),
)

_C = OPPORTUNITIES.c
FACTS = FactTable(
    "opportunity",
    {
        "is_open": Fact(FactType.BOOL, False, _C.is_open),
        "is_on_hold": Fact(FactType.BOOL, True, _C.is_on_hold),
        "stage": Fact(FactType.TEXT, False, _C.stage, choices=("Quote", "Negotiation", "Closure")),
        "next_action": Fact(FactType.TEXT, True, _C.next_action),
        "seats": Fact(FactType.INT, False, _C.seats),
        "score": Fact(FactType.INT, True, _C.score),
        "amount": Fact(FactType.MONEY, False, _C.amount, scale=100, currency="currency"),
        "discount": Fact(FactType.MONEY, True, _C.discount, scale=1000, currency="currency"),
        "created_at": Fact(FactType.TIME, False, _C.created_at),
        "last_activity_at": Fact(FactType.TIME, True, _C.last_activity_at),
        "stage_limit": Fact(FactType.DURATION, True, _C.stage_limit),
        "owner": Fact(FactType.TEXT, True, _C.owner),
        "currency": Fact(FactType.TEXT, True, _C.currency),
        "close_on": Fact(FactType.DATE, True, _C.close_on),
        "start_on": Fact(FactType.DATE, False, _C.start_on),
        "tags": Fact(FactType.TEXTS, True, _C.tags),
        "intents": Fact(FactType.TEXTS, False, _C.intents, choices=("question", "rejection", "thanks")),
        "contact.email": Fact(FactType.TEXT, True),
    },
)


def compiled(source: str) -> Condition:
    """Compile a condition that is right."""
    outcome = compile_condition(source, FACTS, PLACE)
    assert isinstance(outcome, Condition), [str(fault) for fault in outcome]
    return outcome


def faults_of(source: str) -> list[str]:
    """Compile a condition that is wrong and return what is said about it."""
    outcome = compile_condition(source, FACTS, PLACE)
    assert isinstance(outcome, list), f"no fault was found in {source!r}"
    return [str(fault) for fault in outcome]
