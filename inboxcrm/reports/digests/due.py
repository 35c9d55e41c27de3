"""What is due, by person: the digest of a rule that names no kind (MG-2)."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from inboxcrm.crm.briefing.store import places_of
from inboxcrm.reports.digest import digest_of_tasks
from inboxcrm.reports.digests.shape import Digest, Line, Section, in_quotes
from inboxcrm.reports.digests.wording import told_of

if TYPE_CHECKING:
    from inboxcrm.base.settings import User
    from inboxcrm.reports.digests.ground import Ground


def due(ground: Ground, user: User) -> Digest:
    """Give everybody's due tasks, as far as a user may see them."""
    facts, tasks = digest_of_tasks(ground.work, user)
    places = places_of(ground.session, {line["box_id"] for line in facts["lines"]})
    lines = [
        (line["person"], _line(line, number, places))
        for line, number in zip(facts["lines"], tasks, strict=True)
    ]
    sections = [
        Section(person, [line for _, line in of_his]) for person, of_his in groupby(lines, lambda one: one[0])
    ]
    return Digest(facts["day"], facts["summary"], sections, alerts=facts["exceptions"])


def _line(line: dict[str, Any], number: int, places: dict[int, Any]) -> Line:
    row = places.get(line["box_id"])
    return Line(
        "task",
        number,
        line["text"],
        label=("Overdue, was due " if line["is_overdue"] else "Due ") + line["due"],
        detail=in_quotes(line["box"]),
        is_late=line["is_overdue"],
        is_question=line["is_question"],
        why=line["why"],
        rule=line["rule"],
        told=told_of(row, line["owner"], "open") if row else {},
    )
