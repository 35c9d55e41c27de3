"""How often processes look, and how many letters leave by themselves (L1)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Running(BaseModel):
    """How often the processes look, and how long a lease lasts, in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    poll_s: float = Field(default=5.0, gt=0)
    tick_s: float = Field(default=5.0, gt=0)
    lease_s: float = Field(default=45.0, gt=0)


class Sending(BaseModel):
    """How many letters leave for one address by themselves; what is more waits, and a manager is told (L1, P14)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to_user_an_hour: int = Field(default=120, ge=1)
    to_user_a_day: int = Field(default=600, ge=1)
    to_outsider_an_hour: int = Field(default=10, ge=1)
    to_outsider_a_day: int = Field(default=40, ge=1)
    at_once: int = Field(default=20, ge=0)
