"""Texts of rules with `{{ fact }}` in them. There is nothing else to a template: no logic, no filters, no second pass.

What a fact holds is put in as it is and never read as a template again (V13); who writes a mail, a header or a page
from the text cleans and escapes it there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from inboxcrm.rules.fault import Fault, Place, suggest_nearest
from inboxcrm.rules.language.facts import FactTable

_PLACEHOLDER = re.compile(r"\{\{ *([A-Za-z_][A-Za-z0-9_.]*) *\}\}")
_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_CENT = Decimal("0.01")


class UnknownPlaceholder(LookupError):
    """A text names a fact for which no value was given; the check at load finds this first."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no value for '{{{{ {name} }}}}'")


class UnwritableValue(TypeError):
    """A value that has no way of being written by itself, such as a time without its zone's words."""

    def __init__(self, name: str, value: object) -> None:
        super().__init__(f"'{name}' is a {type(value).__name__}; hand it in as a formatted text")


def render_text(template: str, values: Mapping[str, object]) -> str:
    """Put the values in. Money (Decimal) has two digits, None is empty, a bool is yes or no.

    Times and other things are handed in as texts. Raises UnknownPlaceholder, UnwritableValue.
    """

    def write(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise UnknownPlaceholder(found[1])
        return _write_value(found[1], values[found[1]])

    return _PLACEHOLDER.sub(write, template)


def _write_value(name: str, value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case int():
            return str(value)
        case Decimal():
            return str(value.quantize(_CENT, rounding=ROUND_HALF_UP))
    raise UnwritableValue(name, value)


def list_placeholders(template: str) -> tuple[str, ...]:
    """Return the names that a text uses, in their order."""
    return tuple(_PLACEHOLDER.findall(template))


def check_text(template: str, table: FactTable, place: Place) -> list[Fault]:
    """Return what is wrong with a text that begins at a place: unknown facts, and braces that are no placeholder."""
    faults: list[Fault] = []
    for found in _PLACEHOLDER.finditer(template):
        if table.find_name(found[1]) is None:
            at = place.at_offset(template, found.start(1))
            remedy = suggest_nearest(found[1], table.facts)
            faults.append(Fault(at, f"'{table.kind}' has no fact '{found[1]}'", remedy))
    rest = _PLACEHOLDER.sub(lambda found: " " * len(found[0]), template)
    for found in _BRACES.finditer(rest):
        at = place.at_offset(template, found.start())
        faults.append(Fault(at, f"'{found[0]}' is no placeholder here", "write {{ fact }} and nothing else"))
    return sorted(faults, key=lambda fault: (fault.place.line, fault.place.column))


def settle_names(template: str, table: FactTable) -> str:
    """Return the text with each fact under its name in the table, as the values will have it."""
    return _PLACEHOLDER.sub(lambda found: f"{{{{ {table.find_name(found[1]) or found[1]} }}}}", template)
