"""Loads the rule files of a folder: all rules that are right, and all faults at once, each with its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

from inboxcrm.rules.entry import Entry
from inboxcrm.rules.fault import Fault, Place, sort_faults
from inboxcrm.rules.language.facts import FactTable
from inboxcrm.rules.rule import ActionShape, Rule, RuleSet
from inboxcrm.rules.rule_reading import Words, read_rule
from inboxcrm.rules.set_faults import set_faults
from inboxcrm.rules.toml_places import TomlPlaces


def load_rules(
    folder: Path,
    fact_tables: Mapping[str, FactTable],
    action_names: Mapping[str, ActionShape],
    event_kinds: Collection[str] | None = None,
) -> RuleSet:
    """Read every *.toml of a folder, in the order of their names.

    The caller puts a set in force only as a whole: with one fault the old rules stay. `event_kinds`, if given, are
    the only ones that `on` may name. Nothing is raised for what is written wrongly, nor for what cannot be read.
    """
    words = Words(fact_tables, action_names, event_kinds)
    rules: list[Rule] = []
    faults: list[Fault] = []
    ids: dict[str, Place] = {}
    if not folder.is_dir():
        faults.append(Fault(Place(str(folder), 1), "there is no such folder of rules"))
    for file in sorted(folder.glob("*.toml")):
        source = _read_source(folder, file, faults)
        if source is not None:
            rules += _read_file(file.name, source, words, faults, ids)
    return RuleSet(tuple(rules), sort_faults((*faults, *set_faults(rules))))


def _read_file(
    name: str, source: str, words: Words, faults: list[Fault], ids: dict[str, Place]
) -> list[Rule]:
    """Read the text of one rule file; faults and ids are added to the folder's."""
    try:
        values = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        faults.append(_find_syntax_fault(name, source, error))
        return []
    places = TomlPlaces(name, source)
    top = Entry(values, (), places, faults)
    top.refuse_unknown(("version", "rule"), "a rule file")
    version = top.take_text("version", "a rule file") or ""
    tables = top.take("rule", list) or []
    if not all(isinstance(table, dict) for table in tables):
        top.refuse("rule", "'rule' must be tables", "write [[rule]]")
        return []
    entries = [Entry(table, ("rule", number), places, faults) for number, table in enumerate(tables)]
    _check_ids(entries, faults, ids)
    read = [read_rule(entry, words, version) for entry in entries]
    return [rule for rule in read if rule is not None]


def _check_ids(entries: list[Entry], faults: list[Fault], ids: dict[str, Place]) -> None:
    """Note each id that another rule of the folder has already."""
    for entry in entries:
        rule_id, place = str(entry.values.get("id", "")), entry.place_of_value("id")
        if rule_id and rule_id in ids:
            faults.append(Fault(place, f"the id '{rule_id}' is taken at {ids[rule_id]}"))
        ids.setdefault(rule_id, place)


def _read_source(folder: Path, file: Path, faults: list[Fault]) -> str | None:
    """Return a file's text; a link that leads out of the folder is not followed (V13)."""
    place = Place(file.name, 1)
    if not file.resolve().is_relative_to(folder.resolve()):
        faults.append(Fault(place, "the file lies outside the folder of rules", "put the file itself there"))
        return None
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        faults.append(Fault(Place(file.name, line), "this is no UTF-8 text", "save the file as UTF-8"))
    except OSError as error:
        faults.append(Fault(place, f"the file cannot be read: {error.strerror}"))
    return None


def _find_syntax_fault(name: str, source: str, error: tomllib.TOMLDecodeError) -> Fault:
    found = re.search(r"\(at line ([0-9]+), column ([0-9]+)\)", str(error))
    what = str(error).partition(" (at ")[0]
    place = (
        Place(name, int(found[1]), int(found[2])) if found else Place(name, source.rstrip().count("\n") + 1)
    )
    return Fault(place, f"this is no TOML: {what}")
