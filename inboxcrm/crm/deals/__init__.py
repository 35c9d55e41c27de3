"""Questions about deals: what must be done before they are won, which of them wake."""

from __future__ import annotations
