"""State machines are sets of pairs beside the thing; a refused move is an error, never silence."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from inboxcrm.base.errors import IllegalMove

Moves = AbstractSet[tuple[str, str]]


def check_move(thing: str, moves: Moves, old: str, new: str) -> None:
    """Pass if `moves` holds (old, new); else raise IllegalMove naming what `old` can become."""
    if (old, new) not in moves:
        raise IllegalMove(thing, old, new, sorted(target for source, target in moves if source == old))
