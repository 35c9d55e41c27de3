"""What is due, by person: the digest of a rule that names no kind (MG-2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxcrm.base.spelled import spell_weekday
from inboxcrm.reports.digests.pressing import section
from inboxcrm.reports.digests.shape import LONGEST, Digest
from inboxcrm.reports.digests.wording import task_line
from inboxcrm.reports.trouble import spell_count

if TYPE_CHECKING:
    from inboxcrm.base.settings import User
    from inboxcrm.reports.digests.ground import Ground


def due(ground: Ground, user: User) -> Digest:
    """Give everybody's due tasks, as far as a user may see them; whoever has the earliest comes first."""
    until = ground.end_of(ground.today(user), user)
    rows = [row for row in ground.tasks_seen(user) if row.due_at < until]
    overdue = sum(row.due_at < ground.now for row in rows)
    people: dict[str, list[Any]] = {}
    for row in rows:
        people.setdefault(row.owner, []).append(row)
    return Digest(
        spell_weekday(ground.today(user)),
        f"{spell_count(len(rows), 'thing')} to do{f', {overdue} overdue' if overdue else ''}",
        [
            section(ground.person(key), [task_line(ground, user, row) for row in of_his], most=LONGEST)
            for key, of_his in people.items()
        ],
        alerts=ground.trouble.words(ground.sight(user)),
    )
