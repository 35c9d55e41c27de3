"""What the owner of a mailbox is asked about it, and what he is shown of it: nothing is taken before he says so."""

from __future__ import annotations
