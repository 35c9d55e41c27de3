"""What rules can do: one file each, listed in `table.py`."""

from __future__ import annotations
