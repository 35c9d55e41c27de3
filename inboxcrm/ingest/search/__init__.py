"""Full text over mails: what is typed, the index, and the answers."""

from __future__ import annotations
