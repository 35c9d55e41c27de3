"""The story of a box: events, mails, tasks and documents in one list (MG-8)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from inboxcrm.base.database import Session
from inboxcrm.base.history import FACT_CHANGED
from inboxcrm.base.settings import Settings
from inboxcrm.base.store import events_about, events_of_box
from inboxcrm.crm.answers.store import last_question_of_box
from inboxcrm.crm.meetings.store import meetings_of_box
from inboxcrm.crm.merging.store import merged_boxes
from inboxcrm.crm.merging.told import alternatives_told, company_told
from inboxcrm.crm.projects.store import project_of
from inboxcrm.crm.qualifying.worth import rest_of_lead, worth_of_box
from inboxcrm.crm.store import (
    box_by_id,
    calls_of_box,
    lead_of_box,
    opportunity_of_box,
    tasks_of_box,
)
from inboxcrm.crm.tags.store import tags_of_box
from inboxcrm.ingest.store import messages_of_box
from inboxcrm.outbox.sequences.store import runs_going
from inboxcrm.reports.customer import customer_facts
from inboxcrm.reports.organization import organization_facts
from inboxcrm.sales.store import documents_of_box

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from inboxcrm.base.work import Event
    from inboxcrm.crm.records import Box, PhoneCall

# What the list of mails tells already.
TOLD_BY_MAILS = ("message.received", "message.sent", "message.noise", "command.received", "mail.proven")
UNDONE = "change.undone"
NOTHING: tuple[object, ...] = (None, "", [], {})
LONGEST_VALUE = 400  # characters of a note, say; the whole of it stands in its mail
TOLD_BY_CALLS = ("call.logged", "call.completed")


def box_timeline(session: Session, settings: Settings, box_id: int) -> dict[str, Any]:
    """Give a box with its facts and all its lines, oldest first, times in the company's zone."""
    box = box_by_id(session, box_id)
    parts = (box.id, *merged_boxes(session, box.id))
    told = [event for part in parts for event in events_of_box(session, part)]
    told += _of_its_people(session, box)
    undone = {number for event in told if event.kind == UNDONE for number in event.payload.get("events", [])}
    lines = [
        (event.at, event.actor, _told(event, is_undone=event.id in undone))
        for event in told
        if event.kind not in TOLD_BY_MAILS + TOLD_BY_CALLS
    ]
    lines += [
        (m.received_at, m.sender, f"mail ({m.kind}) {m.subject!r}: {m.match_how}")
        for m in messages_of_box(session, box.id)
    ]
    lines += [
        (one.started_at, one.user or "telephone", _call_text(one)) for one in calls_of_box(session, box.id)
    ]
    zone = settings.company.zone
    return {
        "id": box.id,
        "name": box.name,
        "kind": box.kind,
        "facts": [
            *_owed(box, zone),
            *_facts(session, box.id, zone),
            *organization_facts(session, box),
            *_project(session, box.id, zone),
            *_tags(session, box.id),
            *_sequences(session, parts, zone),
            *customer_facts(session, settings, box),
            *alternatives_told(session, box),
            *company_told(session, box),
        ],
        "lines": [
            {"at": f"{at.astimezone(zone):%Y-%m-%d %H:%M}", "actor": actor, "text": text}
            for at, actor, text in sorted(lines, key=_moment)
        ],
    }


def _of_its_people(session: Session, box: Box) -> list[Event]:
    """Give the changes of a box's contact and organization, which are on no box."""
    people = (("contact", box.contact_id), ("organization", box.organization_id))
    return [
        event
        for kind, number in people
        if number is not None
        for event in events_about(session, kind, number)
        if event.kind == FACT_CHANGED and event.box_id is None
    ]


def _told(event: Event, *, is_undone: bool) -> str:
    text = _event_text(event.kind, event.payload)
    if event.kind == FACT_CHANGED:
        text = _change_text(event.subject_kind, event.payload)
    elif event.kind == UNDONE:
        text = f"undone: {event.payload.get('line', '')}"
    return f"{text} (undone)" if is_undone else text


def _change_text(subject: str, payload: dict[str, Any]) -> str:
    """Say what a fact was and is, and because of what."""
    old, new = (
        _spelled(payload.get(name)) if payload.get(name) not in NOTHING else "–" for name in ("old", "new")
    )
    why = f" ({payload['why']})" if payload.get("why") else ""
    return f"{subject} {str(payload['field']).replace('_', ' ')}: {old} → {new}{why}"


