"""The settings and their example name the same keys."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

HEADING = re.compile(r"^\[\[?([A-Za-z0-9_.-]+)\]\]?\s*(?:#.*)?$")
ASSIGNMENT = re.compile(r"^([A-Za-z0-9_-]+)\s*=\s*(\S.*)$")


def settings_findings(model: type[BaseModel], example: str) -> list[str]:
    """Name each key of the settings that the example leaves out, and each of the example that is none."""
    wanted, given = set(model_keys(model)), set(example_keys(example))
    missing = [f"{key} is a setting that the example does not show" for key in sorted(wanted - given)]
    unknown = [f"{key} stands in the example and is no setting" for key in sorted(given - wanted)]
    return missing + unknown


def model_keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Give the dotted keys of a settings model: `account.imap.host` for a table in an array of tables too."""
    for name, field in model.model_fields.items():
        key = prefix + (field.alias or name)
        inner = next(_models_in(field.annotation), None)
        if inner is None:
            yield key
        else:
            yield from model_keys(inner, f"{key}.")


def example_keys(text: str) -> Iterator[str]:
    """Give the dotted keys of an example file; a line `# key = value` counts as if the sign were not there."""
    table = ""
    for line in text.splitlines():
        bare = re.sub(r"^\s*#?\s?", "", line).strip()
        if heading := HEADING.match(bare):
            table = f"{heading[1]}."
        elif assignment := ASSIGNMENT.match(bare):
            yield from (table + key for key in _keys_of_line(bare, *assignment.groups()))


def _keys_of_line(line: str, key: str, value: str) -> Iterator[str]:
    """Read one line; prose that only looks like a key gives nothing, an array over several lines gives its key."""
    try:
        yield from _flat(tomllib.loads(line))
    except tomllib.TOMLDecodeError:
        if value.startswith(("[", '"""', "'''")):
            yield key


def _flat(table: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in table.items():
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, dict):
            yield from _flat(inner, f"{prefix}{key}.")
        else:
            yield prefix + key


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
