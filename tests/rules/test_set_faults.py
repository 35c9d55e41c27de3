"""Rules that are wrong only beside each other: doubled ones, and circles of cause (V7)."""

from __future__ import annotations

from pathlib import Path

import pytest

from inboxcrm.rules.actions.table import ACTIONS
from inboxcrm.rules.book import EVENT_KINDS, read_rules
from inboxcrm.rules.emitted import EMITTED
from inboxcrm.rules.starter_sets import STARTER
from tests.rules.writing import a_rule

NOTICE = '{ action = "notice", to = "owner", text = "look" }'


def told(folder: Path, *rules: str) -> list[str]:
    """Each fault without its remedy."""
    (folder / "a.toml").write_text('version = "1"\n' + "".join(rules))
    return [f"{fault.place}: {fault.what}" for fault in read_rules(folder).faults]


def test_two_rules_that_do_the_same_are_a_fault_at_the_second(tmp_path: Path) -> None:
    first = ('on = "opportunity.won"', 'for = "opportunity"', 'when = "is_open and amount > 3"')
    other = (*first[:2], 'when = "amount > 3.0 and opportunity.is_open"')

    faults = told(tmp_path, a_rule(*first, name="a"), a_rule(*other, name="b"))

    assert faults == ["a.toml:12:1: rule 'b' does the same as 'a' at a.toml:2:1"]


def test_rules_that_differ_in_anything_are_two_rules(tmp_path: Path) -> None:
    when = ('on = "opportunity.won"', 'for = "opportunity"', 'when = "amount > 3"')

    assert told(
        tmp_path,
        a_rule(*when, name="a"),
        a_rule(*when[:2], 'when = "amount > 4"', name="b"),
        a_rule(*when, name="c", do=NOTICE),
        a_rule('on = "opportunity.lost"', *when[1:], name="d"),
        a_rule('every = "hourly"', *when[1:], name="e"),
        a_rule('every = "daily 07:00"', *when[1:], name="f"),
    ) == []  # fmt: skip


def test_a_rule_that_causes_itself_always_is_a_fault(tmp_path: Path) -> None:
    rule = a_rule('on = "letter.sent"', 'for = "letter"', name="echo", do=NOTICE)

    assert told(tmp_path, rule) == ["a.toml:2:1: rules cause each other without end: 'echo' -> 'echo'"]


def test_a_circle_of_two_rules_is_told_once(tmp_path: Path) -> None:
    one = a_rule('on = "opportunity.created"', 'for = "opportunity"', name="one", do=NOTICE)
    two = a_rule(
        'on = "letter.sent"',
        'for = "letter"',
        name="two",
        do='{ action = "open_renewal", before = "60 days" }',
    )

    assert told(tmp_path, one, two) == [
        "a.toml:2:1: rules cause each other without end: 'one' -> 'two' -> 'one'"
    ]


def test_a_condition_may_end_a_circle_so_it_is_no_fault(tmp_path: Path) -> None:
    rule = a_rule('on = "letter.sent"', 'for = "letter"', 'when = "is_outside"', do=NOTICE)

    assert told(tmp_path, rule) == []


def test_a_notice_of_what_went_wrong_is_no_circle_though_it_may_go_wrong_itself(tmp_path: Path) -> None:
    assert told(tmp_path, a_rule('on = "letter.failed"', 'for = "letter"', do=NOTICE)) == []


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_of_every_action_it_is_known_what_it_makes_happen(name: str) -> None:
    assert set(EMITTED[name]) <= set(EVENT_KINDS)


def test_the_starter_rules_neither_double_nor_circle() -> None:
    assert read_rules(STARTER).faults == ()


def test_the_faults_of_all_files_come_in_the_order_of_their_places(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text('version = "1"\n' + a_rule('on = "lead.created"', 'for = "opportunity"'))
    (tmp_path / "c.toml").write_text(
        'version = "1"\n' + a_rule('on = "lead.creatd"', 'for = "lead"', name="c")
    )

    places = [str(fault.place) for fault in read_rules(tmp_path).faults]

    assert places == ["b.toml:2:1", "c.toml:7:7"]
