"""Tickets: matters of customers that are handled in steps, such as a renegotiation, each with its deal (RN-1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from inboxcrm.base.settings_names import Template

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings

Intent = Literal["renegotiation", "licence count", "upgrade", "cancellation", "question"]
Place = tuple[str | int, ...]


class TicketKind(BaseModel):
    """One kind of ticket: what it is called, the steps through which it goes, and the deal that belongs to it.

    What a mail must surely say for one to be opened by itself stands in `intents`; a mail that says it unsurely is
    asked about. `field` is the organization's own field that tells how many of `unit` it has by its agreement.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    title: Template = "Renegotiation - {company}"
    intents: tuple[Intent, ...] = ("renegotiation", "licence count")
    steps: tuple[Annotated[str, Field(min_length=1, max_length=40)], ...] = Field(
        default=("New", "Contract sent", "Done"), min_length=1
    )
    deal: Literal["", "renewal", "upgrade", "renegotiation"] = "renegotiation"
    stage: str = ""
    close_days: int = Field(default=2, ge=0, le=365)
    unit: Annotated[str, Field(min_length=1, max_length=40)] = "licences"
    field: str = ""

    @model_validator(mode="after")
    def _is_whole(self) -> TicketKind:
        if len(set(self.steps)) < len(self.steps):
            raise ValueError("a step stands twice in steps; give one of them another name")
        return self


def ticket_faults(settings: Settings) -> Iterator[tuple[Place, str]]:
    """Find where tickets do not agree with pipelines and fields, each with its place, counted from 0."""
    seen: set[str] = set()
    for number, ticket in enumerate(settings.ticket):
        if ticket.name in seen:
            yield ("ticket", number, "name"), f"ticket {ticket.name!r} stands twice; give one another name"
        seen.add(ticket.name)
        stages = settings.pipeline_of(ticket.deal).names if settings.pipeline else []
        if ticket.stage and ticket.stage not in stages:
            yield (
                ("ticket", number, "stage"),
                f"{ticket.stage!r} is no stage of the pipeline of {ticket.deal!r}; there are {', '.join(stages)}",
            )
        own = next((one for one in settings.field if one.name == ticket.field), None)
        if ticket.field and (own is None or (own.record, own.type) != ("organization", "number")):
            yield (
                ("ticket", number, "field"),
                f'{ticket.field!r} is no [[field]] with record = "organization" and type = "number"',
            )
