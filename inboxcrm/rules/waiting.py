"""Rules that wait after an event: a row is written in the event's own transaction, and asked when it is due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from inboxcrm.base.business_time import working_time_of
from inboxcrm.base.store import insert_or_ignore
from inboxcrm.base.work import Event, Work
from inboxcrm.rules.moment import Moment, moment_at
from inboxcrm.rules.records import RuleWait
from inboxcrm.rules.rule import Rule


def begin_wait(work: Work, rule: Rule, moment: Moment, event: Event, facts: Mapping[str, object]) -> None:
    """Let a rule wait after an event, by the working time of the record's owner; once, however often it is told."""
    owner = facts.get("owner")
    user = work.settings.user_by_key(owner) if isinstance(owner, str) else None
    due_at = moment_at(moment, working_time_of(work.settings, user), _happened_at(event, facts))
    row = {"rule": rule.id, "event_id": event.id, "due_at": due_at}
    insert_or_ignore(work.session, RuleWait.__table__, [row])


def _happened_at(event: Event, facts: Mapping[str, object]) -> datetime:
    """Give when it happened: a mail that was taken in late came when it came."""
    received_at = facts.get("received_at") if event.kind == "message.received" else None
    return min(received_at, event.at) if isinstance(received_at, datetime) else event.at
