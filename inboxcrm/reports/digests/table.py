"""The kinds of digests that a rule may name: a literal table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from inboxcrm.reports.digests.daily import daily
from inboxcrm.reports.digests.due import due
from inboxcrm.reports.digests.evening import evening
from inboxcrm.reports.digests.exceptions import exceptions_first
from inboxcrm.reports.digests.morning import morning
from inboxcrm.reports.digests.weekly import weekly

if TYPE_CHECKING:
    from inboxcrm.base.settings import User
    from inboxcrm.reports.digests.ground import Ground
    from inboxcrm.reports.digests.shape import Digest

KINDS: dict[str, Callable[[Ground, User], Digest]] = {
    "due": due,
    "morning": morning,
    "evening": evening,
    "forecast": weekly,
    "daily": daily,
    "exceptions": exceptions_first,
}
# Those that look as far ahead as the next working day, which may be after holidays.
AHEAD = frozenset(("evening",))
# Those that tell a manager what was kept aside as noise, or found in Junk.
WITH_NOISE = frozenset(("due", "daily"))
