"""`lost price`, `lost: they chose Acme`: a deal is lost, with its reason and what follows from it (OP-1, OP-11)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.settings_pipeline import Reason
from inboxcrm.base.spelled import spell_ahead
from inboxcrm.base.work import Work
from inboxcrm.commands.deal_meant import deal_meant
from inboxcrm.commands.scene import Scene
from inboxcrm.commands.tongues.reading import reason_in
from inboxcrm.commands.when import DateOver, read_when
from inboxcrm.crm.losing import lose_opportunity, move_recontact
from inboxcrm.crm.stages import LOST, pipeline_of, place_of

if TYPE_CHECKING:
    from inboxcrm.base.settings_pipeline import Pipeline
    from inboxcrm.crm.records import Lead, Opportunity

COLON = re.compile(r"^\W{0,3}(?:\d{1,3}[.):]?[ \t]+)?\w+:")
RECYCLED = "recycled lead"
MAILED = {"product feedback": "feedback_to", "competitive intelligence": "intelligence_to"}


class ReasonUnclear(Refused):
    """A deal is lost for a reason; shows those that there are, and how to say it in one's own words."""

    def __init__(self, words: str, pipeline: Pipeline) -> None:
        names = [reason.name for reason in pipeline.reason]
        said = f"{words!r} is no reason that I know" if words else "say why it was lost"
        super().__init__(
            f"{said}; write such as: lost {names[0]}, or in your own words: lost: they chose Acme. "
            f"The reasons are {', '.join(names)}"
        )


class DateUnused(Refused):
    """Only what was lost for now comes up again on a day."""

    def __init__(self, reason: Reason, pipeline: Pipeline) -> None:
        again = ", ".join(one.name for one in pipeline.reason if one.then == RECYCLED)
        remedy = f"write: lost {again} until 1 mar" if again else "write no day"
        super().__init__(f"a deal lost for {reason.name} does not come up again; {remedy}")


def lose(work: Work, scene: Scene) -> str:
    """Lose the deal: `lost price`, `lost fit: too big for us`, `lost timing until 1 mar`, `lost: they chose Acme`."""
    opportunity = deal_meant(work, scene)
    pipeline = pipeline_of(work, opportunity)
    reason, words, when = _read(scene, pipeline, work.settings.commands.languages)
    until = _day(work, when) if when else None
    if until and reason.then != RECYCLED:
        raise DateUnused(reason, pipeline)
    if until and place_of(opportunity) == LOST and opportunity.lost_reason == reason.name:
        return _again(work, opportunity, move_recontact(work, opportunity, reason, until), is_named=True)
    stage = opportunity.stage
    lead = lose_opportunity(work, opportunity, reason, words, until=until)
    said = f"{opportunity.name} is lost ({reason.name}); {opportunity.owner} is to write down what it teaches"
    if to := MAILED.get(reason.then):
        said += f"; {getattr(pipeline, to)} will be told what is known of it"
    if reason.then == "profile review":
        said += "; a manager is to look at the profile of our customers"
    if lead:
        said += f"; {_again(work, opportunity, lead, is_named=until is not None)}"
    return f"{said}; to undo: stage {stage.lower()}: why it is open again"


def _again(work: Work, opportunity: Opportunity, lead: Lead, *, is_named: bool) -> str:
    zone = work.settings.company.zone
    if lead.recontact_at is None:
        return ""
    day = spell_ahead(lead.recontact_at.astimezone(zone).date(), work.now.astimezone(zone).date())
    said = f"{opportunity.name} comes up again as a lead on {day}"
    ask = f"; when should it? Answer such as: lost {opportunity.lost_reason} until 1 mar"
    return said if is_named else f"{said}, as no day was said{ask}"


def _read(scene: Scene, pipeline: Pipeline, languages: Iterable[str]) -> tuple[Reason, str, str]:
    """Give the reason, the words and the day that a line names."""
    head, _, words = (part.strip() for part in scene.line.rest.partition(":"))
    first, _, rest = head.partition(" ")
    word = first.rstrip(",.")
    named = _named(pipeline, word) or _named(pipeline, reason_in(word, languages))
    if COLON.match(scene.line.source):
        whole = scene.line.rest.strip().lstrip(":").strip()
        if not whole:
            raise ReasonUnclear("", pipeline)
        if named and not rest:
            return named, words, ""
        exact = next((one for one in pipeline.reason if one.name.casefold() == first.casefold()), None)
        return exact or _other(pipeline), whole, ""
    if named is None:
        raise ReasonUnclear(scene.line.rest.strip(), pipeline)
    return named, words, rest.strip()


def _named(pipeline: Pipeline, word: str) -> Reason | None:
    start = word.casefold()
    found = [one for one in pipeline.reason if start and one.name.casefold().startswith(start)]
    exact = [one for one in found if one.name.casefold() == start]
    return (exact or found)[0] if len(exact or found) == 1 else None


def _other(pipeline: Pipeline) -> Reason:
    found = (one for one in pipeline.reason if one.name.casefold() == "other")
    return next(found, Reason(name="other"))


def _day(work: Work, words: str) -> date:
    languages = work.settings.commands.languages
    at = read_when(words, work.now, work.settings.company.zone, languages=languages)
    if at <= work.now:
        raise DateOver(words)
    return at.astimezone(work.settings.company.zone).date()
