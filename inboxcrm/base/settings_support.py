"""Which addresses are support's, so that sales and support can hand over by mail (OP-17)."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict


def _address(value: str) -> str:
    value = value.strip().lower()
    local, _, domain = value.rpartition("@")
    if not local or "." not in domain or " " in value:
        raise ValueError("should be a mail address such as support@example.com")
    return value


class Support(BaseModel):
    """The addresses to which customers write for support: a watched account of yours, or those of a ticket system."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    addresses: tuple[Annotated[str, AfterValidator(_address)], ...] = ()
