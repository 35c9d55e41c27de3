"""Whose turn it is to get a lead: in a fixed round among those who are there (LD-5).

The measure. It is always the turn of the rep whose last turn lies furthest back; who never had one comes first, in the
order of config.toml. So among reps who are equally available the counts never differ by more than one. Who was away,
was full or did not work has had, when he comes back, what passed him by: his next turn comes once, as everybody's does.
Leads that reps get otherwise (their own answer, a forward, `assign`) are no turn.

Who is left out: who is away without a deputy, and who has as many open leads as his capacity. The turn of who is away
with a deputy is his, and the lead the deputy's. If nobody is left, a lead goes to whoever leads them, never to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inboxcrm.base.own_time import is_at_work
from inboxcrm.base.teams import manager_of
from inboxcrm.crm.absence import stand_in
from inboxcrm.crm.absences.store import absence_at
from inboxcrm.crm.lead import OWNING_ROLES, SELLING_ROLES
from inboxcrm.crm.territory import Whereabouts, whereabouts_of, whose_territory
from inboxcrm.crm.turns.store import count_open_leads, lock_turns, note_turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inboxcrm.base.settings import User
    from inboxcrm.base.work import Work
    from inboxcrm.crm.records import Lead


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who gets a lead, whose turn that was, and in words why; `turn_of` is "" if it was nobody's."""

    user: User
    turn_of: str
    why: str


def take_turn(work: Work, lead: Lead | None = None) -> Chosen | None:
    """Give who gets a lead (or anything else that is handed out in turn), and count his turn; None if nobody sells."""
    reps = [user for user in work.settings.user if user.role in SELLING_ROLES]
    if not reps:
        return None
    turns = lock_turns(work.session, [rep.key for rep in reps])
    asked, because = whose_territory(reps, whereabouts_of(lead) if lead else Whereabouts())
    order = {rep.key: (turns[rep.key], at) for at, rep in enumerate(reps)}
    takers = _takers(work, asked)
    if work.settings.leads.working_first:
        takers = _at_work(work, takers) or takers
    if not takers:
        return _nobody_there(work, min(asked, key=lambda rep: order[rep.key]))
    rep, taker = min(takers, key=lambda pair: order[pair[0].key])
    note_turn(work.session, rep.key, max(turns.values()) + 1)
    for_whom = f"stands in for {rep.key}, whose turn it was" if taker is not rep else ""
    return Chosen(taker, rep.key, "; ".join(word for word in (for_whom, because) if word))


def _takers(work: Work, reps: Sequence[User]) -> list[tuple[User, User]]:
    """Give the reps who can have their turn, each with who gets the lead: he himself, or his deputy."""
    found = []
    for rep in reps:
        absence = absence_at(work.session, rep.key, work.now)
        if absence is None:
            found.append((rep, rep))
        elif absence.deputy or rep.deputy:
            deputy = stand_in(work.session, work.settings, rep, work.now)
            if deputy is not rep and deputy.role in OWNING_ROLES:
                found.append((rep, deputy))
    limited = {taker.key for _, taker in found if taker.capacity is not None}
    counts = count_open_leads(work.session, limited) if limited else {}
    return [
        (rep, taker)
        for rep, taker in found
        if taker.capacity is None or counts.get(taker.key, 0) < taker.capacity
    ]


def _at_work(work: Work, takers: Sequence[tuple[User, User]]) -> list[tuple[User, User]]:
    return [pair for pair in takers if is_at_work(work.settings, pair[1], work.now)]


def _nobody_there(work: Work, rep: User) -> Chosen:
    """Choose who gets a lead when all who could are away or full: whoever leads the one whose turn it is."""
    manager = stand_in(work.session, work.settings, manager_of(work.settings, rep), work.now)
    why = "everybody whose turn it could be is away or has all that he can take"
    return Chosen(manager if manager.role in OWNING_ROLES else rep, "", why)
