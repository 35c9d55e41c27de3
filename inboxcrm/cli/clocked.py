"""The program on a clock that a file moves: `python -m inboxcrm.cli.clocked CLOCK-FILE COMMAND …`.

Only the demo and the tests start it so; no setting and no option names the file.
"""

from __future__ import annotations

import sys
from pathlib import Path

from inboxcrm.base.clock import OffsetClock
from inboxcrm.cli.start import Start, start_program


def main() -> None:
    """Run the program with the clock of the file."""
    clock_file, *arguments = sys.argv[1:]
    sys.exit(start_program(arguments, Start(OffsetClock(Path(clock_file)))))


if __name__ == "__main__":
    main()
