"""Bigger deals need a second person at the customer, the biggest a third: a task says so until there is one (OP-12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.money import Money
from inboxcrm.base.work import Event, Work
from inboxcrm.crm.roles.store import contacts_with_role_on
from inboxcrm.crm.store import (
    WITH_DEAL,
    box_by_id,
    contact_by_id,
    contacts_of_box,
    opportunity_of_box,
    task_by_occasion,
)
from inboxcrm.crm.task import add_task, finish_task, next_business_day

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings
    from inboxcrm.crm.records import Box, Opportunity

WORDS = {2: "a second", 3: "a third"}


def people_needed(settings: Settings, deal: Opportunity) -> int:
    """Give how many people at the customer a deal needs; an amount in a foreign currency counts not."""
    if deal.amount_minor is None or deal.currency != settings.company.currency:
        return 1
    amount = Money(deal.amount_minor, deal.currency).amount
    limits = (settings.people.second_contact_from, settings.people.third_contact_from)
    return 1 + sum(amount >= limit for limit in limits)


def look_for_people(work: Work, event: Event) -> None:
    """React to what may change the amount of a deal, or its people."""
    if event.box_id is not None:
        check_people(work, box_by_id(work.session, event.box_id))


def check_people(work: Work, box: Box) -> None:
    """Give the owner of a deal a task for each person that is missing, once; close those that are fulfilled."""
    deal = opportunity_of_box(work.session, box.id) if box.kind in WITH_DEAL else None
    if deal is None or deal.amount_minor is None:
        return
    needed = people_needed(work.settings, deal)
    occasions = {count: f"people:{deal.id}:{count}" for count in WORDS}
    tasks = {count: task_by_occasion(work.session, key) for count, key in occasions.items()}
    if needed == 1 and not any(tasks.values()):
        return
    people = {*contacts_of_box(work.session, box.id), *contacts_with_role_on(work.session, box.id)}
    for count, task in tasks.items():
        is_missing = deal.is_open and not box.is_asleep and len(people) < count <= needed
        if task is None and is_missing and count == len(people) + 1:
            _ask(work, deal, count, sorted(people), occasions[count])
        elif task is not None and task.state == "open" and not is_missing:
            finish_task(work, task)


def _ask(work: Work, deal: Opportunity, count: int, people: list[int], occasion: str) -> None:
    amount = Money(deal.amount_minor or 0, deal.currency)
    known = ", ".join(contact_by_id(work.session, one).name for one in people) or "nobody"
    add_task(
        work,
        deal.box,
        "errand",
        f"Find {WORDS[count]} person at the customer: {amount} rests on {known}",
        owner=deal.owner,
        due_at=next_business_day(work),
        why="A bigger deal does not rest on one person alone; who writes on it, or gets a role, counts (OP-12).",
        occasion=occasion,
    )
