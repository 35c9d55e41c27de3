"""Who writes a rule file can write a rule, and nothing else: no way out of the language, no way to stall it."""

from __future__ import annotations

import time

import pytest

from inboxcrm.rules.fault import Place
from inboxcrm.rules.language.condition import compile_condition
from inboxcrm.rules.language.pattern import compile_pattern, is_found
from inboxcrm.rules.text import check_text, render_text
from tests.rules.opportunity_facts import FACTS, NOW, PLACE, compiled, faults_of

REFUSED = [
    "__import__('os').system('true')",
    "stage.__class__.__mro__[1].__subclasses__()",
    "().__class__",
    "now.__class__",
    "is_open.__class__ == 1",
    "holds(values, now)",
    "values['stage'] == 'Quote'",
    "calendars.company == 1",
    "f_lower(stage) == 'a'",
    "shift(now, days(1)) > now",
    "c0 == 1",
    "eval('1') == 1",
    "exec('import os')",
    "getattr(stage, 'upper')() == 'A'",
    "open('/etc/passwd').read() == ''",
    "lower.__globals__",
    "lower(stage).join(stage) == 'a'",
    "stage.format(stage) == 'a'",
    "'{0.__class__}'.format(stage) == 'a'",
    "'%s' % stage == 'a'",
    "f'{stage}' == 'Quote'",
    "b'x' == stage",
    "(x := is_open)",
    "(lambda: is_open)()",
    "[each for each in intents]",
    "{each for each in intents}",
    "{each: 1 for each in intents}",
    "any(each for each in intents)",
    "(yield)",
    "await is_open",
    "is_open if is_open else is_on_hold",
    "stage[0] == 'Q'",
    "stage[::-1] == 'Q'",
    "contains(*stage)",
    "contains(stage, **stage)",
    "contains(text=stage, part='a')",
    "... == stage",
    "1j == seats",
    "9 ** 9 ** 9 > seats",
    "seats << 99999999 > 1",
    "seats // 0 > 1",
    "seats % 0 > 1",
    "seats / 0 > 1",
    "~seats > 1",
    "seats @ seats > 1",
    "seats & score > 1",
    "'a' * 999999999 == stage",
    "seats > " + "9" * 5000,
    "seats > " + "9" * 1900,
    "seats > 0." + "9" * 1900,
    "seats > 1e308",
    "seats > 0x" + "f" * 1000,
    "stage == 'Quote' or " * 200 + "is_open",
    "not " * 400 + "is_open",
    "(" * 500,
    "-" * 1900 + "1 > 0",
    "~" * 1900 + "1 > 0",
    "abs(" * 100 + "seats" + ")" * 100 + " > 1",
    "lower(" * 200 + "stage" + ")" * 200 + " == 'a'",
    "min(" + "seats, " * 50 + "seats) > 1",
    "days(999999999) < stage_limit",
    "months(9999999) == months(1)",
    "created_at < now - business_hours(99999999)",
    "created_at < now - business_days(99999999)",
    "matches(stage, '" + "(a" * 200 + "')",
    "matches(stage, '(a{1000}){1000}')",
    "matches(stage, '(?=a)')",
    "matches(stage, '(a)\\\\1')",
    "matches(stage, stage)",
    "stage == '\\x00'",
    "stage == '\\u202e'",
    "is_open; is_open",
    "is_open\n\n\nimport os",
    "is_open #",
    "import os",
    "is_open == is_open == (is_open == is_open)",
    "ｉｓ_ｏｐｅｎｅｄ",
]


@pytest.mark.parametrize("source", REFUSED, ids=lambda source: source[:50])
def test_what_is_no_condition_is_refused_when_the_file_is_read(source: str) -> None:
    begun = time.process_time()

    assert faults_of(source)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    "source",
    [
        "matches(next_action, '(a+)+$')",
        "matches(next_action, '(a|a)*b')",
        "matches(next_action, '(.*)(.*)(.*)(.*)(.*)(.*)x')",
        "matches(next_action, '^(([a-z])+.)+[A-Z]([a-z])+$')",
        "matches(lower(next_action), '(a?){60}a{60}')",
    ],
)
def test_no_pattern_can_stall_the_work_whatever_the_mail_says(source: str) -> None:
    """Each of these keeps a backtracking engine busy for years with this text."""
    condition = compiled(source)
    begun = time.process_time()

    for text in ("a" * 100_000 + "!", "a" * 59, "aB" * 20_000):
        condition.holds({"next_action": text}, NOW)

    assert time.process_time() - begun < 2


def test_a_deep_sum_of_days_is_not_blown_up_for_the_database_but_judged() -> None:
    condition = compiled("close_on" + " + months(1)" * 50 + " > today")

    assert condition.pushed == ()
    assert "too long to be asked" in condition.obstacle
    assert len(str(compiled("close_on + months(1) + months(1) > today").where(NOW))) < 5000


def test_a_compiled_condition_can_reach_nothing_but_its_own_words() -> None:
    scope = compiled("contains(lower(next_action), 'a')").holds.__globals__  # type: ignore[attr-defined]

    assert scope["__builtins__"] == {}
    assert not {"os", "sys", "open", "eval", "exec", "getattr", "__import__"} & set(scope)


@pytest.mark.parametrize(
    "text",
    [
        "{{ stage.__class__ }}",
        "{{ stage.__class__.__mro__ }}",
        "{{ __import__('os') }}",
        "{{ config }}",
        "{{ self }}",
        "{{ lower(stage) }}",
        "{{ stage | safe }}",
        "{{ stage['x'] }}",
        "{{ 7 * 7 }}",
        "{% for x in stage %}",
        "{# stage #}",
        "{{ {{ stage }} }}",
        "{{ stage",
        "{{\nstage }}",
    ],
)
def test_a_text_takes_facts_and_reaches_nothing_behind_them(text: str) -> None:
    assert check_text(text, FACTS, Place("a.toml", 1))


def test_what_a_mail_brings_into_a_text_stays_what_it_is() -> None:
    said = "{{ owner }} {% if x %} ${7*7} {0.__class__} %s"

    assert render_text("{{ next_action }}", {"next_action": said, "owner": "anna"}) == said


def test_a_pattern_is_found_anywhere_and_minds_capitals_unless_told() -> None:
    assert is_found(compile_pattern("PO[0-9]+"), "our PO17, please")
    assert not is_found(compile_pattern("^PO"), "our PO17")
    assert not is_found(compile_pattern("po"), "our PO17")
    assert is_found(compile_pattern("(?i)po"), "our PO17")


def test_a_condition_of_the_longest_length_is_compiled_at_once() -> None:
    source = " or ".join(f"seats == {number}" for number in range(100))
    begun = time.process_time()

    assert not isinstance(compile_condition(source, FACTS, PLACE), list)
    assert time.process_time() - begun < 1
