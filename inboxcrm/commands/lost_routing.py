"""What is mailed when a deal is lost: product feedback for the price, intelligence for a competitor (OP-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.settings_pipeline import people_named
from inboxcrm.base.work import Event, Work
from inboxcrm.crm.stages import pipeline_of
from inboxcrm.crm.store import opportunity_by_id
from inboxcrm.ingest.quoting import notice_subject
from inboxcrm.ingest.telling import Notice, tell_user, told_facts
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, write_letter

if TYPE_CHECKING:
    from inboxcrm.crm.records import Opportunity

TOLD = {"product feedback": "feedback_to", "competitive intelligence": "intelligence_to"}
WHY = "Whoever makes the product, or watches the others, learns from what is lost."


def tell_of_loss(work: Work, event: Event) -> None:
    """Mail what is known of a lost deal to those whom its pipeline names for the reason, once for each loss."""
    opportunity = opportunity_by_id(work.session, event.subject_id)
    pipeline = pipeline_of(work, opportunity)
    reason = next((one for one in pipeline.reason if one.name == event.payload.get("reason")), None)
    key = TOLD.get(reason.then) if reason else None
    if reason is None or key is None:
        return
    to = str(getattr(pipeline, key))
    notice = _notice(event, opportunity, reason.then, reason.name)
    users = people_named(work.settings, to)
    for user in users:
        tell_user(work, user, opportunity.box, None, notice)
    if not users:
        _tell_address(work, to.strip().lower(), opportunity, notice)


def _notice(event: Event, opportunity: Opportunity, what: str, reason: str) -> Notice:
    words = str(event.payload.get("why") or "")
    said = f": {words}" if words else ""
    text = f"{opportunity.name} was lost at stage {event.payload.get('old')} ({reason}){said}"
    headline = f"{what.capitalize()}: lost"
    return Notice(f"lost:{event.id}", headline, text, WHY, "row OP-11")


def _tell_address(work: Work, address: str, opportunity: Opportunity, notice: Notice) -> None:
    """Write to an address of the company that is nobody's own; nobody can answer it with commands."""
    box = opportunity.box
    facts = told_facts(work, work.settings.manager, box, None, notice) | {"name": address.partition("@")[0]}
    write_letter(
        work,
        Plan(
            kind="notice",
            dedupe=f"{notice.occasion}:{address}",
            account=work.settings.house_account.address,
            to=[Address("", address)],
            subject=notice_subject(notice.headline, box.name),
            facts=facts,
            box_id=box.id,
        ),
    )
