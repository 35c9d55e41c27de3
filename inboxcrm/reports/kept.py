"""What was kept aside since the last digest, numbered so that an answer can act: noise, and finds in Junk (IN-10, P3).

Only of shared mailboxes, only the first mail of a sender, ten at most: what a manager sees stays short, and is his to
see. What stands here are strangers' words: the letter shows them as quotes (V13).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from inboxcrm.base.settings import User
from inboxcrm.base.spelled import spell_moment
from inboxcrm.base.work import Work
from inboxcrm.ingest.offers.store import first_noise_since, junk_since
from inboxcrm.outbox.store import last_letter_at

MOST = 10
LONGEST_SPAN = timedelta(days=7)
DAY = timedelta(days=1)


def kept_aside(work: Work, user: User, before: int) -> tuple[dict[str, Any], list[tuple[str, int]]]:
    """Give the facts `noise` and `junk` of a user's digest, and what their lines are about; `before` lines precede."""
    last_at = last_letter_at(work.session, "digest", user.key)
    since = max(last_at or work.now - DAY, work.now - LONGEST_SPAN)
    shared = [one.address for one in work.settings.account if one.kind == "shared"]
    junk = junk_since(work.session, shared, since, MOST)
    noise = first_noise_since(work.session, shared, since, MOST)
    zone = work.settings.company.zone
    told = [(one.sender, one.subject, one.received_at, one.why) for one in junk]
    told += [(one.sender, one.subject, one.received_at, one.kind_reason) for one in noise]
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
    facts = {"junk": lines[: len(junk)], "noise": lines[len(junk) :]}
    return facts, [*(("junk", one.id) for one in junk), *(("message", one.id) for one in noise)]
