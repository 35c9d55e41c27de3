"""How users are told of what happened: what waits, how much goes along, whether answers are prepared (EM-1)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Notices(BaseModel):
    """Notices by mail to one's own people."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    gather_minutes: int = Field(default=5, ge=0, le=60)
    inbox_wait_seconds: int = Field(default=60, ge=0, le=600)
    big_from: int = Field(default=100, ge=1)
    attach_mb: int = Field(default=5, ge=0, le=20)
    reply_drafts: bool = False
