"""The kinds of documents, one file each with its states."""

from __future__ import annotations
