"""A pipeline of one's own: every fault says where it stands and what would be right (OP-1, OP-11)."""

from __future__ import annotations

from pathlib import Path

import pytest

import inboxcrm
from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_file import load_settings
from inboxcrm.base.settings_pipeline import Pipeline, people_named
from tests.base.test_settings_file import GOOD, faults_of

# PROCESS OP-1, by hand.
SEVEN = [
    ("Identification", 10, "Prospecting"),
    ("Qualification", 20, "Qualification"),
    ("Needs Analysis", 30, "Needs Analysis"),
    ("Presentation", 50, "Value Proposition"),
    ("Quote", 60, "Value Proposition"),
    ("Negotiation", 80, "Negotiation"),
    ("Closure", 100, "Negotiation"),
]
OWN = """
[[pipeline]]
name = "Shop"
won_checklist = ["Contract signed", "PO received"]
[[pipeline.stage]]
name = "Talk"
probability = 25
state = "Qualification"
next_action = "Ring them"
reached_by = ["qualification"]
[[pipeline.stage]]
name = "Sign"
probability = 90
state = "Negotiation"
next_action = "Get the pen out"
wins = true
[[pipeline.reason]]
name = "dear"
then = "product feedback"
"""
FIRST = GOOD.count("\n")  # the lines above OWN


def with_own(folder: Path, *changes: tuple[str, str]) -> list[tuple[int, str, str]]:
    """The faults of the own pipeline with something in it changed; lines counted in its own text."""
    text = OWN
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return [(line - FIRST, key, said) for line, key, said in faults_of(folder, GOOD + text)]


def read(folder: Path, text: str) -> Settings:
    (folder / "config.toml").write_text(text)
    return load_settings(folder / "config.toml")


def test_without_configuration_there_are_the_seven_stages_and_five_reasons(tmp_path: Path) -> None:
    pipeline = read(tmp_path, GOOD).pipeline_of("new")

    assert [(one.name, one.probability, one.state) for one in pipeline.stage] == SEVEN
    assert [one.name for one in pipeline.reason] == ["price", "competition", "timing", "fit", "other"]
    assert (pipeline.winning.name, pipeline.won_checklist) == ("Closure", ())


def test_a_pipeline_of_ones_own_takes_the_place_of_the_seven(tmp_path: Path) -> None:
    pipeline = read(tmp_path, GOOD + OWN).pipeline_of("new")

    assert (pipeline.names, pipeline.winning.name) == (["Talk", "Sign"], "Sign")
    assert pipeline.won_checklist == ("Contract signed", "PO received")
    assert [(one.name, one.then) for one in pipeline.reason] == [("dear", "product feedback")]


def test_deals_of_a_kind_can_have_a_pipeline_of_their_own(tmp_path: Path) -> None:
    settings = read(tmp_path, GOOD + OWN + '[[pipeline]]\nname = "Again"\nkinds = ["renewal"]\n')

    assert settings.pipeline_of("renewal").name == "Again"
    assert settings.pipeline_of("new").name == "Shop"
    assert settings.pipeline_of("renewal").names == [name for name, _, _ in SEVEN]


def test_two_stages_of_one_name_are_refused(tmp_path: Path) -> None:
    [fault] = with_own(tmp_path, ('"Sign"', '"talk"'))

    assert fault == (
        12,
        "pipeline.1.stage.2.name",
        "stage 'talk' stands twice; give one of them another name",
    )


def test_a_state_that_is_none_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    [(line, key, said)] = with_own(tmp_path, ('state = "Negotiation"', 'state = "Tea"'))

    assert (line, key) == (14, "pipeline.1.stage.2.state")
    assert "'Prospecting'" in said
    assert "'Negotiation'" in said
    assert "not 'Tea'" in said


def test_a_pipeline_that_nothing_can_win_is_refused(tmp_path: Path) -> None:
    [fault] = with_own(tmp_path, ("wins = true\n", ""))

    assert fault == (
        11,
        "pipeline.1.stage.2",
        "no stage maps to winning: put wins = true at the last one, 'Sign'",
    )


