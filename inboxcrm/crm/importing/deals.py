"""Deals of a batch: they sleep, and the moment at which each wakes by itself is noted (IN-15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from inboxcrm.base.months import months_later
from inboxcrm.base.store import draw_id, insert_rows
from inboxcrm.base.work import Work
from inboxcrm.crm.importing.batch import Batch
from inboxcrm.crm.importing.companies import learn_companies
from inboxcrm.crm.importing.records import DormantDeal
from inboxcrm.crm.importing.rows import Entry
from inboxcrm.crm.importing.store import change_rows, sleeping_deals
from inboxcrm.crm.store import contact_ids

COLUMNS = ("owner", "started_on", "close_on", "closed_on", "renewal_on", "due_on")


def wake_at_of(work: Work, deal: dict[str, Any]) -> datetime | None:
    """Give when a deal wakes by itself, at 8:00 of the company's clock; None: a mail or a word must wake it.

    A pending one on the day of its next action or expected close, if that is not over; a won one some weeks before its
    term ends, or some months after the import where no day to come is known.
    """
    zone = work.settings.company.zone
    today = work.now.astimezone(zone).date()
    if deal["state"] == "lost":
        return None
    if deal["state"] == "pending":
        days = [day for day in (deal["due_on"], deal["close_on"]) if day and day >= today]
        wake_on = next(iter(days), None)
    else:
        wake_on = _renewal_due(work, deal, today)
    return datetime.combine(wake_on, time(8), zone).astimezone(UTC) if wake_on else None


def _renewal_due(work: Work, deal: dict[str, Any], today: date) -> date:
    imports = work.settings.imports
    ends_on: date | None = deal["renewal_on"]
    if ends_on is None and deal["closed_on"]:
        ends_on = months_later(deal["closed_on"], work.settings.sales.renewal_term_months)
    if ends_on and ends_on >= today:
        return max(today, ends_on - timedelta(days=imports.renewal_before_days))
    return months_later(today, imports.completed_months)


def write_deals(batch: Batch) -> None:
    """Take the rows of a batch in as deals that sleep."""
    entries = batch.new_entries()
    companies_linked, people_linked = batch.linked(entries, "company"), batch.linked(entries, "contact")
    people = contact_ids(
        batch.work.session, {a for one in entries if (a := one.values.get("contact_address"))}
    )
    names = (one.values.get("company", "") for one in entries)
    companies = learn_companies(batch.work, (), names)
    rows = []
    for entry in entries:
        if not (
            batch.is_whole(entry, "company", companies_linked)
            and batch.is_whole(entry, "contact", people_linked)
            and is_reachable(batch, entry, people)
        ):
            continue
        values, name = entry.values, entry.values.get("company", "")
        organization_id = companies_linked.get(values.get("company_key", ""))
        if organization_id is None and name:
            organization_id = (companies.find(name, "") or companies.make(name, ""))["id"]
        contact_id = people_linked.get(values.get("contact_key", "")) or people.get(
            values.get("contact_address", "")
        )
        rows.append(_row(batch.work, entry, contact_id, organization_id))
        batch.keep(entry, "created", rows[-1]["id"])
    companies.write()
    insert_rows(batch.work.session, DormantDeal.__table__, rows)


def is_reachable(batch: Batch, entry: Entry, people: dict[str, int]) -> bool:
    """Tell whether the address that a row names is somebody's; else it is left out, and told."""
    address = entry.values.get("contact_address")
    if address and address not in people:
        right = "the address of somebody who is known; take in the file of the people first"
        batch.skip(entry, "contact_address", address, right)
        return False
    return True


def _row(work: Work, entry: Entry, contact_id: int | None, organization_id: int | None) -> dict[str, Any]:
    values = entry.values
    row = {name: values.get(name) for name in COLUMNS} | {
        "id": draw_id(work.session, DormantDeal.__table__),
        "name": values["name"],
        "contact_id": contact_id,
        "organization_id": organization_id,
        "stage": values.get("stage") or _first_stage(work),
        "state": values["state"],
        "amount_minor": values["amount_minor"],
        "currency": values["currency"],
        "next_action": values.get("next_action", ""),
        "created_at": work.now,
    }
    return row | {"wake_at": wake_at_of(work, row)}


def _first_stage(work: Work) -> str:
    """Give where a deal begins of which no stage is told."""
    pipeline = work.settings.pipeline_of("new")
    return (pipeline.stage_by("qualification") or pipeline.stage[0]).name


def note_next_actions(work: Work, actions: Sequence[tuple[int, str, date]]) -> None:
    """Give sleeping deals their open activity (deal, its words, when it is due) as next action: the earliest counts."""
    if not actions:
        return
    deals = sleeping_deals(work.session, {one[0] for one in actions})
    changed = dict[int, dict[str, Any]]()
    for deal_id, text, due_on in sorted(actions, key=lambda one: one[2], reverse=True):
        deal = deals.get(deal_id)
        if deal is not None and (deal.due_on is None or due_on <= deal.due_on):
            changed[deal_id] = {
                "id": deal_id,
                "next_action": text.partition("\n")[0][:500],
                "due_on": due_on,
                "wake_at": wake_at_of(
                    work, {"state": deal.state, "due_on": due_on, "close_on": deal.close_on}
                )
                if deal.state == "pending"
                else deal.wake_at,
            }
    change_rows(work.session, DormantDeal, list(changed.values()))
