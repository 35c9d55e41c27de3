"""How long issued documents are kept when a person is erased."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Privacy(BaseModel):
    """Retention by law: years after the end of the year in which a document was issued."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    retention_years: int = Field(default=10, ge=0, le=100)
