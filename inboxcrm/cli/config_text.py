"""Writes plain values as the text of config.toml."""

from __future__ import annotations

import json
from datetime import date, time
from typing import Any

HEAD = """\
# Written by `inboxcrm init`. Every key is explained in config.example.toml (`inboxcrm --help` says where it lies), also
# what is not asked: [[form]] for web forms, calls and payments, [[oauth]], folders, deputies, several products.
"""


def config_text(values: dict[str, Any]) -> str:
    """Give TOML text: a table for each dict, an array of tables for each list of dicts."""
    parts = [HEAD]
    for name, value in values.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            parts += [f"[[{name}]]\n{_lines(table)}" for table in value]
        elif isinstance(value, dict):
            parts.append(f"[{name}]\n{_lines(value)}")
        else:
            parts.insert(1, f"{name} = {_plain(value)}\n")
    return "\n".join(parts)


def _lines(table: dict[str, Any]) -> str:
    return "".join(f"{name} = {_plain(value)}\n" for name, value in table.items())


def _plain(value: Any) -> str:
    """Write one value; JSON's strings, numbers and true are TOML's too."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_plain(inner)}" for name, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_plain(inner) for inner in value) + "]"
    if isinstance(value, date | time):
        return value.isoformat()
    # TOML wants DEL escaped, and JSON leaves it.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