def test_winning_from_the_middle_is_refused(tmp_path: Path) -> None:
    [fault] = with_own(tmp_path, ("wins = true\n", ""), ('"Ring them"\n', '"Ring them"\nwins = true\n'))

    assert fault[:2] == (10, "pipeline.1.stage.1.wins")
    assert fault[2] == "deals are won from the last stage, 'Sign'; put wins = true there, or this stage last"


@pytest.mark.parametrize(
    ("changes", "place", "said"),
    [
        ([('"Talk"', '"Closed Won"')], (6, "pipeline.1.stage.1.name"), "choose another name"),
        ([("probability = 25", "probability = 125")], (7, "pipeline.1.stage.1.probability"), "not 125"),
        ([('["qualification"]', '["tea"]')], (10, "pipeline.1.stage.1.reached_by.1"), "'quote'"),
        (
            [("wins = true", 'wins = true\nreached_by = ["qualification"]')],
            (17, "pipeline.1.stage.2.reached_by"),
            "'qualification' brings a deal to 'Talk' already",
        ),
        (
            [('then = "product feedback"', 'then = "tea"')],
            (19, "pipeline.1.reason.1.then"),
            "'recycled lead'",
        ),
        (
            [('name = "dear"', 'name = "dear"\n[[pipeline.reason]]\nname = "Dear"')],
            (20, "pipeline.1.reason.2.name"),
            "reason 'Dear' stands twice",
        ),
        (
            [('"PO received"]', '"contract signed"]')],
            (4, "pipeline.1.won_checklist"),
            "'contract signed' stands twice",
        ),
        ([('name = "Shop"', 'name = "Shop"\nkinds = ["new"]')], (4, "pipeline.1.kinds"), "without kinds"),
        ([("won_checklist", "wonchecklist")], (4, "pipeline.1.wonchecklist"), "did you mean won_checklist?"),
        (
            [('name = "Shop"', 'name = "Shop"\nfeedback_to = "x@press.example"')],
            (4, "pipeline.1.feedback_to"),
            "'x@press.example' is nobody of the company",
        ),
    ],
)
def test_every_other_fault_has_its_line_its_key_and_a_remedy(
    tmp_path: Path, changes: list[tuple[str, str]], place: tuple[int, str], said: str
) -> None:
    [(line, key, text)] = with_own(tmp_path, *changes)

    assert (line, key) == place
    assert said in text


def test_two_pipelines_for_everything_or_for_one_kind_are_refused(tmp_path: Path) -> None:
    faults = with_own(
        tmp_path,
        (
            'then = "product feedback"\n',
            '[[pipeline]]\nname = "B"\n[[pipeline]]\nname = "C"\nkinds = ["x"]\n'
            '[[pipeline]]\nname = "D"\nkinds = ["x"]\n',
        ),
    )

    assert faults == [
        (19, "pipeline.2", "pipeline 'Shop' is without kinds already; say of which kinds this one is"),
        (26, "pipeline.4.kinds", "'x' is a kind of pipeline 'C' already"),
    ]


def test_mail_about_lost_deals_goes_to_our_own_people_alone(tmp_path: Path) -> None:
    """Managers, a role, a user, or an address in the company's own domain."""
    settings = read(tmp_path, GOOD)

    assert [one.key for one in people_named(settings, "managers")] == ["anna"]  # no manager: the first user
    assert [one.key for one in people_named(settings, "account_manager")] == ["anna"]
    assert [one.key for one in people_named(settings, "anna")] == ["anna"]
    assert people_named(settings, "bob@press.example") == ()
    read(tmp_path, GOOD + '[[pipeline]]\nfeedback_to = "product@kestrel.example"\n')


def test_the_example_shows_the_default_as_it_is(tmp_path: Path) -> None:
    """Whoever copies the stages from the example changes nothing."""
    example = (Path(inboxcrm.__file__).parent / "config.example.toml").read_text(encoding="utf-8")
    start = example.index("\n[[pipeline]]\n")

    assert read(tmp_path, GOOD + example[start:]).pipeline == (Pipeline(),)
