"""What happens because of an event: a literal table, each event's reactions in one transaction with its mark.

An event whose reaction fails is tried three times and then set aside as failed, shown to a person; the rest go on.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from inboxcrm.app.erasure.private import erase_private
from inboxcrm.base.store import lock_pending_event, mark_events_done, pending_events
from inboxcrm.base.work import Event, Office, Work
from inboxcrm.commands.acceptance import read_answer
from inboxcrm.commands.carry_out import receive_command
from inboxcrm.commands.counter_question import note_counter_question
from inboxcrm.commands.lost_routing import tell_of_loss
from inboxcrm.commands.stale import close_stale_questions
from inboxcrm.commands.unread import tell_unread
from inboxcrm.crm.answer_due import watch_answer
from inboxcrm.crm.enough_people import look_for_people
from inboxcrm.crm.organization_box import link_deals
from inboxcrm.ingest.duplicates import check_new_lead
from inboxcrm.ingest.scoring.rescore import score_of_event
from inboxcrm.outbox.folder_letter import tell_of_missing_folder, tell_of_paused_folder
from inboxcrm.outbox.sign_in_letter import tell_of_sign_in
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.firing import fire_event_rules
from inboxcrm.rules.sequences.noticing import HEARD, look_at_runs
from inboxcrm.sales.kick_off import kick_off

log = structlog.get_logger()
MOST_ATTEMPTS = 3
MOST_EVENTS = 1000

REACTIONS: tuple[tuple[str, Callable[[Work, Event], None]], ...] = (
    ("command.received", receive_command),
    ("forward.received", receive_command),
    ("mail.proven", receive_command),
    ("mail.proven", read_answer),
    ("message.received", read_answer),
    ("message.received", note_counter_question),
    ("message.received", watch_answer),
    ("opportunity.lost", tell_of_loss),
    ("message.sent", tell_unread),
    ("lead.created", check_new_lead),
    ("lead.created", score_of_event),
    ("message.received", score_of_event),
    ("meeting.planned", score_of_event),
    ("meeting.cancelled", score_of_event),
    ("quote.issued", close_stale_questions),
    ("document.accepted", close_stale_questions),
    ("opportunity.created", link_deals),
    ("opportunity.woken", link_deals),
    ("organization.changed", link_deals),
    ("opportunity.created", look_for_people),
    ("opportunity.changed", look_for_people),
    ("opportunity.woken", look_for_people),
    ("quote.issued", look_for_people),
    ("message.received", look_for_people),
    ("message.sent", look_for_people),
    ("opportunity.won", look_for_people),
    ("opportunity.won", kick_off),
    ("mail.made_private", erase_private),
    ("account.needs_auth", tell_of_sign_in),
    ("folder.missing", tell_of_missing_folder),
    ("folder.paused", tell_of_paused_folder),
)


def react_to_events(office: Office, rules: RuleBook) -> int:
    """React to what has happened, oldest first, until nothing is left; give the number of events."""
    done = 0
    while done < MOST_EVENTS:
        with office.reading() as session:
            pending = pending_events(session, 50)
        if not pending:
            break
        heard = {kind for kind, _ in REACTIONS} | HEARD | {rule.listens_to for rule in rules.current()}
        if unheard := [event_id for event_id, kind in pending if kind not in heard]:
            with office.work("event.unheard", actor="system") as work:
                mark_events_done(work.session, unheard)
        for event_id, kind in pending:
            if kind in heard:
                _react_to_one(office, rules, event_id)
        done += len(pending)
    return done


def _react_to_one(office: Office, rules: RuleBook, event_id: int) -> None:
    try:
        with office.work("event", actor="system") as work:
            event = lock_pending_event(work.session, event_id)
            if event is None:
                return  # another worker was faster
            work.cause, work.depth = event, event.depth
            for kind, reaction in REACTIONS:
                if kind == event.kind:
                    reaction(work, event)
            look_at_runs(work, event, rules.current())
            fire_event_rules(work, event, rules.current())
            event.state = "done"
    except Exception as error:
        log.exception("event_not_handled", event_id=event_id)
        _note_failure(office, event_id, error)


def _note_failure(office: Office, event_id: int, error: Exception) -> None:
    with office.work("event.failure", actor="system") as work:
        event = lock_pending_event(work.session, event_id)
        if event is None:
            return
        event.attempts += 1
        event.error = f"{type(error).__name__}: {error}"[:2000]
        if event.attempts >= MOST_ATTEMPTS:
            event.state = "failed"
