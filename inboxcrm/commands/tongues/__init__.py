"""Command words, dates, yes and no in the languages that `[commands]` names; one data file for each (EM-4)."""

from __future__ import annotations
