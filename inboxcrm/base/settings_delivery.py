"""What follows when a deal changes hands (OP-15) or is won (OP-16)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

DealKind = Literal["new", "renewal", "upgrade", "renegotiation"]


def _address(value: str) -> str:
    value = value.strip().lower()
    local, _, domain = value.rpartition("@")
    if value and (not local or "." not in domain or " " in value):
        raise ValueError('should be a mail address such as delivery@example.com, or "" for none')
    return value


class Handover(BaseModel):
    """The check whether the customer is content with the new rep: so many days after; 0 for none (OP-15)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    satisfaction_days: int = Field(default=30, ge=0, le=365)


class Delivery(BaseModel):
    """Who delivers what is sold, and which kinds of won deals start a project there (OP-16)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: Annotated[str, AfterValidator(_address)] = ""
    kinds: tuple[DealKind, ...] = ("new", "upgrade", "renegotiation")
