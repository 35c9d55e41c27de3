"""A folder of rule files is read as a whole; every mistake in it is told at once, with its place and a remedy."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from inboxcrm.rules.files import load_rules
from inboxcrm.rules.language.facts import FactTable
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType, RuleSet
from tests.rules.opportunity_facts import FACTS, NOW

WORD, TEXT = Argument(ArgumentType.WORD), Argument(ArgumentType.TEXT)
ACTIONS = {
    "remind": ActionShape(
        required={"to": Argument(ArgumentType.WORD, ("owner", "manager")), "text": TEXT},
        optional={
            "after": Argument(ArgumentType.DURATION),
            "times": Argument(ArgumentType.INT),
            "is_urgent": Argument(ArgumentType.BOOL),
            "labels": Argument(ArgumentType.WORDS),
        },
    ),
    "make_task": ActionShape(required={"title": TEXT}),
}
GOOD = """\
version = "2026-11-22"

[[rule]]
id      = "quiet-opportunity"   # the name in receipts
version = 1
row     = "OP-9"
why     = "An open opportunity is never left alone for a week."
every   = "workday 07:00"
for     = "opportunity"
when    = "is_open and not is_on_hold and last_activity_at < now - days(7)"
again   = "7 days"
catch_up = true
  [[rule.do]]
  action = "remind"
  to     = "owner"
  text   = "Quiet for a week: {{ opportunity.next_action }}"
  after  = "2 hours"
  labels = ["quiet", "week"]

[[rule]]
id = "new-opportunity"
version = 2
why = "Somebody cares from the first minute."
on = "opportunity.opened"
for = "opportunity"
do = [{ action = "make_task", title = "Call {{ contact.email }}" }]
"""


def loaded(folder: Path, **files: str) -> RuleSet:
    """Write files into a folder and load it."""
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8", newline="")
    tables = {"opportunity": FACTS, "lead": FactTable("lead", {})}
    return load_rules(folder, tables, ACTIONS, ["opportunity.opened", "lead.created"])


def told(rules: RuleSet) -> list[str]:
    return [str(fault) for fault in rules.faults]


def test_a_mark_that_an_editor_put_before_the_text_is_no_fault(tmp_path: Path) -> None:
    assert told(loaded(tmp_path, sales="\ufeff" + GOOD)) == []


def test_a_right_file_gives_its_rules(tmp_path: Path) -> None:
    rules = loaded(tmp_path, sales=GOOD)
    assert told(rules) == []
    quiet, new = rules.rules

    assert (quiet.id, quiet.version, quiet.row, quiet.kind) == ("quiet-opportunity", 1, "OP-9", "opportunity")
    assert quiet.schedule is not None
    assert (quiet.schedule.text, quiet.on, quiet.again, quiet.catch_up) == (
        "workday 07:00",
        None,
        timedelta(days=7),
        True,
    )
    assert quiet.actions[0].name == "remind"
    assert quiet.actions[0].arguments == {
        "to": "owner",
        "text": "Quiet for a week: {{ next_action }}",
        "after": timedelta(hours=2),
        "labels": ("quiet", "week"),
    }
    assert (new.on, new.schedule, new.again, new.catch_up, new.file_version) == (
        "opportunity.opened",
        None,
        None,
        False,
        "2026-11-22",
    )
    assert new.condition.holds({}, NOW)


def test_every_mistake_of_a_file_is_told_at_once_with_line_and_column(tmp_path: Path) -> None:
    wrong = (
        GOOD.replace("is_on_hold and", "is_onhold and")
        .replace('"workday 07:00"', '"workdy 07:00"')
        .replace("opportunity.next_action", "next_acton")
        .replace('"7 days"', '"7 dyas"')
        .replace('"owner"', '"onwer"')
        .replace('"opportunity.opened"', '"opportunity.opend"')
        .replace("version = 2", 'version = "2"')
        .replace("catch_up", "cach_up")
        .replace('"make_task"', '"maketask"')
    )

    assert told(loaded(tmp_path, sales=wrong)) == [
        "sales.toml:8:12: 'workdy 07:00' is no schedule; did you mean 'workday'?",
        "sales.toml:10:28: 'opportunity' has no fact 'is_onhold'; did you mean 'is_on_hold'?",
        "sales.toml:11:12: '7 dyas' is no duration; did you mean 'days'?",
        "sales.toml:12:1: a rule has no key 'cach_up'; did you mean 'catch_up'?",
        "sales.toml:15:13: 'to' cannot be 'onwer'; did you mean 'owner'?",
        "sales.toml:16:34: 'opportunity' has no fact 'next_acton'; did you mean 'next_action'?",
        "sales.toml:22:12: 'version' must be a whole number",
        "sales.toml:24:7: there is no event 'opportunity.opend'; did you mean 'opportunity.opened'?",
        "sales.toml:26:6: there is no action 'maketask'; did you mean 'make_task'?",
    ]


def test_what_is_missing_is_told_at_the_head_of_its_rule(tmp_path: Path) -> None:
    rules = loaded(tmp_path, bare='version = "1"\n\n[[rule]]\n\n[[rule]]\n[[rule.do]]\naction = "remind"\n')

    at_first = ["id", "version", "on', 'every' or 'at", "for", "do", "why"]
    assert [fault.what for fault in rules.faults if fault.place.line == 3] == [
        f"a rule needs the key '{key}'" for key in at_first
    ]
    assert [fault.what for fault in rules.faults if fault.place.line == 6] == [
        "'remind' needs the key 'to'",
        "'remind' needs the key 'text'",
    ]
    assert rules.rules == ()


RULE = 'version = "1"\n[[rule]]\nid = "a"\nversion = 1\nwhy = "w"\nfor = "opportunity"\n'
DO = '[[rule.do]]\naction = "make_task"\ntitle = "t"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f'{RULE}on = "lead.created"\nevery = "hourly"\n{DO}',
            "a.toml:7:7: a rule has 'on' or 'every', not both",
        ),
        (f'{RULE}on = "lead.created"\nagain = "1 day"\n{DO}', "a.toml:8:10: 'again' goes with 'every' only"),
        (f'{RULE}on = "lead created"\n{DO}', "a.toml:7:7: 'lead created' is no kind of event"),
        (f'{RULE}every = "hourly"\nwhen = "1 > 2"\n{DO}', "a.toml:8:9: the condition can never hold"),
        (f'{RULE}every = "hourly"\nwhen = 3\n{DO}', "a.toml:8:8: 'when' must be a text"),
        (f'{RULE}every = "hourly"\ncatch_up = 1\n{DO}', "a.toml:8:12: 'catch_up' must be true or false"),
        (f'{RULE}every = "hourly"\ndo = []\n', "a.toml:8:6: a rule does something"),
        (f'{RULE}every = "hourly"\ndo = ["x"]\n', "a.toml:8:6: 'do' must be tables"),
        (f'{RULE}every = "hourly"\n{DO}titel = "t"\n', "a.toml:11:1: 'make_task' has no key 'titel'"),
        (f'{RULE}every = "hourly"\n[[rule.do]]\n', "a.toml:8:1: a [[rule.do]] needs the key 'action'"),
        (
            f'{RULE}every = "hourly"\n[[rule.do]]\naction = "make_task"\ntitle = " "',
            "a.toml:10:10: 'title' is empty",
        ),
        (
            RULE.replace('"opportunity"', '"oportunity"') + f'every = "hourly"\n{DO}',
            "did you mean 'opportunity'?",
        ),
        (RULE.replace('"a"', '"A b"') + f'every = "hourly"\n{DO}', "a.toml:3:7: 'A b' is no id"),
        (RULE.replace("= 1", "= 0") + f'every = "hourly"\n{DO}', "a.toml:4:11: a version is 1 or more"),
        ('version = "1"\nrule = 3\n', "a.toml:2:8: 'rule' must be a list"),
        ('version = "1"\nrule = [3]\n', "a.toml:2:8: 'rule' must be tables"),
        ('version = "1"\n[[rules]]\n', "a.toml:2:1: a rule file has no key 'rules'; did you mean 'rule'?"),
        ("[[rule]\n", "a.toml:1:7: this is no TOML: Expected ']]' at the end of an array declaration"),
        ('version = "1\n', "a.toml:1:13: this is no TOML: Illegal character"),
        ('version = "1"\nx = """\n\n', "a.toml:2:1: this is no TOML: Unterminated string"),
    ],
)
def test_a_mistake_in_a_file_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    faults = told(loaded(tmp_path, a=text))

    assert [said in fault for fault in faults].count(True) == 1, faults


