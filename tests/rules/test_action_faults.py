"""What an action names (users, stages, letters) is looked up when the rule is read, not when it fires."""

from __future__ import annotations

from pathlib import Path

from inboxcrm.base.settings import Settings
from inboxcrm.rules.book import read_rules
from tests.rules.writing import STARTER, a_rule


def faults(folder: Path, settings: Settings, *rules: str) -> list[str]:
    """The faults of one file with these rules."""
    folder.mkdir(exist_ok=True)
    (folder / "test.toml").write_text('version = "2026-11-23"\n' + "".join(rules))
    return [str(fault) for fault in read_rules(folder, (), (), settings).faults]


def on_lead(do: str) -> str:
    return a_rule('on = "lead.created"', 'for = "lead"', do=do)


def test_a_user_that_there_is_not_is_found_with_the_nearest_one(tmp_path: Path, settings: Settings) -> None:
    do = '{ action = "notice", to = "mara", text = "look" }'

    [fault] = faults(tmp_path, settings, on_lead(do))

    assert fault == "test.toml:9:6: there is no user 'mara'; did you mean 'maria'?"


def test_groups_and_users_are_right(tmp_path: Path, settings: Settings) -> None:
    dos = [
        f'{{ action = "notice", to = "{to}", text = "x" }}'
        for to in ("owner", "managers", "colleagues", "finance", "fred")
    ]

    assert faults(tmp_path, settings, on_lead(", ".join(dos))) == []


def test_the_starter_rules_are_right_for_any_company(settings: Settings) -> None:
    assert read_rules(STARTER, settings.stage_names, (), settings).faults == ()
