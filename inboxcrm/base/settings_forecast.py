"""At what rates the forecast sums up several currencies; without rates they stay apart (MG-3)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

_RATE = re.compile(r"([A-Z]{3}) (\d{1,8}(?:\.\d{1,8})?)")


def _rate(value: str) -> str:
    match = _RATE.fullmatch(value)
    if match is None or not Decimal(match[2]):
        raise ValueError('should be a currency and what one of it is worth in your own, such as "USD 0.92"')
    return value


Rate = Annotated[str, AfterValidator(_rate)]


class Forecast(BaseModel):
    """What one unit of other currencies is worth in the company's own, and of which day that is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rates: tuple[Rate, ...] = ()
    rates_on: date | None = None

    @model_validator(mode="after")
    def _is_stated(self) -> Forecast:
        if self.rates and self.rates_on is None:
            raise ValueError("rates needs rates_on = the day of which they are, such as 2026-12-01")
        codes = [one[:3] for one in self.rates]
        if double := next((code for code in codes if codes.count(code) > 1), None):
            raise ValueError(f"{double} has two rates")
        return self

    @property
    def worth(self) -> dict[str, Decimal]:
        """Give what one unit of each of these currencies is worth."""
        return {one[:3]: Decimal(one[4:]) for one in self.rates}
