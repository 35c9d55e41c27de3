"""What customers' people and companies can be, the fields of the company's own, and how many people a deal needs."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

FieldType = Literal["text", "number", "date", "choice", "amount"]
FieldRecord = Literal["contact", "organization", "lead", "opportunity"]


def _lower(value: str) -> str:
    value = " ".join(value.lower().split())
    if not value:
        raise ValueError("should be words")
    return value


def _amount(value: object) -> object:
    if isinstance(value, float):
        raise ValueError('should be an amount in quotes, such as "25000"')
    return value


RoleName = Annotated[str, AfterValidator(_lower), Field(max_length=40)]
KindName = Annotated[str, AfterValidator(_lower), Field(max_length=20)]
Amount = Annotated[Decimal, BeforeValidator(_amount), Field(ge=0, max_digits=13, decimal_places=4)]


class People(BaseModel):
    """Roles, kinds, and from which net amount a deal needs a second and a third person (OP-12, OP-14)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    roles: tuple[RoleName, ...] = ("decision maker", "signatory", "billing", "technical")
    kinds: tuple[KindName, ...] = ("prospect", "customer", "partner", "supplier")
    second_contact_from: Amount = Decimal(25000)
    third_contact_from: Amount = Decimal(100000)

    @model_validator(mode="after")
    def _is_whole(self) -> People:
        if missing := {"prospect", "customer"}.difference(self.kinds):
            raise ValueError(
                f"kinds needs {' and '.join(sorted(missing))}: a quote makes a prospect a customer"
            )
        if self.third_contact_from < self.second_contact_from:
            raise ValueError("third_contact_from should not be less than second_contact_from")
        return self


class CustomField(BaseModel):
    """A field of the company's own (OP-14); no two have the same name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="a short word such as size")]
    record: FieldRecord
    type: FieldType = "text"
    label: str = ""
    choices: tuple[Annotated[str, Field(min_length=1, max_length=100)], ...] = ()

    @model_validator(mode="after")
    def _is_complete(self) -> CustomField:
        if self.type == "choice" and not self.choices:
            raise ValueError('type = "choice" needs choices = ["one", "other"]')
        if self.type != "choice" and self.choices:
            raise ValueError('choices go with type = "choice" alone')
        return self

    @property
    def words(self) -> str:
        """Give what people call it: its label, else its name."""
        return self.label or self.name.replace("_", " ")
