"""Patterns that people write, judged by google-re2: no pattern and no text can stall it (docs/decisions/014)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

LONGEST = 200  # characters of a pattern
_MEMORY = 1 << 20  # bytes that a compiled pattern may take


class BadPattern(ValueError):
    """A text is no pattern; the message says why."""


@lru_cache(maxsize=1000)
def compile_pattern(text: str) -> Any:
    """Return the compiled pattern. Raises BadPattern: it is no pattern, too long, too big, or cannot be linear."""
    if len(text) > LONGEST:
        raise BadPattern(f"the pattern is longer than {LONGEST} characters")
    options = re2.Options()
    options.log_errors, options.never_capture, options.max_mem = False, True, _MEMORY
    try:
        return re2.compile(text, options)
    except re2.error as error:
        said = error.args[0]
        raise BadPattern(said.decode(errors="replace") if isinstance(said, bytes) else str(said)) from error


def is_found(pattern: Any, text: str) -> bool:
    """Return whether a compiled pattern is found in a text."""
    return pattern.search(text) is not None