def test_a_condition_over_several_lines_is_told_at_its_own_line_also_with_windows_line_ends(
    tmp_path: Path,
) -> None:
    text = f'{RULE}every = "hourly"\nwhen = """\n  is_open\n  and seets > 3\n"""\n{DO}'
    expected = ["a.toml:10:7: 'opportunity' has no fact 'seets'; did you mean 'seats'?"]

    assert told(loaded(tmp_path, a=text)) == expected
    assert told(loaded(tmp_path, a=text.replace("\n", "\r\n"))) == expected


def test_an_id_is_taken_once_in_the_whole_folder(tmp_path: Path) -> None:
    good = f'{RULE}every = "hourly"\n{DO}'

    assert told(loaded(tmp_path, a=good, b=good)) == ["b.toml:3:7: the id 'a' is taken at a.toml:3:7"]


def test_files_that_cannot_be_read_are_faults_and_the_others_are_still_looked_at(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "latin.toml").write_bytes(b'version = "1"\n# caf\xe9\n')
    (folder / "folder.toml").mkdir()
    (tmp_path / "outside.toml").write_text(GOOD)
    (folder / "linked.toml").symlink_to(tmp_path / "outside.toml")
    rules = loaded(folder, sales=GOOD)

    assert told(rules) == [
        "folder.toml:1:1: the file cannot be read: Is a directory",
        "latin.toml:2:1: this is no UTF-8 text; save the file as UTF-8",
        "linked.toml:1:1: the file lies outside the folder of rules; put the file itself there",
    ]
    assert [rule.id for rule in rules.rules] == ["quiet-opportunity", "new-opportunity"]


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert [fault.what for fault in loaded(tmp_path / "none").faults] == ["there is no such folder of rules"]
