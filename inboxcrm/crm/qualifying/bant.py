"""BANT: budget, authority, need and timeline of a lead, as one of us or a rule says them (LD-7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.lead import convert_lead
from inboxcrm.crm.qualifying.store import qualification_for

if TYPE_CHECKING:
    from inboxcrm.crm.qualifying.records import Qualification
    from inboxcrm.crm.records import Lead, Opportunity

ANSWERS = {
    "budget": ("yes", "no", "unknown"),
    "authority": ("yes", "no", "unknown"),
    "need": ("yes", "no", "unknown"),
    "timeline": ("urgent", "mid-term", "unclear"),
}
EXAMPLE = "bant budget yes, timeline urgent"
_NOBODY_KNOWS = ("unknown", "unclear")
_BETWEEN = re.compile(r"[ \t]{0,5}(?:[,;]|\band\b)[ \t]{0,5}")
_PAIR = re.compile(r"^([a-z]{4,9})[ \t:=]{1,5}([a-z][a-z -]{1,9})$")


class BantUnclear(Refused):
    """Words that say nothing of budget, authority, need or timeline; shows what may be said."""

    def __init__(self, words: str) -> None:
        ways = "; ".join(f"{field}: {', '.join(answers)}" for field, answers in ANSWERS.items())
        said = f"I do not understand {words!r}" if words else "nothing is said"
        super().__init__(f"{said}; write such as: {EXAMPLE}. What may be said: {ways}")


def read_bant(words: str) -> dict[str, str]:
    """Read `budget yes, timeline urgent`. Raises BantUnclear, and then nothing of it counts."""
    found: dict[str, str] = {}
    for part in _BETWEEN.split(words.strip().rstrip(".!").lower()):
        match = _PAIR.match(part.strip())
        answer = (
            match[2].strip().replace("mid term", "mid-term").replace("midterm", "mid-term") if match else ""
        )
        if match is None or answer not in ANSWERS.get(match[1], ()):
            raise BantUnclear(part.strip())
        found[match[1]] = answer
    return found


def is_qualified(known: Qualification) -> bool:
    """Tell whether a lead is worth a deal: a need, and somebody with the money or the say."""
    return known.need == "yes" and "yes" in (known.budget, known.authority)


def say_bant(work: Work, lead: Lead, answers: Mapping[str, str], by: str) -> Opportunity | None:
    """Keep what somebody says of a lead, with who and when; a lead that is qualified by it converts at once (LD-7).

    Gives the deal that it became. Raises IllegalMove of a Dead one that would.
    """
    known = qualification_for(work.session, lead.id)
    for field, answer in answers.items():
        old = getattr(known, field)
        # That nobody knows whether there is a budget is an answer; of the others it takes an answer back.
        new = answer if field in ("budget", "timeline") or answer not in _NOBODY_KNOWS else None
        known.said = known.said | {field: {"by": by, "at": work.now.isoformat()}}
        if new == old:
            continue
        setattr(known, field, new)
        work.emit(events.LEAD_CHANGED, ("lead", lead.id), box_id=lead.box_id, field=field, old=old, new=new)
    if not is_qualified(known) or lead.state == "Converted":
        return None
    return qualify_lead(work, lead, by)


def qualify_lead(work: Work, lead: Lead, by: str) -> Opportunity:
    """Make a lead the deal that it is worth, under its own name (LD-7, LD-9). Raises IllegalMove."""
    return convert_lead(work, lead, by=by, name=lead.box.name, is_quoted=False)
