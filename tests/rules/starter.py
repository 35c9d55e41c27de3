"""Where the starter rules are."""

from __future__ import annotations

from pathlib import Path

import inboxcrm

STARTER = Path(inboxcrm.__file__).parent / "rules" / "starter"
