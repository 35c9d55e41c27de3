"""The rules that `init` puts into a new folder: what every team gets, and a set for what it sells (docs/rules.md).

`starter/` holds rule files, `letters/` and `tests/` of every team; `starter/SET/` the same of a set. A file of a set
stands in the place of the file of the same name that every team gets, so that no rule is there twice. `config/` of a
set holds what goes into config.toml: arrays of tables, each of which has a name, such as fields of one's own.
"""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

STARTER = Path(__file__).parent / "starter"
CONFIG = "config"
# What `init` says of each; the names are those of `[rules] starter`.
SETS: Mapping[str, str] = {
    "streak": "licences sold by the year: leads, quotes, trials, renewals",
    "licences": "contracts for so many licences: renegotiation, reductions, increases",
    "make-to-order": "orders that are produced before they are delivered",
}
_WHOLE = ("pipeline",)  # whoever has one of these has them all


def put_starter_rules(folder: Path, name: str = "") -> None:
    """Copy the rules of every team into a folder that there is not yet, and those of a set over them."""
    shutil.copytree(STARTER, folder, ignore=_leave_out_sets)
    if name:
        shutil.copytree(STARTER / name, folder, ignore=_leave_out_config, dirs_exist_ok=True)


def _leave_out_sets(place: str, names: list[str]) -> list[str]:
    return [one for one in names if one in SETS] if Path(place) == STARTER else []


def _leave_out_config(place: str, names: list[str]) -> list[str]:
    return [one for one in names if one == CONFIG] if Path(place).parent == STARTER else []


def config_of_set(name: str) -> dict[str, Any]:
    """Give what a set has for config.toml, as plain values; nothing for what every team gets."""
    found: dict[str, Any] = {}
    for file in sorted((STARTER / name / CONFIG).glob("*.toml")) if name else []:
        found |= tomllib.loads(file.read_text(encoding="utf-8"))
    return found


def with_set(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Give these values of config.toml with those of a set beside them; what is there under a name already stays."""
    merged = dict(values)
    for key, items in config_of_set(name).items():
        there = merged.get(key, [])
        if not isinstance(there, list) or (there and key in _WHOLE):
            continue  # what is no list is told when the settings are read
        names = {one.get("name") for one in there if isinstance(one, dict)}
        merged[key] = [*there, *(item for item in items if item["name"] not in names)]
    return merged
