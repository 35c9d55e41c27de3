"""Points that a process passes: before and after each commit and around what the world sees.

In use they do nothing. A test hands in a `Reach` that ends the process at the n-th passing of one of them,
so that every place where a machine may die can be tried.
"""

from __future__ import annotations

from collections.abc import Callable

Reach = Callable[[str], None]


def pass_on(_point: str) -> None:
    """Do nothing: the reach of every process in use."""
