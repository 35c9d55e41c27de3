"""What a filed mail does at once: one file for each kind of mail; `table.py` lists them."""

from __future__ import annotations
