"""Answers that we have, and how a technical question climbs to one: snippet, colleague, call, on site (EM-9)."""

from __future__ import annotations
