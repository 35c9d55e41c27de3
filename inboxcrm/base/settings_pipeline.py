"""Pipelines: the stages of deals, what wins them, and the reasons of losing them (OP-1, OP-7, OP-11).

What stands here is the default; `[[pipeline]]` of config.toml says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings, User

State = Literal["Prospecting", "Qualification", "Needs Analysis", "Value Proposition", "Negotiation"]
Moment = Literal["qualification", "discovery call", "quote", "counter-question"]
Consequence = Literal["", "product feedback", "competitive intelligence", "recycled lead", "profile review"]
MANAGERS = "managers"
MANAGING_ROLES = ("sales_director", "team_lead")
CLOSED = "closed"
Place = tuple[str | int, ...]


class Stage(BaseModel):
    """A stage: its probability in percent, the state that it maps to, its usual next action.

    `reached_by` names what moves a deal here by itself; `wins` marks the last one, from which deals are won.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=20)]
    probability: int = Field(ge=0, le=100)
    state: State
    next_action: Annotated[str, Field(min_length=1, max_length=500)]
    too_long_days: int = Field(default=14, ge=1, le=3650)
    reached_by: tuple[Moment, ...] = ()
    wins: bool = False


class Reason(BaseModel):
    """Why a deal can be lost, and what follows from it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=40)]
    then: Consequence = ""


def _stage(name: str, probability: int, state: State, next_action: str, days: int, *by: Moment) -> Stage:
    return Stage(
        name=name,
        probability=probability,
        state=state,
        next_action=next_action,
        too_long_days=days,
        reached_by=by,
        wins=probability == 100,
    )


STAGES = (
    _stage("Identification", 10, "Prospecting", "Find out who decides and what they need", 14),
    _stage(
        "Qualification", 20, "Qualification", "Hold the discovery call", 14, "qualification", "discovery call"
    ),
    _stage("Needs Analysis", 30, "Needs Analysis", "Meet and write down the requirements", 21),
    _stage("Presentation", 50, "Value Proposition", "Show the product", 21),
    _stage("Quote", 60, "Value Proposition", "Ask what they think of the quote", 14, "quote"),
    _stage("Negotiation", 80, "Negotiation", "Settle the open points", 21, "counter-question"),
    _stage("Closure", 100, "Negotiation", "Get the signature", 7),
)
REASONS = (
    Reason(name="price", then="product feedback"),
    Reason(name="competition", then="competitive intelligence"),
    Reason(name="timing", then="recycled lead"),
    Reason(name="fit", then="profile review"),
    Reason(name="other"),
)


class Pipeline(BaseModel):
    """The way of deals of some kinds; the one without `kinds` is that of all others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=40)] = "Sales"
    kinds: tuple[Annotated[str, Field(min_length=1, max_length=20)], ...] = ()
    won_checklist: tuple[Annotated[str, Field(min_length=1, max_length=100)], ...] = ()
    feedback_to: str = MANAGERS
    intelligence_to: str = MANAGERS
    recycle_days: int = Field(default=90, ge=1, le=730)
    stage: tuple[Stage, ...] = Field(default=STAGES, min_length=1)
    reason: tuple[Reason, ...] = Field(default=REASONS, min_length=1)

    @property
    def names(self) -> list[str]:
        """Give the names of its stages in order."""
        return [stage.name for stage in self.stage]

    @property
    def winning(self) -> Stage:
        """Give the stage from which deals are won."""
        return self.stage[-1]

    def stage_called(self, name: str) -> Stage | None:
        """Give the stage of exactly this name."""
        return next((stage for stage in self.stage if stage.name == name), None)

    def stage_by(self, moment: Moment) -> Stage | None:
        """Give the stage to which something brings a deal; a qualified one begins at the first if none is named."""
        found = next((stage for stage in self.stage if moment in stage.reached_by), None)
        return found or (self.stage[0] if moment == "qualification" else None)

    def is_forward(self, old: str, new: str) -> bool:
        """Tell whether `new` comes after `old`; after a stage that is configured no more, all come."""
        return new in self.names and (old not in self.names or self.names.index(new) > self.names.index(old))


