"""The command line: commands and exit codes (0 done, 1 something to do, 2 wrong usage, 3 a server is away)."""

from __future__ import annotations

import sys

from inboxcrm.cli.start import Start, start_program


def main() -> None:
    """Run the program with the machine's clock."""
    sys.exit(start_program(sys.argv[1:], Start()))
