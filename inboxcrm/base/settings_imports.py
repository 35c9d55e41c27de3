"""When deals wake that came out of an old CRM (IN-15)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Imports(BaseModel):
    """What imports of an old CRM's files go by."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    completed_months: int = Field(default=3, ge=1, le=120)
    renewal_before_days: int = Field(default=60, ge=0, le=730)
