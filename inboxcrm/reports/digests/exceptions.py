"""Exceptions first: only what is wrong, the most pressing first; where nothing is, nothing is sent (MG-2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.spelled import spell_weekday
from inboxcrm.reports.digests.pressing import breached, escalated, examples_for, section, stagnant, unfiled
from inboxcrm.reports.digests.shape import Digest, Line, Section
from inboxcrm.reports.trouble import spell_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inboxcrm.base.settings import User
    from inboxcrm.reports.digests.ground import Ground


def exceptions_first(ground: Ground, user: User) -> Digest:
    """Give all that is out of order among those whom a manager leads, and in the machinery."""
    sees, trouble = ground.sight(user), ground.trouble
    sections = (
        breached(ground, user),
        stagnant(ground, user),
        escalated(ground, user),
        unfiled(ground, user),
        _plain("Mailboxes that are not read", trouble.unread()),
        _plain("Mails and facts that could not be worked", trouble.machines()),
        _plain("Letters that may or may not have left", trouble.uncertain(sees)),
        _plain("Letters that did not leave, or came back", trouble.failed(sees)),
        _plain("Letters that are held", trouble.waits()),
        _plain("Rules that were refused", trouble.refused(sees)),
        _plain("Rule files that were refused; the rules before them hold", ground.findings),
    )
    count = sum(one.count for one in sections)
    summary = f"{spell_count(count, 'exception')}"
    late = sections[0].count
    return Digest(
        f"{spell_weekday(ground.today(user))}: what is out of order",
        summary + (f", {late} breached" if late else ""),
        sections,
        examples=examples_for(ground, user),
    )


def _plain(title: str, told: Sequence[str]) -> Section:
    """Make a section of lines that nobody answers by number: each says what to do."""
    return section(title, [Line("", 0, one) for one in told])
