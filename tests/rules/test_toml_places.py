"""Every key and value of a TOML file is found at its line and column, whatever way it is written."""

from __future__ import annotations

import tomllib

import pytest

from inboxcrm.rules.fault import Place
from inboxcrm.rules.toml_places import Path, Spot, TomlPlaces

LINES = (
    '# a comment with [[rule]] and "quotes',
    'version = "1" # [x]',
    "\"quoted key\" = 'it'",
    "[[rule]]",
    "  when = '''",
    "[[rule]]",
    "x = 3 # no comment'''",
    '  step.it = { a = "}", b = [1, 2] } # end',
    "  list = [ # one",
    '    "]", # ]',
    "    { x = '[' },",
    "  ]",
    "  at = 1979-05-27 07:32:00",
    '  text = "a \\" = b"',
    "[[rule.do]]",
    "a=1",
    "[[ rule . do ]]",
    "a = +1.5",
    "[[rule]]",
    "[rule.sub]",
    'b = """x""""',
    "[[rule.do]]",
    "a = true",
    "[tail]",
)
TEXT = "\n".join(LINES)


@pytest.mark.parametrize(
    ("path", "line", "written"),
    [
        (("version",), 2, '1" # [x]'),
        (("quoted key",), 3, "it'"),
        (("rule", 0, "when"), 6, "[[rule]]"),
        (("rule", 0, "step", "it"), 8, '{ a = "}", b = [1, 2] } # end'),
        (("rule", 0, "list"), 9, "[ # one"),
        (("rule", 0, "at"), 13, "1979-05-27 07:32:00"),
        (("rule", 0, "text"), 14, '"a \\" = b"'),
        (("rule", 0, "do", 0), 15, "[[rule.do]]"),
        (("rule", 0, "do", 0, "a"), 16, "1"),
        (("rule", 0, "do", 1, "a"), 18, "+1.5"),
        (("rule", 1), 19, "[[rule]]"),
        (("rule", 1, "sub", "b"), 21, 'x""""'),
        (("rule", 1, "do", 0, "a"), 23, "true"),
        (("tail",), 24, "[tail]"),
    ],
)
def test_a_value_is_found_behind_strings_arrays_comments_and_nested_tables(
    path: Path, line: int, written: str
) -> None:
    assert tomllib.loads(TEXT)["rule"][0]["do"][1]["a"] == 1.5
    place = TomlPlaces("a.toml", TEXT).find_spot(path).value

    assert (place.line, LINES[place.line - 1][place.column - 1 :]) == (line, written)


def test_only_a_text_that_stands_letter_by_letter_has_places_within() -> None:
    places = TomlPlaces("a.toml", TEXT)

    assert places.find_spot(("rule", 0, "when")).value.at_offset("[[rule]]\nx", 9) == Place("a.toml", 7, 1)
    assert places.find_spot(("rule", 0, "text")).value.at_offset('a " = b', 2) == Place(
        "a.toml", 14, 10, False
    )


def test_what_has_no_place_of_its_own_is_told_at_the_nearest_thing_around() -> None:
    places = TomlPlaces("a.toml", TEXT)

    assert places.find_spot(("rule", 0, "list", 1, "x")) == places.find_spot(("rule", 0, "list"))
    assert places.find_spot(("nothing",)) == Spot(Place("a.toml", 1), Place("a.toml", 1))
