"""`explain`: why a rule fired: its occasion, the facts that its condition saw then, what it did, and its cause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from inboxcrm.base.past_events import (
    PastEvent,
    event_by_id,
    events_of_rule,
    first_of_rule,
    history_of_boxes,
    history_of_subjects,
)
from inboxcrm.ingest.store import message_by_id
from inboxcrm.rules import events
from inboxcrm.rules.facts import KIND_OF_SUBJECT, in_words
from inboxcrm.rules.rule import Rule
from inboxcrm.rules.trial.life import Boundary
from inboxcrm.rules.trial.lives import Lives
from inboxcrm.rules.trial.store import Fired

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings

NOT_KNOWN = "(nobody can tell what it was then)"
# What intake tells of a mail, in the transaction in which it makes a lead of it or moves a deal.
_OF_MAIL = ("message.received", "message.sent", "message.filed", "message.released", "mail.proven")
_TOLD = (events.RULE_FIRED, events.RULE_REFUSED)


@dataclass(frozen=True, slots=True)
class Explained:
    """All that is known of a firing; `facts` are in words, `made` what came of it, `causes` up to the beginning."""

    fired: Fired
    rule: Rule | None
    facts: dict[str, Any]
    made: list[str]
    causes: list[str]


def explain_firing(session: Session, settings: Settings, fired: Fired, rules: Sequence[Rule]) -> Explained:
    """Explain one firing by the rules in force; of one whose rule is gone the facts are not told."""
    rule = next((one for one in rules if one.id == fired.rule), None)
    told = _event_of(session, fired)
    first = first_of_rule(session, fired.rule, fired.at, told.id) if told else None
    boundary = Boundary(fired.at, first=first, cause=fired.event_id)
    made = events_of_rule(session, fired.rule, fired.at, first, told.id) if told and first else []
    return Explained(
        fired,
        rule,
        _facts(session, settings, fired, rule, boundary),
        [_event_in_words(one) for one in made if one.kind not in _TOLD],
        list(_causes(session, fired.event_id)),
    )


def _event_of(session: Session, fired: Fired) -> PastEvent | None:
    """Give the event that told of the firing."""
    about = history_of_subjects(session, fired.subject_kind, [fired.subject_id], _TOLD)
    return next(
        (one for one in about if one.at == fired.at and one.payload.get("rule") == fired.rule), None
    )


def _facts(
    session: Session, settings: Settings, fired: Fired, rule: Rule | None, boundary: Boundary
) -> dict[str, Any]:
    kind = KIND_OF_SUBJECT.get(fired.subject_kind)
    if rule is None or kind is None:
        return {}
    loader = Lives(session, kind, {*rule.condition.facts, "currency"}, settings.field)
    life = loader.load([fired.subject_id]).get(fired.subject_id)
    if life is None:
        return dict.fromkeys(sorted(rule.condition.facts), "(the record is there no more)")
    facts, unknown = life.facts_at({*rule.condition.facts, "currency"} & set(loader.pasts), boundary)
    words = in_words(facts, settings.company.zone)
    return {name: NOT_KNOWN if name in unknown else words[name] for name in sorted(rule.condition.facts)}


def _causes(session: Session, event_id: int | None) -> Iterator[str]:
    """Yield the events that led here, the last one first, up to the mail or command with which it began."""
    event = None
    while event_id is not None and (event := event_by_id(session, event_id)) is not None:
        yield _event_in_words(event) + _mail_in_words(session, event)
        event_id = event.cause_id
    if event is not None and event.subject_kind != "message":
        beside = history_of_boxes(session, [event.box_id], _OF_MAIL) if event.box_id else []
        if mail := next((one for one in beside if one.at == event.at), None):
            yield _event_in_words(mail) + _mail_in_words(session, mail)


def _mail_in_words(session: Session, event: PastEvent) -> str:
    mail = message_by_id(session, event.subject_id) if event.subject_kind == "message" else None
    return f", mail of {mail.sender}: {mail.subject}" if mail else ""


def _event_in_words(event: PastEvent) -> str:
    told = event.payload
    words = next((str(told[key]) for key in ("text", "name", "number", "subject") if told.get(key)), "")
    change = f", {told['old']} -> {told['new']}" if "old" in told and "new" in told else ""
    return f"{event.kind} ({event.subject_kind} {event.subject_id}) by {event.actor}" + (
        f": {words[:120]}" if words else ""
    ) + change
