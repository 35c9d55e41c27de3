"""Records become figures and digests."""

from __future__ import annotations
