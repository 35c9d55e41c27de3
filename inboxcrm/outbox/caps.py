"""Caps per address: so many letters an hour and a day leave for it by themselves, whatever is answered (L1, P14).

Everything else that ends loops reads what the other side says of itself; a robot may say nothing, or lie. The cap
looks at nothing but what left: a letter counts for each addressee from the moment at which it was last taken for
sending. What is over the cap waits until there is room, and the manager hears of it once a day for each address.
Drafts, which people send, are no letters and never count; nor does what a person let go by `outbox allow`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from inboxcrm.base.settings import Settings, without_plus
from inboxcrm.base.work import Work
from inboxcrm.outbox.capped_letter import tell_of_held
from inboxcrm.outbox.letter import topic_of
from inboxcrm.outbox.records import Letter
from inboxcrm.outbox.store import letters_in_phase_to, nth_last_taken_at

HELD = "held"  # the phase of a letter that waits for room


@dataclass(frozen=True, slots=True)
class Cap:
    """So many letters to one address within a span of time that slides along."""

    most: int
    span: timedelta
    name: str


@dataclass(frozen=True, slots=True)
class Full:
    """An address that has had its fill, of which cap, and when there is room again."""

    peer: str
    cap: Cap
    room_at: datetime

    @property
    def words(self) -> str:
        """Say it to a person."""
        return f"{self.peer} has had its {self.cap.most} letters {self.cap.name}"


def caps_of(settings: Settings, peer: str) -> tuple[Cap, ...]:
    """Give the caps of an address; our own people get more than outsiders."""
    sending = settings.sending
    if settings.is_inside(peer):
        hour, day = sending.to_user_an_hour, sending.to_user_a_day
    else:
        hour, day = sending.to_outsider_an_hour, sending.to_outsider_a_day
    return Cap(hour, timedelta(hours=1), "an hour"), Cap(day, timedelta(days=1), "a day")


def peer_of(address: str) -> str:
    """Give under what an address counts: a robot that answers from a new plus-address each time is one peer."""
    return without_plus(address.lower())


def hold_over_cap(work: Work, letter: Letter) -> bool:
    """Hold a letter until each of its addressees has room for it, else count it; tell whether it is held."""
    if not letter.is_capped:
        return False
    waiting = [one for one in letter.recipients if one.state == "waiting"]
    for recipient in waiting:
        recipient.peer = peer_of(recipient.address)
    full = [
        one for peer in sorted({peer_of(r.address) for r in waiting}) if (one := _full(work, letter, peer))
    ]
    if not full:
        for recipient in waiting:
            recipient.taken_at = work.now
        return False
    letter.phase, letter.due_at = HELD, max(one.room_at for one in full)
    letter.error = "; ".join(f"held: {one.words}" for one in full)
    for one in full:
        tell_of_held(work, letter, one.peer, one.words)
    return True


def _full(work: Work, letter: Letter, peer: str) -> Full | None:
    """Give the cap that keeps an address closed the longest; None if there is room now."""
    found = []
    for cap in caps_of(work.settings, peer):
        since = work.now - cap.span
        taken_at = nth_last_taken_at(work.session, peer, cap.most, since, besides=letter.id)
        if taken_at is not None:
            found.append(Full(peer, cap, taken_at + cap.span))
    return max(found, key=lambda one: one.room_at, default=None)


def free_held(work: Work, address: str) -> int:
    """Let the letters go that are held for an address, as a person says so; give their number."""
    held = letters_in_phase_to(work.session, HELD, peer_of(address))
    for letter in held:
        letter.is_capped, letter.phase, letter.due_at, letter.error = False, "", work.now, None
        work.wake(topic_of(letter))
    return len(held)
