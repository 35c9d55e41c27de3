"""First contacts that are late: the rep is told at once, whoever leads him two hours of working time later (LD-6).

The ticker looks; each lead is told of once a step. The clock runs from when the lead came, so that no snooze and no
change of owner moves it, and ends with the first human answer.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from inboxcrm.base.own_time import after_working_time, zone_of
from inboxcrm.base.settings import User
from inboxcrm.base.spelled import spell_moment
from inboxcrm.base.teams import leader_of
from inboxcrm.base.work import Office, Work
from inboxcrm.crm import events
from inboxcrm.crm.absence import stand_in
from inboxcrm.crm.first_contacts.store import late_leads, lock_clock
from inboxcrm.ingest.telling import Notice, owner_of, tell_user

if TYPE_CHECKING:
    from inboxcrm.crm.first_contacts.records import FirstContact
    from inboxcrm.crm.records import Lead

ACTOR = "system"
MOST = 200
WAITING_STATES = ("New", "Assigned")
WHY = "Everybody who asks is answered by a person within a business day, who asks for much the same day."


def tell_of_late_contacts(office: Office) -> int:
    """Tell reps, and then whoever leads them, of leads that nobody has answered in time; give how many were told."""
    with office.reading() as session:
        late = late_leads(session, office.clock.now(), MOST)
    told = 0
    for lead_id in late:
        with office.work("lead.late", actor=ACTOR) as work:
            told += _look_at(work, lead_id)
    return told


def _look_at(work: Work, lead_id: int) -> bool:
    found = lock_clock(work.session, lead_id)
    if found is None:
        return False  # another worker has it
    clock, lead = found
    if clock.look_at is None or clock.look_at > work.now:
        return False
    clock.look_at = None
    if lead.answered_at is not None or lead.state not in WAITING_STATES or not lead.box.is_open:
        return False
    rep = work.settings.user_by_key(lead.owner or "") or work.settings.manager
    person = _next_person(work, clock, rep, lead)
    if person is None:
        return False
    clock.step += 1
    if clock.step == 1:
        span = timedelta(hours=work.settings.leads.escalate_after_hours)
        clock.look_at = after_working_time(work.settings, rep, work.now, span)
    _tell(work, clock, lead, rep, person)
    return True


def _next_person(work: Work, clock: FirstContact, rep: User, lead: Lead) -> User | None:
    """Give who is told next: the rep or who stands in for him, then whoever leads him; None if there is nobody."""
    if clock.step == 0:
        return owner_of(work, lead.box)
    leader = leader_of(work.settings, rep) if clock.step == 1 else None
    person = stand_in(work.session, work.settings, leader, work.now) if leader else None
    return None if person is None or person.key == rep.key else person


def _tell(work: Work, clock: FirstContact, lead: Lead, rep: User, person: User) -> None:
    due = spell_moment(clock.due_at, zone_of(work.settings, person))
    who = lead.box.contact.name if lead.box.contact else lead.box.name
    is_leader = clock.step > 1
    text = f"{who} should have had an answer by {due}"
    if is_leader:
        text += f"; {rep.name} was told and has not answered"
    headline = f"First contact is late: {who}" + (f" ({rep.name})" if is_leader else "")
    commands = [f"assign {other}"] if is_leader and (other := _other_rep(work, rep)) else []
    notice = Notice(f"late:{lead.id}:{clock.step}", headline, text, WHY, "LD-6", commands)
    tell_user(work, person, lead.box, None, notice)
    work.emit(
        events.LEAD_LATE,
        ("lead", lead.id),
        box_id=lead.box_id,
        step=clock.step,
        told=person.key,
        owner=rep.key,
        due=clock.due_at.isoformat(),
    )


def _other_rep(work: Work, rep: User) -> str:
    """Give the key of another rep, as an example of to whom the lead can be given."""
    others = (user.key for user in work.settings.user if user.role == rep.role and user.key != rep.key)
    return next(others, "")