def _moment(line: tuple[datetime, str, str]) -> datetime:
    return line[0]


def _owed(box: Box, zone: ZoneInfo) -> list[str]:
    """Say since when the customer waits for us; mere thanks wait for nobody (IN-13)."""
    asked_at, wrote_at = box.last_inbound_at, box.last_outbound_at
    if not box.is_open or asked_at is None or (wrote_at is not None and wrote_at >= asked_at):
        return []
    return [f"the customer wrote last, {asked_at.astimezone(zone):%Y-%m-%d %H:%M}"]


def _facts(session: Session, box_id: int, zone: ZoneInfo) -> list[str]:
    facts = []
    if lead := lead_of_box(session, box_id):
        rest = rest_of_lead(session, box_id, zone)
        facts.append(f"lead: {lead.state}{rest}, owner {lead.owner or 'nobody yet'}")
        facts += worth_of_box(session, box_id, zone)
    if deal := opportunity_of_box(session, box_id):
        asleep = f", asleep until {deal.wake_on}" if deal.wake_on else ""
        stands = deal.stage if deal.stage == deal.state else f"{deal.stage}, {deal.state}"
        facts.append(f"opportunity: {stands}, owner {deal.owner}{asleep}")
    for document in documents_of_box(session, box_id):
        kept = f", blocked until {document.blocked_until}" if document.blocked_until else ""
        facts.append(f"{document.kind} {document.number or '(provisional)'}: {document.state}{kept}")
    for meeting in meetings_of_box(session, box_id):
        at = f"{meeting.starts_at:%Y-%m-%d %H:%M} UTC" if meeting.starts_at else "no time yet"
        facts.append(f"meeting {meeting.state}, {at}: {meeting.summary}")
    if asked := last_question_of_box(session, box_id):
        whom = f" ({asked.colleague})" if asked.colleague and asked.rung == "colleague" else ""
        facts.append(f"technical question: {asked.rung}{whom}{', answered' if asked.answered_at else ''}")
    for task in tasks_of_box(session, box_id):
        if task.state == "open":
            facts.append(f"to do ({task.owner}, due {task.due_at:%Y-%m-%d}): {task.text}")
    return facts


def _project(session: Session, box_id: int, zone: ZoneInfo) -> list[str]:
    """Say that the deal of a box has started a project (OP-16)."""
    deal = opportunity_of_box(session, box_id)
    project = project_of(session, deal.id) if deal else None
    return [f"project: {project.state} {project.created_at.astimezone(zone):%Y-%m-%d}"] if project else []


def _tags(session: Session, box_id: int) -> list[str]:
    names = tags_of_box(session, box_id)
    return [f"tags: {', '.join(names)}"] if names else []


def _sequences(session: Session, boxes: tuple[int, ...], zone: ZoneInfo) -> list[str]:
    """Name the sequences that run over a box, and say when they go on (EM-8)."""
    return [
        f"sequence {run.rule}: {run.state}, step {run.step + 1} due {run.due_at.astimezone(zone):%Y-%m-%d %H:%M}"
        + (f" ({run.reason})" if run.reason else "")
        for run in runs_going(session, boxes)
    ]


def _call_text(call: PhoneCall) -> str:
    way = "they called" if call.direction == "in" else "we called"
    length = "" if call.seconds is None else f"{call.seconds // 60} min {call.seconds % 60} s"
    told = ", ".join(word for word in (way, call.phone, length) if word)
    return f"call: {told}" + (f": {call.text}" if call.text else "")


def _event_text(kind: str, payload: dict[str, Any]) -> str:
    values = {name: value for name, value in payload.items() if value not in NOTHING}
    if "old" in values and "new" in values:
        change = f"{_spelled(values.pop('old'))} → {_spelled(values.pop('new'))}"
        values = {"": change, **values}
    told = ", ".join(f"{name} {_spelled(value)}".strip() for name, value in values.items())
    return f"{kind}: {told}" if told else kind


def _spelled(value: object) -> str:
    """Give a value as people write it: lists and names with values without brackets and quotes."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_spelled(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_spelled, value))
    return ("no", "yes")[value] if isinstance(value, bool) else _on_one_line(str(value))


def _on_one_line(text: str) -> str:
    line = " ".join(text[: 2 * LONGEST_VALUE].split())
    return line if len(line) <= LONGEST_VALUE else f"{line[:LONGEST_VALUE]}…"
