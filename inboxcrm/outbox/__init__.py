"""Letters and drafts of ours, and how they leave: effectively once."""

from __future__ import annotations
