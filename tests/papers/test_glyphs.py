"""We know before setting a text which of its characters the font can show."""

from __future__ import annotations

from pathlib import Path

import pytest

from inboxcrm.papers.glyphs import covered_characters
from inboxcrm.papers.typeset import UPRIGHT_FONT


def test_font_shows_the_scripts_of_europe_and_not_others():
    covered = covered_characters(UPRIGHT_FONT)

    assert all(ord(character) in covered for character in "aŻłßøæčΩЖ€−–·“”\ufffd ")
    assert not any(ord(character) in covered for character in "漢א😀\ue000")


def test_file_without_a_character_map_is_refused(tmp_path: Path):
    font = tmp_path / "empty.ttf"
    font.write_bytes(b"\x00\x01\x00\x00\x00\x00" + b"\x00" * 6)

    with pytest.raises(ValueError, match="cmap"):
        covered_characters(font)
