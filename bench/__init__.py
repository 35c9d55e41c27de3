"""Measures the product beside the bare libraries that it stands on; `docs/bench.md` says what figures mean."""

from __future__ import annotations
