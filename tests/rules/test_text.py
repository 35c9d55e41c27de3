"""Texts of rules take facts in `{{ }}` and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from inboxcrm.rules.fault import Place
from inboxcrm.rules.text import (
    UnknownPlaceholder,
    UnwritableValue,
    check_text,
    list_placeholders,
    render_text,
    settle_names,
)
from tests.rules.opportunity_facts import FACTS


def test_facts_are_written_as_people_read_them() -> None:
    text = "{{ title }}: {{amount}} {{ currency }}, {{ seats }} seats, on hold: {{ is_on_hold }}{{ next_action }}"
    values = {
        "title": "Anna's order",
        "amount": Decimal("1185.8"),
        "currency": "EUR",
        "seats": 20,
        "is_on_hold": False,
        "next_action": None,
    }

    assert render_text(text, values) == "Anna's order: 1185.80 EUR, 20 seats, on hold: no"


def test_what_an_outsider_wrote_is_never_read_as_a_template() -> None:
    assert render_text("{{ title }}", {"title": "{{ secret }}", "secret": "x"}) == "{{ secret }}"


def test_a_value_that_is_missing_or_has_no_written_form_is_an_error() -> None:
    with pytest.raises(UnknownPlaceholder, match="titel"):
        render_text("{{ titel }}", {"title": "x"})
    with pytest.raises(UnwritableValue, match="hand it in as a formatted text"):
        render_text("{{ at }}", {"at": datetime(2026, 11, 22, tzinfo=UTC)})


def test_unknown_facts_and_foreign_syntax_are_found_when_the_rule_is_loaded() -> None:
    text = "Next: {{ next_acton }}, {{ amount | round }}\n{% if x %}"

    assert [str(fault) for fault in check_text(text, FACTS, Place("a.toml", 4, 11))] == [
        "a.toml:4:20: 'opportunity' has no fact 'next_acton'; did you mean 'next_action'?",
        "a.toml:4:35: '{{' is no placeholder here; write {{ fact }} and nothing else",
        "a.toml:4:53: '}}' is no placeholder here; write {{ fact }} and nothing else",
        "a.toml:5:1: '{%' is no placeholder here; write {{ fact }} and nothing else",
        "a.toml:5:9: '%}' is no placeholder here; write {{ fact }} and nothing else",
    ]


def test_a_fact_may_be_named_with_its_record() -> None:
    text = settle_names("{{opportunity.amount}} {{ contact.email }}", FACTS)

    assert list_placeholders(text) == ("amount", "contact.email")
