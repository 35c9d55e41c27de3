"""A rule that could never fire is refused when it is loaded, with what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from inboxcrm.rules.book import read_rules

RULE = """version = "1"
[[rule]]
id = "x"
version = 1
why = "To see it."
on = "{on}"
for = "{kind}"
  [[rule.do]]
  action = "digest"
  to = "managers"
"""


@pytest.mark.parametrize(
    ("on", "kind", "finding"),
    [
        ("lead.created", "opportunity", 'would never fire; write for = "lead"'),
        ("stage.changed", "lead", 'would never fire; write for = "opportunity"'),
        ("document.accepted", "opportunity", 'would never fire; write for = "document"'),
        ("message.received", "lead", 'would never fire; write for = "message"'),
        ("message.noise", "company", "would never fire; choose another event"),
    ],
)
def test_a_rule_whose_event_is_about_something_else_is_a_fault(
    tmp_path: Path, on: str, kind: str, finding: str
) -> None:
    (tmp_path / "a.toml").write_text(RULE.format(on=on, kind=kind))

    [fault] = read_rules(tmp_path).faults

    assert str(fault) == f"a.toml:2:1: rule 'x' on '{on}' for '{kind}' {finding}"


def test_a_rule_for_what_its_event_is_about_is_right(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(RULE.format(on="lead.created", kind="lead"))

    assert read_rules(tmp_path).faults == ()
