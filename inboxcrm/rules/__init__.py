"""Rule files: what they say, when they are due, and what they do."""

from __future__ import annotations
