"""What workers do, by topic: how to see that there is work, and how to do it. A wake carries a topic, never data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from inboxcrm.app.erasure.expiry import has_outlived, let_go
from inboxcrm.base.database import Session, database_now
from inboxcrm.base.store import has_pending_event
from inboxcrm.base.work import Office
from inboxcrm.commands.carry_out import decide_expired
from inboxcrm.commands.store import expired_command_mails
from inboxcrm.crm.deals.store import due_to_wake
from inboxcrm.crm.first_contacts.store import late_leads
from inboxcrm.crm.handovers.store import waiting_handovers
from inboxcrm.crm.hold import wake_due
from inboxcrm.crm.importing.store import due_deal_ids
from inboxcrm.crm.importing.waking import wake_due_deals
from inboxcrm.ingest.notices.store import users_with_due_notices
from inboxcrm.ingest.notices.turns import write_due_notices
from inboxcrm.ingest.overdue import tell_of_late_contacts
from inboxcrm.ingest.search.index import has_unindexed, index_messages
from inboxcrm.ingest.staleness import tell_of_staleness
from inboxcrm.ingest.sync.store import accounts_with_news
from inboxcrm.outbox.burst import has_abandoned, settle_abandoned
from inboxcrm.outbox.delivery import send_due_letters
from inboxcrm.outbox.drafts import lay_due_drafts
from inboxcrm.outbox.sequences.store import due_run_ids
from inboxcrm.outbox.store import due_letter_ids, has_expired_claim
from inboxcrm.outbox.webhook import make_due_calls
from inboxcrm.outbox.webhooks.store import due_call_ids
from inboxcrm.reports.handover import make_due_bundles
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.sequences.judging import judge_by
from inboxcrm.rules.sequences.stepping import run_due_steps
from inboxcrm.rules.sweep import due_rules, run_due_rules
from inboxcrm.sales.kinds.invoice import finalise_due_invoices
from inboxcrm.sales.paper import make_due_papers
from inboxcrm.sales.store import due_invoice_ids, unprinted_document_ids
from inboxcrm.workers.reactions import react_to_events


@dataclass(frozen=True, slots=True)
class Topic:
    """One kind of work."""

    do: Callable[[Office, RuleBook], object]
    is_due: Callable[[Session, datetime], bool]


def _has_letter(session: Session, now: datetime, form: str) -> bool:
    return bool(due_letter_ids(session, now, form, 1)) or has_expired_claim(
        session, database_now(session), form
    )


TOPICS: dict[str, Topic] = {
    "events": Topic(react_to_events, lambda session, now: has_pending_event(session)),
    "papers": Topic(
        lambda office, rules: make_due_papers(office), lambda s, now: bool(unprinted_document_ids(s))
    ),
    "handovers": Topic(
        lambda office, rules: make_due_bundles(office), lambda s, now: bool(waiting_handovers(s, 1))
    ),
    "letters": Topic(
        lambda office, rules: send_due_letters(office, judge_by(rules.current())),
        lambda s, now: _has_letter(s, now, "letter"),
    ),
    "drafts": Topic(
        lambda office, rules: lay_due_drafts(office, judge_by(rules.current())),
        lambda s, now: _has_letter(s, now, "draft"),
    ),
    "webhooks": Topic(
        lambda office, rules: make_due_calls(office),
        lambda s, now: bool(due_call_ids(s, now, database_now(s), 1)),
    ),
    "bursts": Topic(lambda office, rules: settle_abandoned(office), lambda s, now: has_abandoned(s, now)),
    "invoices": Topic(
        lambda office, rules: finalise_due_invoices(office), lambda s, now: bool(due_invoice_ids(s, now))
    ),
    "commands": Topic(
        lambda office, rules: decide_expired(office), lambda s, now: bool(expired_command_mails(s, now))
    ),
    "holds": Topic(lambda office, rules: wake_due(office), lambda s, now: bool(due_to_wake(s, now, 1))),
    "index": Topic(lambda office, rules: index_messages(office), lambda session, now: has_unindexed(session)),
    "notices": Topic(
        lambda office, rules: write_due_notices(office), lambda s, now: bool(users_with_due_notices(s, now))
    ),
    "late contacts": Topic(
        lambda office, rules: tell_of_late_contacts(office), lambda s, now: bool(late_leads(s, now, 1))
    ),
    "staleness": Topic(
        lambda office, rules: tell_of_staleness(office), lambda s, now: bool(accounts_with_news(s, now))
    ),
    "retention": Topic(lambda office, rules: let_go(office), lambda s, now: has_outlived(s, now)),
    "dormant": Topic(
        lambda office, rules: wake_due_deals(office), lambda s, now: bool(due_deal_ids(s, now, 1))
    ),
    "sequences": Topic(
        lambda office, rules: run_due_steps(office, rules.current()),
        lambda s, now: bool(due_run_ids(s, now, 1)),
    ),
    # Whether a schedule is due depends on the rules, which the ticker asks itself.
    "schedules": Topic(lambda office, rules: run_due_rules(office, rules.current()), lambda s, now: False),
}


def due_topics(office: Office, rules: RuleBook) -> set[str]:
    """Give the topics that have work now."""
    with office.reading() as session:
        due = {name for name, topic in TOPICS.items() if topic.is_due(session, office.clock.now())}
    return due | ({"schedules"} if due_rules(office, rules.current()) else set())
