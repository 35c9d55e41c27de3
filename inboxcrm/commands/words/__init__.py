"""One file for each command word; `commands/table.py` lists them."""

from __future__ import annotations
