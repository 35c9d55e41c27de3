"""The manager's day: what asks for his word, what was missed, then everybody's tasks by person and rule (MG-2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxcrm.base.spelled import spell_weekday
from inboxcrm.crm.access import MANAGERS
from inboxcrm.reports.digests.pressing import breached, escalated, examples_for, section, stagnant, unfiled
from inboxcrm.reports.digests.shape import BURST, Digest, Line, Section
from inboxcrm.reports.digests.wording import rule_of, spell_due, task_line
from inboxcrm.reports.trouble import spell_count

if TYPE_CHECKING:
    from inboxcrm.base.settings import User
    from inboxcrm.reports.digests.ground import Ground

MOST_OF_ONE = 20  # tasks of one person


def daily(ground: Ground, user: User) -> Digest:
    """Give what a manager has to know and to decide today."""
    rows = tasks_led(ground, user)
    own = ground.own(user)
    asked = [row for row in rows if row.question and row.owner in own and row.kind != "filing"]
    rest = [row for row in rows if not (row.question and row.owner in own) and row.kind != "filing"]
    held = _held(ground, user)
    word = section("Waiting for your word", [*held, *(task_line(ground, user, row) for row in asked)])
    pressing = (
        breached(ground, user),
        escalated(ground, user),
        stagnant(ground, user),
        unfiled(ground, user),
    )
    overdue = sum(row.due_at < ground.now for row in (*asked, *rest))
    missed = pressing[0].count
    summary = f"{spell_count(len(held) + len(asked) + len(rest), 'thing')} to do"
    summary += f", {overdue} overdue" if overdue else ""
    return Digest(
        spell_weekday(ground.today(user)),
        summary + (f", {missed} breached" if missed else ""),
        (word, *pressing, *_by_person(ground, user, rest)),
        alerts=ground.trouble.words(ground.sight(user)),
        examples=examples_for(ground, user),
    )


def _held(ground: Ground, user: User) -> list[Line]:
    """Give the letters that the brake holds, for whoever decides about them."""
    if user.role not in MANAGERS:
        return []
    return [
        Line(
            BURST,
            burst.id,
            f"The rule {burst.rule} would write to {burst.count} addresses outside at once",
            f"Held since {spell_due(ground, user, burst.last_at)}",
            is_question=True,
        )
        for burst in ground.bursts
    ]


def tasks_led(ground: Ground, user: User) -> list[Any]:
    """Give the tasks due today of all whom a manager leads, on boxes that he may see; the earliest due first."""
    until, sees, own = ground.end_of(ground.today(user), user), ground.sight(user), ground.own(user)
    led = ground.led(user)
    owners = ground.tasks.keys() if led is None else [key for key in ground.tasks if key in led]
    rows = [row for owner in owners for row in ground.tasks[owner] if row.due_at < until]
    seen = [row for row in rows if row.owner in own or sees(row)]
    return sorted(seen, key=lambda row: (row.due_at, row.id))


def _by_person(ground: Ground, user: User, rows: list[Any]) -> list[Section]:
    """Put each person's tasks together, by rule; whoever has the earliest due comes first."""
    people: dict[str, list[Any]] = {}
    for row in rows:
        people.setdefault(row.owner, []).append(row)
    found = []
    for owner, of_his in people.items():
        rules = list(dict.fromkeys(rule_of(row) for row in of_his))
        of_his.sort(key=lambda row: rules.index(rule_of(row)))
        lines = [task_line(ground, user, row) for row in of_his]
        overdue = sum(line.is_late for line in lines)
        note = spell_count(len(lines), "thing") + (f", {overdue} overdue" if overdue else "")
        found.append(section(ground.person(owner), lines, note, MOST_OF_ONE))
    return found
