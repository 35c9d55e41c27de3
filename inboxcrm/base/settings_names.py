"""How deals are called, by their kind: templates with placeholders in braces (OP-3)."""

from __future__ import annotations

from string import Formatter
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

PLACEHOLDERS = {
    "company": "the customer, or the person who has none",
    "type": "the type of its lead",
    "packs": "what is on the quote, such as 20 standard",
    "year": "of the renewal's end",
    "name": "what the deal before it is called",
    "reseller": "who sells it on, where a partner does",
    "end_user": "for whom the partner buys it",
}


def _template(value: str) -> str:
    known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    try:
        named = [(name, spec, turn) for _, name, spec, turn in Formatter().parse(value) if name is not None]
    except ValueError as error:
        raise ValueError(f"{value!r}: {error}; the placeholders are {known}") from error
    for name, spec, turn in named:
        if name not in PLACEHOLDERS or spec or turn:
            raise ValueError(f"{{{name}}} in {value!r} is no placeholder; they are {known}")
    if not named:
        raise ValueError(f"{value!r} names every deal alike; use placeholders: {known}")
    return value


Template = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_template)]


class Names(BaseModel):
    """One template for each kind of deal; `reseller` is for deals that come through a partner, whatever their kind."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    new: Template = "{company} {packs}"
    renewal: Template = "{name} renewal {year}"
    upgrade: Template = "{company} upgrade {packs}"
    renegotiation: Template = "{company} - REFORHANDLING"
    reseller: Template = "{reseller} - {end_user}"
