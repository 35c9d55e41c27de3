"""The rep's evening: what happened today on what is his, and what tomorrow brings (MG-1)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from inboxcrm.base.own_time import zone_of
from inboxcrm.base.spelled import spell_weekday
from inboxcrm.reports.digests.happenings import DONE, ORDER, TOLD, UNTOLD_BESIDE
from inboxcrm.reports.digests.pressing import examples_for, section
from inboxcrm.reports.digests.shape import Digest, Line
from inboxcrm.reports.digests.wording import box_line, task_line, who
from inboxcrm.reports.trouble import spell_count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inboxcrm.base.settings import User
    from inboxcrm.reports.digests.ground import Ground

MOST_HAPPENED, MOST_TOMORROW = 25, 30


def evening(ground: Ground, user: User) -> Digest:
    """Give what happened on a rep's leads and deals today, and his tasks until the end of his next working day."""
    today, tomorrow = ground.today(user), ground.tomorrow(user)
    zone, own = zone_of(ground.settings, user), ground.own(user)
    rows = [
        row
        for row in ground.of(ground.happened, own)
        if row.box_owner in own and row.at.astimezone(zone).date() == today
    ]
    happened = [row for row in rows if row.kind in TOLD]
    happened.sort(key=lambda row: (ORDER[row.kind], row.at))
    until = ground.end_of(tomorrow, user)
    tasks = [row for key in sorted(own) for row in ground.tasks.get(key, ()) if row.due_at < until]
    tasks.sort(key=lambda row: (-ground.value(row), row.due_at, row.id))
    counted, lines = _counted(rows), _lines(happened)
    return Digest(
        f"{spell_weekday(today)}, evening",
        _summary(counted, len(lines), len(tasks)),
        (
            section("What happened today", lines, counted, MOST_HAPPENED),
            section(
                f"Tomorrow, {spell_weekday(tomorrow)}"
                if (tomorrow - today).days == 1
                else spell_weekday(tomorrow),
                [task_line(ground, user, row) for row in tasks],
                most=MOST_TOMORROW,
            ),
        ),
        examples=examples_for(ground, user)[:1],
    )


def _lines(rows: list[Any]) -> list[Line]:
    """Give a line for each box with all that happened on it, the most telling first."""
    told: dict[int, dict[str, str]] = {}
    first: dict[int, Any] = {}
    for row in rows:
        first.setdefault(row.box_id, row)
        told.setdefault(row.box_id, {})[row.kind] = TOLD[row.kind](row.payload)  # of several stages the last
    return [box_line(row, f"{who(row)}: {', '.join(_told(told[number]))}") for number, row in first.items()]


def _told(words: dict[str, str]) -> Iterable[str]:
    return (said for kind, said in words.items() if not UNTOLD_BESIDE.get(kind, set()) & words.keys())


def _counted(rows: list[Any]) -> str:
    """Say how many mails came and went, and how many tasks were finished."""
    counts = Counter(row.kind for row in rows)
    found = [
        f"{spell_count(counts['message.received'], 'mail')} of customers"
        if counts["message.received"]
        else "",
        f"{spell_count(counts['message.sent'], 'answer')} written" if counts["message.sent"] else "",
        f"{spell_count(counts[DONE], 'task')} finished" if counts[DONE] else "",
    ]
    return ", ".join(one for one in found if one)


def _summary(counted: str, happened: int, tasks: int) -> str:
    news = "news of one lead or deal" if happened == 1 else f"news of {happened} leads and deals"
    today = counted or (news if happened else "")
    ahead = f"{spell_count(tasks, 'thing')} to do tomorrow" if tasks else ""
    return ", ".join(one for one in (today, ahead) if one)
