"""Which elements of an HTML mail a reader does not see; the simple cases that mails really use."""

from __future__ import annotations

import re
from functools import lru_cache

_MAX_ATTRIBUTES = 1000
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?<![-\w])(?:font-size|max-height|opacity)\s*:\s*"
    r"(?:0(?:\.0*)?(?:px|pt|em|rem|%)?|1px)\s*(?:[;!\"']|$)",
    re.IGNORECASE,
)
_WHITE = re.compile(r"(?<![-\w])color\s*[:=]\s*[\"']?\s*(?:#fff(?:fff)?\b|white\b)", re.IGNORECASE)
_SHADE = re.compile(
    r"(?:bgcolor\s*=|background(?:-color|-image)?\s*[:=])\s*[\"']?\s*"
    r"(?!#fff(?:fff)?\b|white\b|transparent\b|none\b|inherit\b|initial\b|unset\b|[\"';])",
    re.IGNORECASE,
)
_VOID = frozenset({"br", "img", "hr", "input", "meta", "link", "area", "base", "col", "wbr", "source"})
_TABLE_PARTS = frozenset({"td", "th", "tr", "tbody", "thead"})


class HiddenText:
    """Told of each tag in turn; `is_open` while what comes is not seen."""

    def __init__(self, source: str) -> None:
        lowered = source if "style" in source or "color" in source else source.lower()
        self.is_possible = "style" in lowered or "color" in lowered
        self._source = source
        self._has_shades: bool | None = None
        self._tag = ""
        self._open = 0
        self.is_open = False

    def hides(self, tag: str, is_end: bool, attributes: str) -> bool:
        """Tell whether the tag itself goes unseen; the end of a hidden element is no longer hidden."""
        if not self.is_possible:
            return False
        if self.is_open:
            self._follow(tag, is_end)
            return self.is_open
        if not is_end and attributes and tag not in _VOID and self._is_hiding(attributes[:_MAX_ATTRIBUTES]):
            self._tag, self._open, self.is_open = tag, 1, not attributes.endswith("/")
        # A hidden cell is still a cell of its row.
        return self.is_open and tag not in _TABLE_PARTS

    def _follow(self, tag: str, is_end: bool) -> None:
        if tag == self._tag:
            self._open += -1 if is_end else 1
        elif tag == "table" and is_end and self._tag in _TABLE_PARTS:
            self._open = 0
        self.is_open = self._open > 0

    def _is_hiding(self, attributes: str) -> bool:
        kind = _hidden_kind(attributes)
        return kind == 2 or (kind == 1 and not self._has_any_shade())

    def _has_any_shade(self) -> bool:
        if self._has_shades is None:
            self._has_shades = _SHADE.search(self._source) is not None
        return self._has_shades


@lru_cache(maxsize=2000)
def _hidden_kind(attributes: str) -> int:
    """2 if they hide the element, 1 if they make its words white, else 0; the same few come again and again."""
    if "olor" not in attributes and "tyle" not in attributes and "TYLE" not in attributes:
        return 0
    if _HIDDEN.search(attributes):
        return 2
    return 1 if _WHITE.search(attributes) else 0
