"""An editor that is given the schema completes and marks as the program reads: all starter files fit it."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from inboxcrm.cli.commands import cli
from inboxcrm.rules.actions.table import ACTIONS
from inboxcrm.rules.book import EVENT_KINDS, QUIET, schema_of_rules
from inboxcrm.rules.facts import FACT_TABLES
from inboxcrm.rules.starter_sets import STARTER

SCHEMA = schema_of_rules()
KINDS: dict[str, type] = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
FILES = sorted(file for file in STARTER.rglob("*.toml") if "[[rule]]" in file.read_text(encoding="utf-8"))
GOOD: dict[str, Any] = {
    "version": "1",
    "rule": [
        {
            "id": "a", "version": 1, "why": "w", "on": "lead.created", "for": "lead",
            "do": [{"action": "remind", "to": "owner", "text": "t"}],
        }
    ],
}  # fmt: skip


def misfits(schema: dict[str, Any], value: Any, at: str = "") -> list[str]:
    """The few words of JSON Schema that ours uses: where a value does not fit."""
    found: list[str] = []
    if "const" in schema and value != schema["const"]:
        found.append(f"{at} const")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at} enum")
    if "type" in schema and (
        not isinstance(value, KINDS[schema["type"]]) or (schema["type"] == "integer" and value is True)
    ):
        return [*found, f"{at} type"]
    if isinstance(value, str):
        found += [f"{at} pattern"] if not re.search(schema.get("pattern", ""), value) else []
        found += [f"{at} minLength"] if len(value) < schema.get("minLength", 0) else []
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        found += [f"{at}/{key} required" for key in schema.get("required", ()) if key not in value]
        if schema.get("additionalProperties") is False:
            found += [f"{at}/{key} unknown" for key in value if key not in properties]
        for key, inner in properties.items():
            found += misfits(inner, value[key], f"{at}/{key}") if key in value else []
    if isinstance(value, list):
        found += [f"{at} minItems"] if len(value) < schema.get("minItems", 0) else []
        for number, each in enumerate(value):
            found += misfits(schema.get("items", {}), each, f"{at}/{number}")
    if "oneOf" in schema and sum(not misfits(each, value) for each in schema["oneOf"]) != 1:
        found.append(f"{at} oneOf")
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_starter_file_fits(file: Path) -> None:
    assert misfits(SCHEMA, tomllib.loads(file.read_text(encoding="utf-8"))) == []


def test_the_schema_knows_every_event_kind_and_action() -> None:
    rule = SCHEMA["properties"]["rule"]["items"]["properties"]  # type: ignore[index]

    assert set(rule["on"]["enum"]) == set(EVENT_KINDS) - set(QUIET)
    assert set(rule["for"]["enum"]) == set(FACT_TABLES)
    assert {step["properties"]["action"]["const"] for step in rule["do"]["items"]["oneOf"]} == set(ACTIONS)


@pytest.mark.parametrize(
    ("change", "misfit"),
    [
        ({}, []),
        ({"on": "lead.creatd"}, ["/rule/0/on enum"]),
        ({"every": "hourly"}, ["/rule/0 oneOf"]),
        ({"version": 1.5}, ["/rule/0/version type"]),
        ({"id": "A b"}, ["/rule/0/id pattern"]),
        ({"wen": "True"}, ["/rule/0/wen unknown"]),
        ({"again": "7 dyas"}, ["/rule/0/again pattern"]),
        ({"do": []}, ["/rule/0/do minItems"]),
        ({"do": [{"action": "remnd", "to": "owner", "text": "t"}]}, ["/rule/0/do/0 oneOf"]),
        ({"do": [{"action": "remind", "to": "owner"}]}, ["/rule/0/do/0 oneOf"]),
    ],
)
def test_an_editor_marks_what_the_program_would_refuse(change: dict[str, Any], misfit: list[str]) -> None:
    assert misfits(SCHEMA, {**GOOD, "rule": [GOOD["rule"][0] | change]}) == misfit


def test_rules_schema_prints_it() -> None:
    shown = CliRunner().invoke(cli, ["rules", "schema", "--help"])

    assert shown.exit_code == 0
    assert "JSON Schema" in shown.output
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
