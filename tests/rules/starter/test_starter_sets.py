"""The rules that a team starts with: each names its row, all sets are right as shipped, and nothing fires twice."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_file import load_settings
from inboxcrm.cli.config_text import config_text
from inboxcrm.commands.grammar import read_commands
from inboxcrm.commands.table import BY_NAME
from inboxcrm.rules.book import read_rules
from inboxcrm.rules.rule import Rule, RuleSet
from inboxcrm.rules.starter_sets import CONFIG, SETS, STARTER, config_of_set, put_starter_rules, with_set
from tests.build import START, the_settings
from tests.cli.test_init import MINIMAL

ROOT = Path(__file__).parents[3]
ROWS = set(re.findall(r"^\| ([A-Z]{2}-[0-9]+) \|", (ROOT / "docs" / "process.md").read_text(), re.M))
NAMES = ("", *(name for name in SETS if (STARTER / name).is_dir()))
each_set = pytest.mark.parametrize("name", NAMES, ids=lambda name: name or "every team")


def settings_of(folder: Path, name: str) -> Settings:
    """The settings of a company that has chosen a set, read as `init` writes them."""
    company = the_settings(folder)
    tables = {key: getattr(company, key) for key in type(company).model_fields}
    return Settings(**(tables | config_of_set(name)))


def rules_of_set(folder: Path, name: str) -> RuleSet:
    """The rules that `init` copies for a set, checked with what it puts into config.toml."""
    settings = settings_of(folder, name)
    put_starter_rules(folder / "rules", name)
    return read_rules(folder / "rules", settings.stage_names, settings.field, settings)


@each_set
def test_a_set_is_right_with_what_init_puts_into_the_configuration(tmp_path: Path, name: str) -> None:
    found = rules_of_set(tmp_path, name)

    assert [str(fault) for fault in found.faults] == []
    assert len(found.rules) > 15


@each_set
def test_each_rule_names_a_row_of_the_process_and_says_why_in_a_sentence(tmp_path: Path, name: str) -> None:
    for rule in rules_of_set(tmp_path, name).rules:
        assert rule.row in ROWS, rule.id
        assert re.fullmatch(r"[A-Z].{15,}\.", rule.why), f"{rule.id}: {rule.why}"


@each_set
def test_each_file_begins_by_saying_what_it_is(name: str) -> None:
    for file in (STARTER / name).glob("*.toml"):
        assert file.read_text(encoding="utf-8").startswith("# "), file


@each_set
def test_every_letter_that_a_set_ships_is_used_by_its_rules(tmp_path: Path, name: str) -> None:
    used = {
        str(action.arguments.get("letter"))
        for rule in rules_of_set(tmp_path, name).rules
        for action in rule.actions
    }

    there = {one.name for one in (tmp_path / "rules" / "letters").iterdir()}
    assert there <= used
    assert all((tmp_path / "rules" / "letters" / one / "en" / "body.txt").is_file() for one in there)


@each_set
def test_every_word_that_a_rule_offers_is_read_as_a_command(tmp_path: Path, name: str) -> None:
    """EM-4: whoever answers a notice with what it offers is understood."""
    for rule in rules_of_set(tmp_path, name).rules:
        for action in rule.actions:
            offered = [*_listed(action.arguments.get("commands")), *_listed(action.arguments.get("answers"))]
            for words in offered:
                said = re.sub(r"{{.*?}}", "Acme", words)
                assert read_commands(said, BY_NAME).commands, f"{rule.id}: {words}"


def _listed(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, (list, tuple)) else ()


# Nothing fires twice


def _whom_it_reaches(rule: Rule) -> set[tuple[str, ...]]:
    """What a rule does and to whom, at its occasion."""
    return {(action.name, str(action.arguments.get("to", ""))) for action in rule.actions}


def _at(rule: Rule) -> tuple[object, ...]:
    return rule.on, rule.schedule and rule.schedule.text, rule.moment and rule.moment.text, rule.kind


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(NAMES[1:], 2)))
def test_no_two_sets_fire_for_the_same(tmp_path: Path, one: str, other: str) -> None:
    """Whoever copies the files of two sets together gets each rule once: a file of the same name is one matter."""
    rules = [*_own_rules(tmp_path / "a", one), *_own_rules(tmp_path / "b", other)]
    ids = [rule.id for rule in rules]

    assert sorted(set(ids)) == sorted(ids)
    for first, second in itertools.combinations(rules, 2):
        if _at(first) == _at(second) and first.place.file == second.place.file:
            continue  # beside each other in one file; the tests below hold that only one of them holds
        same = _at(first) == _at(second) and _whom_it_reaches(first) & _whom_it_reaches(second)
        assert not same or first.condition.text != second.condition.text, (first.id, second.id)


def _own_rules(folder: Path, name: str) -> Iterable[Rule]:
    """The rules of a set that every team has not, in files that no other set has."""
    everybodys = {rule.id for rule in rules_of_set(folder / "every", "").rules}
    others = {file.name for set_ in SETS if set_ != name for file in (STARTER / set_).glob("*.toml")}
    return [
        rule
        for rule in rules_of_set(folder / "set", name).rules
        if rule.id not in everybodys and rule.place.file not in others
    ]


LEVELS = {
    "kind": ("new", "renewal", "renegotiation"),
    "field_importance": (None, "normal", "important"),
    "field_users": (None, Decimal(99), Decimal(100)),
    "field_payment": (None, "card", "bank"),
    "amount": (None, Decimal("1999.99"), Decimal(2000)),
}


def deals() -> Iterable[dict[str, object]]:
    for values in itertools.product(*LEVELS.values()):
        yield {
            **dict(zip(LEVELS, values, strict=True)),
            "currency": "EUR",
            "is_open": True,
            "is_on_hold": False,
        }


def test_a_won_deal_has_exactly_one_lead_time(tmp_path: Path) -> None:
    """RN-9: whatever is known of the customer and whatever is not, one rule makes the renewal."""
    rules = [rule for rule in rules_of_set(tmp_path, "streak").rules if rule.on == "opportunity.won"]
    opening = [rule for rule in rules if any(action.name == "open_renewal" for action in rule.actions)]

    for deal in deals():
        assert len([rule for rule in opening if rule.condition.holds(deal, START)]) == 1, deal


def test_a_large_customer_is_told_of_once_more_and_others_are_not(tmp_path: Path) -> None:
    """RN-9: at 60 or at 90 days, never at both."""
    again = [rule for rule in rules_of_set(tmp_path, "streak").rules if rule.id.startswith("renewal-large-")]
    again = [rule for rule in again if rule.moment]

    for deal in deals():
        is_large = deal["field_importance"] == "important" or deal["field_users"] == Decimal(100)
        expected = int(is_large and deal["kind"] == "renewal")
        assert len([rule for rule in again if rule.condition.holds(deal, START)]) == expected, deal


# What goes into config.toml


@each_set
def test_what_a_set_puts_into_the_configuration_is_lists_of_named_things(name: str) -> None:
    for key, items in config_of_set(name).items():
        assert isinstance(items, list), key
        assert all(item["name"] for item in items)


def test_what_the_owner_has_already_stays_as_he_has_it(tmp_path: Path) -> None:
    mine = {"name": "users", "record": "organization", "type": "number", "label": "seats"}
    pipeline = {"name": "Ours"}

    merged = with_set({"field": [mine], "pipeline": [pipeline]}, "streak")

    assert merged["pipeline"] == [pipeline]
    assert merged["field"][0] == mine
    assert [one["name"] for one in merged["field"]].count("users") == 1
    assert with_set(merged, "streak") == merged  # answers that were corrected are given again


@each_set
def test_the_written_configuration_is_read_again(tmp_path: Path, name: str) -> None:
    answers = tomllib.loads(MINIMAL)
    file = tmp_path / "config.toml"
    file.write_text(config_text(with_set(answers, name)), encoding="utf-8")

    settings = load_settings(file)

    assert {one.name for one in settings.field} == {
        one["name"] for one in config_of_set(name).get("field", [])
    }


def test_sets_and_their_configuration_are_left_out_where_nobody_chose_them(tmp_path: Path) -> None:
    put_starter_rules(tmp_path / "rules")
    put_starter_rules(tmp_path / "streak", "streak")

    assert {one.name for one in (tmp_path / "rules").iterdir()}.isdisjoint({*SETS, CONFIG})
    assert {one.name for one in (tmp_path / "streak").iterdir()}.isdisjoint({*SETS, CONFIG})
    assert (tmp_path / "streak" / "letters" / "renewal_users" / "en" / "subject.txt").is_file()
    assert (tmp_path / "streak" / "letters" / "quote_reminder" / "en" / "subject.txt").is_file()


def test_the_sequence_that_streak_offers_is_right_once_it_is_switched_on(tmp_path: Path) -> None:
    """EM-8: its lines begin with a bare #, prose with a # and a blank."""
    rules_of_set(tmp_path, "streak")
    file = tmp_path / "rules" / "sequences.toml"
    file.write_text(re.sub(r"^#(?! )|^#(?=  \[|  [a-z]+ +=)", "", file.read_text(), flags=re.M))
    settings = settings_of(tmp_path, "streak")

    found = read_rules(tmp_path / "rules", settings.stage_names, settings.field, settings)

    assert [str(fault) for fault in found.faults] == []
    [sequence] = [rule for rule in found.rules if rule.row == "EM-8"]
    assert [action.wait is not None for action in sequence.actions] == [True, True, True]
