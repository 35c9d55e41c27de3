"""Rule files of tests, in a line or two each."""

from __future__ import annotations

from pathlib import Path

from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.rule import Rule
from inboxcrm.rules.starter_sets import STARTER as STARTER

TASK = '{ action = "task", kind = "errand", to = "anna", text = "look" }'


def a_rule(*keys: str, do: str = TASK, name: str = "test", version: int = 1) -> str:
    """One rule as TOML; `keys` are its further lines."""
    head = f'[[rule]]\nid = "{name}"\nversion = {version}\nrow = "OP-9"\nwhy = "Because."\n'
    return head + "\n".join(keys) + f"\ndo = [{do}]\n\n"


def a_book(folder: Path, *rules: str) -> RuleBook:
    """Write one rule file into a folder and read it."""
    folder.mkdir(exist_ok=True)
    (folder / "test.toml").write_text('version = "2026-11-23"\n' + "".join(rules))
    return RuleBook(folder).open()


def rules_of(folder: Path, *rules: str) -> tuple[Rule, ...]:
    return a_book(folder, *rules).current()