def people_named(settings: Settings, to: str) -> tuple[User, ...]:
    """Give the users whom `managers`, a role or a key names; none for anything else."""
    if to == MANAGERS:
        return tuple(one for one in settings.user if one.role in MANAGING_ROLES) or (settings.manager,)
    return tuple(one for one in settings.user if to in (one.role, one.key, one.address))


def pipeline_faults(settings: Settings) -> Iterator[tuple[Place, str]]:
    """Find what cannot be right in pipelines, each with its place, counted from 0."""
    pipelines = settings.pipeline
    rest = [number for number, one in enumerate(pipelines) if not one.kinds]
    if not rest:
        yield ("pipeline", 0, "kinds"), "one pipeline must be without kinds: that of all other deals"
    for number in rest[1:]:
        text = (
            f"pipeline {pipelines[rest[0]].name!r} is without kinds already; say of which kinds this one is"
        )
        yield ("pipeline", number), text
    yield from _doubled((one.name for one in pipelines), lambda n: ("pipeline", n, "name"), "pipeline")
    taken: dict[str, str] = {}
    for number, pipeline in enumerate(pipelines):
        for kind in pipeline.kinds:
            if kind in taken:
                yield ("pipeline", number, "kinds"), f"{kind!r} is a kind of pipeline {taken[kind]!r} already"
            taken.setdefault(kind, pipeline.name)
        yield from _stage_faults(pipeline, ("pipeline", number))
        yield from _addressee_faults(settings, pipeline, ("pipeline", number))


def _stage_faults(pipeline: Pipeline, place: Place) -> Iterator[tuple[Place, str]]:
    names = [stage.name for stage in pipeline.stage]
    yield from _doubled(names, lambda n: (*place, "stage", n, "name"), "stage")
    reasons = [reason.name for reason in pipeline.reason]
    yield from _doubled(reasons, lambda n: (*place, "reason", n, "name"), "reason")
    yield from _doubled(pipeline.won_checklist, lambda n: (*place, "won_checklist"), "point of won_checklist")
    last = len(names) - 1
    for number, stage in enumerate(pipeline.stage):
        at = (*place, "stage", number)
        if stage.name.casefold().startswith(CLOSED):
            yield (*at, "name"), f"{stage.name!r} is the state of a deal that is over; choose another name"
        if stage.wins and number != last:
            text = f"deals are won from the last stage, {names[last]!r}; put wins = true there, or this stage last"
            yield (*at, "wins"), text
    if not any(stage.wins for stage in pipeline.stage):
        yield (
            (*place, "stage", last),
            (f"no stage maps to winning: put wins = true at the last one, {names[last]!r}"),
        )
    moments = [(n, moment) for n, stage in enumerate(pipeline.stage) for moment in stage.reached_by]
    for index, (number, moment) in enumerate(moments):
        first = next((n for n, other in moments[:index] if other == moment), None)
        if first is not None:
            text = f"{moment!r} brings a deal to {names[first]!r} already; leave it out at one of the two"
            yield (*place, "stage", number, "reached_by"), text


def _addressee_faults(settings: Settings, pipeline: Pipeline, place: Place) -> Iterator[tuple[Place, str]]:
    """What customers wrote goes to our own people alone."""
    for key in ("feedback_to", "intelligence_to"):
        to = str(getattr(pipeline, key))
        if people_named(settings, to) or ("@" in to and settings.is_inside(to.strip().lower())):
            continue
        keys = ", ".join(user.key for user in settings.user)
        yield (
            (*place, key),
            (
                f"{to!r} is nobody of the company; write managers, a role, a user ({keys}), "
                "or an address in your own domain"
            ),
        )


def _doubled(names: Iterable[str], place: Callable[[int], Place], what: str) -> Iterator[tuple[Place, str]]:
    seen: list[str] = []
    for number, name in enumerate(names):
        if name.casefold() in seen:
            yield place(number), f"{what} {name!r} stands twice; give one of them another name"
        seen.append(name.casefold())
