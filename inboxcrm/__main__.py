"""`python -m inboxcrm`."""

from __future__ import annotations

from inboxcrm.cli import main

main()
