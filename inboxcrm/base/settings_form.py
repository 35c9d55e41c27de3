"""Form rules: whose notifications are read, and under which label each value stands (IN-7, IN-14, IN-17)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Kind = Literal["lead", "deal", "call", "call list"]


def _sender(value: str) -> str:
    value = value.strip().lower().removeprefix("@")
    if " " in value or "." not in value.rpartition("@")[2] or value.startswith("@"):
        raise ValueError("should be a mail address or a domain, such as forms@example.com or example.com")
    return value


def _labels(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Label = Annotated[str, Field(min_length=1, max_length=80)]
# One label, or several for a form in several languages; in JSON the path of a value, such as customer.email.
Labels = Annotated[tuple[Label, ...], BeforeValidator(_labels)]


class FormFields(BaseModel):
    """Under which label each value stands in the mail."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Labels = ()
    first_name: Labels = ()
    last_name: Labels = ()
    email: Labels = ()
    phone: Labels = ()
    company: Labels = ()
    vat_number: Labels = ()
    need: Labels = ()
    product: Labels = ()
    count: Labels = ()
    amount: Labels = ()
    currency: Labels = ()
    account_code: Labels = ()
    notification_id: Labels = ()
    campaign: Labels = ()
    employees: Labels = ()
    industry: Labels = ()
    source: Labels = ()
    language: Labels = ()
    type: Labels = ()
    caller: Labels = ()
    called: Labels = ()
    started: Labels = ()
    duration: Labels = ()
    direction: Labels = ()

    @property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """Give the labels by field, of the fields that have some."""
        return {name: value for name in type(self).model_fields if (value := getattr(self, name))}


# Without one of these nobody knows whom a notification of the kind is about.
NEEDED: dict[Kind, tuple[str, ...]] = {
    "lead": ("email",),
    "deal": ("email", "account_code"),
    "call": ("phone", "email"),
    "call list": ("caller", "called", "phone"),
}


class Form(BaseModel):
    """How the notifications of one sender are read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sender: Annotated[str, AfterValidator(_sender)]
    subject: str = ""
    kind: Kind = "lead"
    requires_proof: bool = True
    source: str = ""
    type: str = ""
    fields: FormFields

    @model_validator(mode="after")
    def _is_complete(self) -> Form:
        if self.kind == "deal" and not self.requires_proof:
            raise ValueError('kind = "deal" makes deals and changes money: requires_proof cannot be false')
        needed = NEEDED[self.kind]
        if not any(name in self.fields.labels for name in needed):
            raise ValueError(f'kind = "{self.kind}" needs the label of {" or ".join(needed)} in fields')
        if self.kind == "deal" and "amount" not in self.fields.labels:
            raise ValueError('kind = "deal" needs the label of amount in fields')
        if self.kind == "call list" and "started" not in self.fields.labels:
            raise ValueError('kind = "call list" needs the name of the column started in fields')
        return self

    def fits(self, sender: str, subject: str) -> bool:
        """Tell whether this rule reads a mail of this sender with this subject."""
        is_sender = sender == self.sender if "@" in self.sender else sender.rpartition("@")[2] == self.sender
        return is_sender and self.subject.lower() in subject.lower()
