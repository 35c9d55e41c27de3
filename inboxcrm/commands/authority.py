"""Who may act: the table of docs/architecture.md as one literal, tested cell by cell.

Evidence. `own`: the same message lies in the Sent folder of its author's own watched account. `aligned`: the
account's own server wrote that DMARC passed, or DKIM aligned with From. `token`: it answers a letter of ours whose
unguessable token it carries, and From is an addressee of that letter. `rep`: the rep's own yes.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

Evidence = frozenset[str]


@dataclass(frozen=True, slots=True)
class Enough:
    """What is enough to act, and what is enough to ask the rep; anything less is kept and shown, never done."""

    to_act: tuple[Evidence, ...]
    to_ask: tuple[Evidence, ...] = ()


OWN, ALIGNED, TOKEN, REP = (frozenset({name}) for name in ("own", "aligned", "token", "rep"))

WHO_MAY = {
    "command": Enough(to_act=(OWN, ALIGNED)),
    "forwarding in": Enough(to_act=(OWN, ALIGNED)),
    "acceptance": Enough(to_act=(ALIGNED | TOKEN, ALIGNED | REP, TOKEN | REP), to_ask=(ALIGNED, TOKEN)),
    "acceptance above limit": Enough(to_act=(ALIGNED | TOKEN | REP,), to_ask=(ALIGNED | TOKEN,)),
    "decline": Enough(to_act=(TOKEN,)),
    "question": Enough(to_act=(TOKEN,)),
}


def verdict(act: str, evidence: AbstractSet[str]) -> str:
    """Give "act", "ask" or "keep" for an act and the evidence that there is."""
    enough = WHO_MAY[act]
    if any(needed <= evidence for needed in enough.to_act):
        return "act"
    return "ask" if any(needed <= evidence for needed in enough.to_ask) else "keep"
