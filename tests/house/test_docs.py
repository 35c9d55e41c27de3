"""The texts say what there is: each fact, event, action, word, command, letter and invariant has its row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from inboxcrm.base.settings import Settings
from inboxcrm.cli.commands import cli
from inboxcrm.commands.table import WORDS
from inboxcrm.ingest.classify import ROWS as KINDS_OF_MAIL
from inboxcrm.rules.actions.table import ACTIONS
from inboxcrm.rules.book import EVENT_KINDS, kind_of_event
from inboxcrm.rules.facts import FACT_TABLES, KIND_OF_SUBJECT
from inboxcrm.rules.fault import Place
from inboxcrm.rules.language.condition import Condition, compile_condition
from inboxcrm.rules.language.facts import FactType
from inboxcrm.rules.language.functions import FUNCTIONS
from inboxcrm.rules.schedule import DAYS
from inboxcrm.workers.topics import TOPICS
from tests.house.guards.docs import broken_links, invented, rows_of, section, unlisted
from tests.house.places import HOUSE, REPOSITORY, assert_none

DOCS = REPOSITORY / "docs"
RULES = (DOCS / "rules.md").read_text(encoding="utf-8")
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
GLOSSARY = (
    "incoming",
    "message",
    "intake",
    "letter",
    "document",
    "firing",
    "wake",
    "box",
    "lead",
    "opportunity",
)


def test_every_link_of_the_texts_leads_to_a_file_or_heading() -> None:
    texts = [*REPOSITORY.glob("*.md"), *DOCS.rglob("*.md")]

    assert_none([finding for text in texts for finding in broken_links(text)])


@pytest.mark.parametrize("kind", sorted(FACT_TABLES))
def test_every_fact_that_rules_may_name_is_explained_and_no_other(kind: str) -> None:
    part = section(RULES, kind)

    assert part
    assert_none(
        unlisted(part, FACT_TABLES[kind].facts, "fact") + invented(part, FACT_TABLES[kind].facts, "fact")
    )


def test_every_event_that_rules_may_listen_to_is_explained_and_no_other() -> None:
    part = section(RULES, "Events")

    assert_none(unlisted(part, EVENT_KINDS, "event") + invented(part, {*EVENT_KINDS, "for"}, "event"))


def test_every_event_says_what_a_rule_on_it_must_be_for() -> None:
    told = {
        event: line.rstrip(" |").rpartition("| ")[2]
        for line in section(RULES, "Events").splitlines()
        for event in re.findall(r"`([a-z_]+\.[a-z_]+)`", line)
    }

    assert told == {event: kind_of_event(event) or "–" for event in EVENT_KINDS}


def test_every_action_and_function_of_rules_is_explained_and_no_other() -> None:
    actions, functions = section(RULES, "Actions"), section(RULES, "Conditions")
    told = " ".join(rows_of(functions))

    assert_none(unlisted(actions, ACTIONS, "action") + invented(actions, ACTIONS, "action"))
    assert_none([f"function {name} is not told" for name in FUNCTIONS if f"{name}(" not in told])


def test_every_function_is_told_with_its_example_and_each_example_is_a_condition() -> None:
    rows = {
        line.split("`")[1].partition("(")[0]: line
        for line in section(RULES, "Conditions").splitlines()
        if re.match(r"\| `[a-z_]+\(", line)
    }

    assert set(rows) == set(FUNCTIONS)
    for name, function in FUNCTIONS.items():
        assert f"`{function.example}`" in rows[name], name
        assert function.doc in rows[name], name
        assert ("†" in rows[name]) is not function.in_database, name
        read = [
            compile_condition(function.example, FACT_TABLES[kind], Place("docs", 1))
            for kind in ("opportunity", "message", "lead")
        ]
        assert any(isinstance(each, Condition) for each in read), name


def test_every_type_of_fact_is_told() -> None:
    told = section(RULES, "Conditions")
    only_written = {FactType.NUMBER, FactType.MONTHS, FactType.WORKTIME}

    for kind in set(FactType) - only_written:
        assert f"| {kind.value.removeprefix('an ').removeprefix('a ')} |" in told


def test_every_key_of_every_action_is_told_in_its_row() -> None:
    rows = {
        line.split("`")[1]: line for line in section(RULES, "Actions").splitlines() if line.startswith("| `")
    }
    keys = {name: {**verb.shape.required, **verb.shape.optional} for name, verb in ACTIONS.items()}

    assert_none([f"{name}: {key}" for name in keys for key in keys[name] if f"`{key}`" not in rows[name]])


def test_every_word_for_days_of_a_schedule_is_told() -> None:
    part = section(RULES, "Schedule words")
    weekdays = {name for name in DAYS if name.endswith("day") and " " not in name} - {"workday", "monday"}

    assert_none([f"{name} is not told" for name in DAYS if name not in weekdays and name not in part])


def test_the_readme_shows_every_command_word_and_every_command() -> None:
    words = {told.partition(" ")[0] for told in rows_of(section(README, "Words you can answer"))}
    commands = {told.partition(" ")[0] for told in rows_of(section(README, "Commands of the program"))}

    assert words == {word.name for word in WORDS}
    assert commands == set(cli.list_commands(None))


def test_every_table_of_the_settings_has_its_row() -> None:
    told = section((DOCS / "config.md").read_text(encoding="utf-8"), "Tables")

    assert [name.strip("[]") for name in re.findall(r"^\| `(\S+)` \|", told, re.MULTILINE)] == list(
        Settings.model_fields
    )


def test_every_letter_has_its_row_and_its_folder() -> None:
    text = (DOCS / "letters.md").read_text(encoding="utf-8")
    folders = {f"{folder.name}/" for folder in (HOUSE / "templates" / "mail").iterdir() if folder.is_dir()}

    assert folders == set(re.findall(r"\| `([\w-]+/)` \|$", text, re.MULTILINE))


def test_the_glossary_has_its_words_and_every_kind_of_mail_and_of_work() -> None:
    text = (DOCS / "words.md").read_text(encoding="utf-8").lower()
    kinds = [kind for kind, _ in KINDS_OF_MAIL if kind not in text]
    topics = [topic for topic in TOPICS if topic not in text]

    assert_none([f"{word} is no word of docs/words.md" for word in GLOSSARY if f"| {word} " not in text])
    assert_none([f"{name} is not named" for name in (*kinds, *topics)])


def test_every_invariant_names_where_it_is_held() -> None:
    part = section((DOCS / "architecture.md").read_text(encoding="utf-8"), "Invariants")
    rows = [line for line in part.splitlines() if re.match(r"\| V\d", line)]

    assert [line.split()[1] for line in rows] == [f"V{number}" for number in range(1, 14)]
    assert_none([line for line in rows if ".py`" not in line])


def test_every_kind_of_subject_leads_to_a_table_of_facts() -> None:
    assert set(KIND_OF_SUBJECT.values()) <= set(FACT_TABLES)


@pytest.mark.parametrize("name", ["process.md", "failures.md"])
def test_every_row_says_how_it_stands(name: str) -> None:
    rows = re.findall(r"^\| [A-Z]{1,2}-?\d+ \|.*$", (DOCS / name).read_text(encoding="utf-8"), re.MULTILINE)

    assert len(rows) > 60
    assert_none([row for row in rows if not re.search(r"\| \*\*(works|partly|not yet)\*\*[^|]*\|$", row)])


def test_the_guard_bites_a_thing_without_a_row_and_a_row_without_a_thing() -> None:
    text = "# Facts\n## lead\n| `name` | `x` |\n| `naem` | y |\n## other\n| `owner` | z |\n"

    assert unlisted(section(text, "lead"), ["name", "owner"], "fact") == ["fact owner has no row"]
    assert invented(section(text, "lead"), ["name", "owner"], "fact") == ["naem has a row and is no fact"]
    assert section(text, "nothing") == ""


def test_the_guard_bites_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("# Who may act?\n[a](b.md) [c](#who-may-act) [d](a.md#no) [e](https://example.com/x)\n")

    assert broken_links(file) == ["a.md: b.md leads nowhere", "a.md: a.md#no names no heading"]
