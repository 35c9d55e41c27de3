"""The people outside of a conversation, and where else there is mail of them."""

from __future__ import annotations
