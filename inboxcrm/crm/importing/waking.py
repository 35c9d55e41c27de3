"""A deal of an old system becomes a box: its task is touched, its contact writes, or its day has come (IN-15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.store import insert_events
from inboxcrm.base.work import Office, Work
from inboxcrm.crm import events
from inboxcrm.crm.box import start_box
from inboxcrm.crm.companies.store import organization_by_id
from inboxcrm.crm.importing.store import (
    due_deal_ids,
    lock_sleeping_deal,
    notes_for,
    pending_deals_of,
    source_of,
)
from inboxcrm.crm.opportunity import open_opportunity
from inboxcrm.crm.store import contact_by_id, open_next_action
from inboxcrm.crm.task import next_business_day

if TYPE_CHECKING:
    from inboxcrm.crm.importing.records import DormantDeal
    from inboxcrm.crm.records import Box, Contact, Opportunity

AT_ONCE = 200


def wake_deal(work: Work, deal: DormantDeal, why: str, writer: Contact | None = None) -> Box:
    """Make the box of a deal that sleeps, with its notes; of a won one that of its renewal. `deal` is locked.

    A deal without a person gets whoever wrote.
    """
    contact = contact_by_id(work.session, deal.contact_id) if deal.contact_id else writer
    organization = organization_by_id(work.session, deal.organization_id) if deal.organization_id else None
    if organization is not None and organization.merged_into:
        organization = organization_by_id(work.session, organization.merged_into)
    is_renewal = deal.state == "won"
    name = f"{deal.name} renewal {_year(work, deal)}" if is_renewal else deal.name
    box = start_box(work, kind="opportunity", name=name, contact=contact, organization=organization)
    kind = "renewal" if is_renewal else "new"
    pipeline = work.settings.pipeline_of(kind)
    stage = pipeline.stage_called(deal.stage) if not is_renewal else None
    opportunity = open_opportunity(
        work,
        box,
        name=name,
        owner=_owner(work, deal),
        stage=(stage or pipeline.stage[0]).name,
        kind=kind,
    )
    opportunity.amount_minor, opportunity.currency = deal.amount_minor, deal.currency
    opportunity.close_on = deal.renewal_on if is_renewal else deal.close_on
    _word_next_action(work, opportunity, deal)
    deal.box_id = box.id
    source, key = source_of(work.session, "deal", deal.id)
    about = ("opportunity", opportunity.id)
    work.emit(events.DEAL_WOKEN, about, box_id=box.id, why=why, source=source, key=key, name=name)
    _copy_notes(work, box, deal, source)
    return box


def _year(work: Work, deal: DormantDeal) -> int:
    return (deal.renewal_on or work.now).year


def _owner(work: Work, deal: DormantDeal) -> str:
    is_here = deal.owner and work.settings.user_by_key(deal.owner)
    return deal.owner if deal.owner and is_here else work.settings.manager.key


def _word_next_action(work: Work, opportunity: Opportunity, deal: DormantDeal) -> None:
    """Let the next action say what the old system said; it is due now."""
    task = open_next_action(work.session, opportunity.id)
    if task is None:
        return
    if deal.state == "won":
        task.text = f"See whether they renew: {deal.name}"[:500]
    elif deal.next_action:
        task.text = deal.next_action
    task.due_at = next_business_day(work)


def _copy_notes(work: Work, box: Box, deal: DormantDeal, source: str) -> None:
    """Put the notes on the box at the time at which they were written."""
    work.session.flush()
    rows = []
    for note in notes_for(work.session, deal):
        values = work.event_values(
            events.NOTE_ADDED,
            ("box", box.id),
            box_id=box.id,
            is_quiet=True,
            text=note.text[:20000],
            kind=note.kind,
        )
        actor = f"import:{source}" + (f" {note.author}" if note.author else "")
        rows.append(values | {"at": note.written_at or note.created_at, "actor": actor[:200]})
    insert_events(work.session, rows)


def wake_deals_of(work: Work, contact: Contact, why: str) -> list[Box]:
    """Wake the open deals of a contact; those of his company too that have no contact."""
    return [wake_deal(work, deal, why, contact) for deal in pending_deals_of(work.session, contact)]


def wake_due_deals(office: Office) -> int:
    """Wake the deals whose day has come, one transaction each; give their number."""
    count = 0
    with office.reading() as session:
        due = due_deal_ids(session, office.clock.now(), AT_ONCE)
    for deal_id in due:
        with office.work("deal.wake", actor="ticker") as work:
            deal = lock_sleeping_deal(work.session, deal_id)
            if deal is not None and deal.wake_at and deal.wake_at <= work.now:
                why = "its renewal is due" if deal.state == "won" else "its day has come"
                wake_deal(work, deal, why)
                count += 1
    return count
