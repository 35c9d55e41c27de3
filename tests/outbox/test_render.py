"""Letters' texts: an unknown name is an error, and what a stranger wrote is only ever text (P19, V13)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from inboxcrm.outbox import render
from inboxcrm.outbox.render import LetterUnwritable, clean, render_body


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of templates of our own."""
    folder = tmp_path / "hello" / "en"
    folder.mkdir(parents=True)
    monkeypatch.setattr(render, "FOLDER", tmp_path)
    render._environment.cache_clear()
    yield folder
    render._environment.cache_clear()


def test_an_unknown_name_is_an_error_never_a_blank(templates: Path) -> None:
    (templates / "body.txt").write_text("Hello {{ nmae }}")

    with pytest.raises(LetterUnwritable, match="nmae"):
        render_body("hello", {"name": "Carla"})


def test_foreign_html_is_escaped(templates: Path) -> None:
    (templates / "body.txt").write_text("{{ text }}")
    (templates / "body.html").write_text("<p>{{ text }}</p>")

    text, html = render_body("hello", {"text": "<script>alert('x')</script> & co"})

    assert text == "<script>alert('x')</script> & co\n"
    assert html == "<p>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; co</p>"


def test_foreign_text_is_never_a_template(templates: Path) -> None:
    (templates / "body.txt").write_text("{{ text }}")

    assert (
        render_body("hello", {"text": "{{ 7 * 7 }} {% for x in y %}"})[0] == "{{ 7 * 7 }} {% for x in y %}\n"
    )


@pytest.mark.parametrize("way", ["{{ x.__class__.__mro__ }}", "{{ x.__init__.__globals__ }}"])
def test_a_template_cannot_reach_into_the_program(templates: Path, way: str) -> None:
    (templates / "body.txt").write_text(way)

    with pytest.raises(LetterUnwritable):
        render_body("hello", {"x": "text"})


def test_control_and_bidi_characters_are_stripped_everywhere() -> None:
    dirty = "a\x00b\x07c\u202ed\u2066e\u200bf\u061cg\ufeffh\x85i\u2028j\ud800k"

    assert clean({"deep": [dirty]}) == {"deep": ["abcdefghijk"]}
    assert clean("two\r\nlines\tand a tab") == "two\nlines\tand a tab"
