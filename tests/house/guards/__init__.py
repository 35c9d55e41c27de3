"""The guards: pure functions over a folder that hold a package; each gives its findings as lines of text."""

from __future__ import annotations
