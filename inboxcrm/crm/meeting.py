"""Meetings: planned, moved, answered and cancelled by the invitations in mails (IN-14, I20; RFC 5546)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.meetings.store import meeting_by_uid
from inboxcrm.crm.opportunity import advance_stage
from inboxcrm.crm.records import Meeting
from inboxcrm.crm.store import box_by_id, opportunity_of_box


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a mail says of a meeting; times are UTC, whole days begin at midnight UTC.

    `written_at` decides between two words of one SEQUENCE: the later one counts, and a cancellation before all.
    """

    uid: str
    recurrence: str
    organizer: str
    sequence: int
    written_at: datetime
    is_cancelled: bool
    starts_at: datetime | None
    ends_at: datetime | None
    is_all_day: bool
    summary: str
    location: str
    attendees: Sequence[tuple[str, str]]  # address and answer


def plan_meeting(work: Work, invitation: Invitation, box_id: int | None) -> Meeting:
    """Make or change the meeting of an invitation; an older word than the last changes nothing, in any order."""
    meeting = meeting_by_uid(work.session, invitation.uid, invitation.organizer, invitation.recurrence)
    is_new = meeting is None
    if meeting is None:
        meeting = Meeting(
            uid=invitation.uid, organizer=invitation.organizer, recurrence=invitation.recurrence, attendees={}
        )
        work.session.add(meeting)
    elif _rank(invitation.sequence, invitation.written_at, invitation.is_cancelled) <= _rank(
        meeting.sequence, meeting.written_at, meeting.state == "cancelled"
    ):
        meeting.box_id = meeting.box_id or box_id
        return meeting
    old_start = None if is_new else meeting.starts_at
    _change(meeting, invitation, box_id)
    work.session.flush()
    kind = events.MEETING_CANCELLED if invitation.is_cancelled else events.MEETING_PLANNED
    work.emit(
        kind,
        ("meeting", meeting.id),
        box_id=meeting.box_id,
        summary=meeting.summary,
        starts=meeting.starts_at.isoformat() if meeting.starts_at else None,
        was=old_start.isoformat() if old_start and old_start != meeting.starts_at else None,
    )
    return meeting


def _rank(sequence: int, written_at: datetime, is_cancelled: bool) -> tuple[int, bool, datetime]:
    return sequence, is_cancelled, written_at


def _change(meeting: Meeting, invitation: Invitation, box_id: int | None) -> None:
    """Take an invitation's word; a cancellation often says no more than that."""
    meeting.sequence, meeting.written_at = invitation.sequence, invitation.written_at
    meeting.state = "cancelled" if invitation.is_cancelled else "planned"
    meeting.box_id = meeting.box_id or box_id
    meeting.starts_at = invitation.starts_at or meeting.starts_at
    meeting.ends_at = invitation.ends_at or meeting.ends_at
    meeting.is_all_day = invitation.is_all_day
    meeting.summary = invitation.summary or meeting.summary or ""
    meeting.location = invitation.location or meeting.location or ""
    meeting.attendees = {**meeting.attendees, **dict(invitation.attendees)}


def answer_meeting(work: Work, uid: str, recurrence: str, organizer: str, attendee: str, answer: str) -> bool:
    """Note one attendee's own answer to a meeting; False if there is no such meeting or he was not asked."""
    meeting = meeting_by_uid(work.session, uid, organizer, recurrence)
    if meeting is None or attendee not in meeting.attendees or meeting.attendees[attendee] == answer:
        return False
    meeting.attendees = {**meeting.attendees, attendee: answer}
    work.emit(
        events.MEETING_ANSWERED,
        ("meeting", meeting.id),
        box_id=meeting.box_id,
        attendee=attendee,
        answer=answer,
        summary=meeting.summary,
    )
    if answer == "ACCEPTED" and meeting.box_id and not work.settings.is_inside(attendee):
        _advance_deal(work, meeting.box_id)
    return True


def _advance_deal(work: Work, box_id: int) -> None:
    """Take a deal as qualified whose customer comes to a call (OP-2)."""
    opportunity = opportunity_of_box(work.session, box_by_id(work.session, box_id).id)
    if opportunity is not None:
        advance_stage(work, opportunity, "discovery call")


def in_utc(value: datetime | date | None) -> datetime | None:
    """Give a time of a calendar as a moment; a whole day begins at midnight UTC."""
    if value is None or isinstance(value, datetime):
        return value
    return datetime.combine(value, time(0), UTC)


def days_covered(starts: date, ends: date | None) -> tuple[date, date]:
    """Give the first day of an all-day entry and the day after its last."""
    return starts, ends if ends and ends > starts else starts + timedelta(days=1)
