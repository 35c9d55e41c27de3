"""What was kept aside since the last digest, numbered so that an answer can act: noise, and finds in Junk (IN-10, P3).

Only of shared mailboxes, only the first mail of a sender, ten at most: what a manager sees stays short, and is his to
see. What stands here are strangers' words: the letter shows them as quotes (V13).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from inboxcrm.base.settings import User
from inboxcrm.base.spelled import spell_moment
from inboxcrm.base.work import Work
from inboxcrm.ingest.offers.store import first_noise_since, junk_since
from inboxcrm.outbox.store import last_letters

MOST = 10
LONGEST_SPAN = timedelta(days=7)
DAY = timedelta(days=1)

Told = list[tuple[str, str, datetime, str]]


class KeptAside:
    """What was kept aside, asked once for all who are told the same; `purpose` begins the dedupe of their letters."""

    def __init__(self, work: Work, purpose: str = "digest:") -> None:
        """Begin to look; nothing is asked yet."""
        self._work, self._purpose = work, purpose
        self._known: dict[datetime, tuple[Told, list[tuple[str, int]], int]] = {}

    @cached_property
    def _last_at(self) -> dict[str, datetime]:
        return last_letters(self._work.session, "digest", self._purpose)

    def of(self, user: User, before: int) -> tuple[dict[str, Any], list[tuple[str, int]]]:
        """Give the facts `noise` and `junk` of a user's digest, and what their lines are about, after so many lines."""
        now = self._work.now
        since = max(self._last_at.get(user.key, now - DAY), now - LONGEST_SPAN)
        if since not in self._known:
            self._known[since] = self._look(since)
        told, about, junk = self._known[since]
        zone = self._work.settings.company.zone
        lines = [
            {
                "number": number,
                "sender": sender,
                "subject": subject[:150],
                "at": spell_moment(received_at, zone),
                "why": why,
            }
            for number, (sender, subject, received_at, why) in enumerate(told, start=before + 1)
        ]
        return {"junk": lines[:junk], "noise": lines[junk:]}, list(about)

    def _look(self, since: datetime) -> tuple[Told, list[tuple[str, int]], int]:
        session = self._work.session
        shared = [one.address for one in self._work.settings.account if one.kind == "shared"]
        junk = junk_since(session, shared, since, MOST)
        noise = first_noise_since(session, shared, since, MOST)
        told = [(one.sender, one.subject, one.received_at, one.why) for one in junk]
        told += [(one.sender, one.subject, one.received_at, one.kind_reason) for one in noise]
        return told, [*(("junk", one.id) for one in junk), *(("message", one.id) for one in noise)], len(junk)


def kept_aside(work: Work, user: User, before: int) -> tuple[dict[str, Any], list[tuple[str, int]]]:
    """Give what was kept aside since a user's last digest, for him alone."""
    return KeptAside(work).of(user, before)
