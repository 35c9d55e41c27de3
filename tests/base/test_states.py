"""A refused move is an error that names the legal ones, never silence."""

from __future__ import annotations

import pytest

from inboxcrm.base.errors import IllegalMove
from inboxcrm.base.states import check_move

MOVES = {("red", "green"), ("red", "off"), ("green", "red")}


def test_a_legal_move_passes() -> None:
    assert check_move("the light", MOVES, "red", "green") is None


def test_an_illegal_move_names_the_legal_ones() -> None:
    with pytest.raises(IllegalMove) as refused:
        check_move("the light", MOVES, "red", "blue")

    assert refused.value.legal == ["green", "off"]
    assert str(refused.value) == "the light cannot go from red to blue; from red it can go to: green, off"


def test_a_final_state_says_so() -> None:
    with pytest.raises(IllegalMove, match="cannot go from off to red; off is final"):
        check_move("the light", MOVES, "off", "red")
