"""The brake: a rule that would write to more outsiders in one sweep than `[sending] at_once` asks first.

    gathering -> passed                 there were few: they leave
              -> asked -> released      a manager said `release`: each leaves once
                       -> dropped       a manager said `drop`: none leaves

Until it is decided the letters await it, as an invoice's letter awaits its paper (V8): nothing can claim them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from inboxcrm.base.database import Session
from inboxcrm.base.errors import Refused
from inboxcrm.base.spelled import spell_moment
from inboxcrm.base.states import check_move
from inboxcrm.base.store import draw_id
from inboxcrm.base.work import Office, Work
from inboxcrm.mail.incoming import Address
from inboxcrm.mail.scrub import scrub_line
from inboxcrm.outbox.bursts.records import Burst
from inboxcrm.outbox.bursts.store import GATHERING, abandoned_bursts, gathering_burst, lock_burst
from inboxcrm.outbox.letter import Plan, move_letter, topic_of, write_letter
from inboxcrm.outbox.store import letters_awaiting

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings, User
    from inboxcrm.outbox.records import Letter

MOVES = {
    (GATHERING, "passed"),
    (GATHERING, "asked"),
    ("asked", "released"),
    ("asked", "dropped"),
}
MANAGERS = ("sales_director", "team_lead")
KIND = "burst"
ABANDONED = timedelta(minutes=10)
SHOWN = 5
LONGEST_SUBJECT = 80
ACTOR = "outbox"
WHY = "a rule that is wrong would write to all your customers before anybody could stop it."


class BurstDecided(Refused):
    """Somebody has answered already."""

    def __init__(self, burst: Burst, at: str) -> None:
        who = (burst.decided_by or "").removeprefix("user:")
        super().__init__(f"{who} has {burst.state} the letters of the rule {burst.rule} already, {at}")


def gather(work: Work, rule: str, version: str) -> str:
    """Give what a letter of a sweep has to await; it counts."""
    burst = gathering_burst(work.session, rule)
    if burst is None:
        number = draw_id(work.session, Burst.__table__)
        burst = Burst(id=number, rule=rule, version=version, state=GATHERING, count=0, last_at=work.now)
        work.session.add(burst)
    burst.count, burst.last_at = burst.count + 1, work.now
    return f"{KIND}:{burst.id}"


def settle_burst(office: Office, rule: str) -> None:
    """Let the letters of a sweep that has ended leave, if they are few; else ask the managers."""
    with office.work("burst.settle", actor=ACTOR) as work:
        burst = gathering_burst(work.session, rule)
        if burst is None:
            return
        waiting = _letters(work, burst)
        burst.count = len(waiting)
        if len(waiting) <= work.settings.sending.at_once:
            _move(burst, "passed")
            _free(work, waiting)
        else:
            _move(burst, "asked")
            _ask(work, burst, waiting)


def settle_abandoned(office: Office) -> None:
    """Settle the bursts of sweeps that ended on the way."""
    with office.reading() as session:
        rules = abandoned_bursts(session, office.clock.now() - ABANDONED)
    for rule in dict.fromkeys(rules):
        settle_burst(office, rule)


def has_abandoned(session: Session, now: datetime) -> bool:
    """Tell whether a burst was left behind."""
    return bool(abandoned_bursts(session, now - ABANDONED, 1))


def release_burst(work: Work, burst_id: int, user: User) -> str:
    """Let all letters of a burst leave, each once, on a manager's word."""
    burst = _decide(work, burst_id, user, "released")
    letters = _letters(work, burst)
    _free(work, letters)
    return f"the {len(letters)} letters of the rule {burst.rule} leave now"


def drop_burst(work: Work, burst_id: int, user: User) -> str:
    """Let no letter of a burst leave, on a manager's word."""
    burst = _decide(work, burst_id, user, "dropped")
    letters = _letters(work, burst)
    for letter in letters:
        move_letter(work, letter, "cancelled", f"dropped by {user.key}")
    return f"none of the {len(letters)} letters of the rule {burst.rule} leaves; they are cancelled"


def managers_of(settings: Settings) -> list[User]:
    """Give who decides about a burst."""
    return [user for user in settings.user if user.role in MANAGERS] or [settings.manager]


def _decide(work: Work, burst_id: int, user: User, state: str) -> Burst:
    if user.key not in [one.key for one in managers_of(work.settings)]:
        raise Refused(f"{user.role} may not decide about that; a manager does")
    burst = lock_burst(work.session, burst_id)
    if burst.state != "asked" and burst.decided_at:
        raise BurstDecided(burst, spell_moment(burst.decided_at, work.settings.company.zone))
    _move(burst, state)
    burst.decided_at, burst.decided_by = work.now, work.actor
    return burst


def _letters(work: Work, burst: Burst) -> list[Letter]:
    return [one for one in letters_awaiting(work.session, f"{KIND}:{burst.id}") if one.state == "waiting"]


def _free(work: Work, letters: list[Letter]) -> None:
    for letter in letters:
        letter.awaits = None
        work.wake(topic_of(letter))


def _ask(work: Work, burst: Burst, waiting: list[Letter]) -> None:
    first = scrub_line(waiting[0].subject)[:LONGEST_SUBJECT]
    named = ", ".join(letter.recipients[0].address for letter in waiting[:SHOWN])
    text = (
        f"the rule {burst.rule}, version {burst.version}, would write to {len(waiting)} addresses outside at once:"
        f' {named}{" and others" if len(waiting) > SHOWN else ""}. The first is called "{first}".'
        " Nothing has left, and nothing leaves until you say so."
    )
    for user in managers_of(work.settings):
        write_letter(
            work,
            Plan(
                kind=KIND,
                template="mailbox",
                dedupe=f"{KIND}:{burst.id}:{user.key}",
                account=work.settings.house_account.address,
                to=[Address(user.name, user.address)],
                user=user.key,
                subject=f"{len(waiting)} letters of the rule {burst.rule} wait for you",
                facts={
                    "name": user.name,
                    "mailbox": burst.rule,
                    "text": text,
                    "lines": [],
                    "commands": [
                        {"words": "release", "meaning": f"all {len(waiting)} leave"},
                        {"words": "drop", "meaning": "none leaves"},
                    ],
                    "why": WHY,
                    "row": "MG-6",
                },
                lines=[(KIND, burst.id)],
            ),
        )


def _move(burst: Burst, state: str) -> None:
    check_move(f"the burst of the rule {burst.rule}", MOVES, burst.state, state)
    burst.state = state
