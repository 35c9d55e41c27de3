"""When one of our own is away: his deputy gets his new leads, due tasks and notices until he is back."""

from __future__ import annotations

from datetime import datetime

from inboxcrm.base.database import Session
from inboxcrm.base.errors import Refused
from inboxcrm.base.settings import Settings, User
from inboxcrm.base.store import draw_id
from inboxcrm.base.teams import manager_of
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.absences.store import absence_at, absence_by_occasion, absent_at, write_absences
from inboxcrm.crm.records import Absence

LONGEST_CHAIN = 5


def note_absence(
    work: Work, user: User, *, start_at: datetime, until_at: datetime, deputy: str | None, occasion: str
) -> Absence:
    """Note that a user is away; one occasion (a mail, a calendar entry) is one absence, which it may change."""
    if until_at <= start_at:
        raise Refused(f"{user.name} would be back before leaving")
    if deputy == user.key:
        raise Refused(f"{user.name} cannot stand in for {user.name}")
    absence = absence_by_occasion(work.session, occasion)
    if absence is None:
        absence_id = draw_id(work.session, Absence.__table__)
        absence = Absence(id=absence_id, user=user.key, occasion=occasion, created_at=work.now)
        work.session.add(absence)
    elif (absence.start_at, absence.until_at, absence.deputy) == (start_at, until_at, deputy):
        return absence
    absence.start_at, absence.until_at, absence.deputy = start_at, until_at, deputy
    write_absences(work.session)
    work.emit(
        events.USER_AWAY,
        ("user", 0),
        user=user.key,
        until=until_at.isoformat(),
        deputy=deputy,
        because=occasion,
    )
    return absence


def end_absence(work: Work, user: User) -> bool:
    """Note that a user is back; False if he was not away."""
    ended = False
    while absence := absence_at(work.session, user.key, work.now):
        absence.until_at, ended = work.now, True
        write_absences(work.session)
    if ended:
        work.emit(events.USER_BACK, ("user", 0), user=user.key)
    return ended


def forget_absence(work: Work, user: User, occasion: str) -> None:
    """Take an absence back that a calendar told of and tells of no more."""
    absence = absence_by_occasion(work.session, occasion)
    if absence is not None and absence.until_at > work.now:
        absence.until_at = max(work.now, absence.start_at)
        write_absences(work.session)
        work.emit(events.USER_BACK, ("user", 0), user=user.key)


def people_for(session: Session, settings: Settings, user: User, at: datetime) -> frozenset[str]:
    """Give the keys of those for whom a user stands in at a moment."""
    away = (settings.user_by_key(key) for key in absent_at(session, at) - {user.key})
    return frozenset(one.key for one in away if one and stand_in(session, settings, one, at).key == user.key)


def stand_in(session: Session, settings: Settings, user: User, at: datetime) -> User:
    """Give who does a user's work at a moment: himself, else his deputy, else who leads him."""
    chosen, seen = user, {user.key}
    for _ in range(LONGEST_CHAIN):
        absence = absence_at(session, chosen.key, at)
        if absence is None:
            return chosen
        named = settings.user_by_key(absence.deputy or chosen.deputy or "")
        following = named or manager_of(settings, chosen)
        if following.key in seen:
            following = settings.manager  # deputies of each other
        if following.key in seen:
            return user  # everybody is away: it waits for whom it is meant
        chosen = following
        seen.add(chosen.key)
    return user
