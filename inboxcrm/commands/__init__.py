"""Words in mails, and what happens because of them: users' commands, customers' answers."""

from __future__ import annotations
