"""The rules in force: a good change is taken over, a faulty one refused while the old rules stay (docs/rules.md)."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from inboxcrm.rules.book import RuleBook, RulesFaulty, read_rules
from tests.rules.writing import STARTER, a_book, a_rule

ON_LEAD = ('on = "lead.created"', 'for = "lead"')


def change(book: RuleBook, text: str) -> list[str]:
    """Write the file anew, give the ids in force."""
    file = book.folder / "test.toml"
    before = file.stat().st_mtime_ns
    file.write_text('version = "2026-11-24"\n' + text)
    os.utime(file, ns=(before + 1_000_000, before + 1_000_000))
    return [rule.id for rule in book.current()]


def test_the_starter_rules_load_without_a_fault_and_each_names_its_row() -> None:
    found = read_rules(STARTER)

    assert [str(fault) for fault in found.faults] == []
    assert len(found.rules) >= 7
    assert all(re.fullmatch(r"(IN|LD|OP|EM|QU|SO|IV|RN|MG)-[0-9]{1,2}", rule.row) for rule in found.rules)
    assert all(rule.why.endswith(".") for rule in found.rules)


def test_a_good_change_is_taken_over_and_a_faulty_one_is_not(tmp_path: Path) -> None:
    book = a_book(tmp_path / "rules", a_rule(*ON_LEAD, name="first"))
    assert [rule.id for rule in book.current()] == ["first"]

    assert change(book, a_rule(*ON_LEAD, name="second")) == ["second"]
    assert change(book, a_rule(*ON_LEAD, "whem = 'x'", name="third")) == ["second"]
    assert change(book, "no toml at all [") == ["second"]
    assert change(book, a_rule(*ON_LEAD, name="fourth")) == ["fourth"]


def test_one_faulty_rule_keeps_the_whole_change_out(tmp_path: Path) -> None:
    book = a_book(tmp_path / "rules", a_rule(*ON_LEAD, name="first"))

    good, bad = a_rule(*ON_LEAD, name="good"), a_rule('on = "lead.creatd"', 'for = "lead"', name="bad")

    assert change(book, good + bad) == ["first"]


def test_a_new_file_and_a_removed_one_are_seen(tmp_path: Path) -> None:
    book = a_book(tmp_path / "rules", a_rule(*ON_LEAD, name="first"))
    other = tmp_path / "rules" / "other.toml"
    other.write_text('version = "x"\n' + a_rule(*ON_LEAD, name="second"))
    assert [rule.id for rule in book.current()] == ["second", "first"]

    other.unlink()
    assert [rule.id for rule in book.current()] == ["first"]


def test_a_system_does_not_start_on_faulty_rules(tmp_path: Path) -> None:
    with pytest.raises(RulesFaulty, match=r"test.toml:\d+:\d+: .*did you mean 'lead.created'"):
        a_book(tmp_path / "rules", a_rule('on = "lead.creatd"', 'for = "lead"'))
