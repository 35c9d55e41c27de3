"""Ways out besides mail: webhooks of your own systems, and text messages by a mail gateway."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from inboxcrm.base.secret import Secret

_PHONE = re.compile(r"\+[1-9]\d{6,14}")


def _https(value: str) -> str:
    problem = 'should be an address such as "https://projects.example.com/hooks/crm"'
    try:
        parts = urlsplit(value.strip())
        is_right = parts.scheme == "https" and bool(parts.hostname) and (parts.port or 443) > 0
    except ValueError as error:
        raise ValueError(problem) from error
    if (
        not is_right
        or parts.username
        or parts.password
        or parts.fragment
        or re.search(r"[\x00-\x20\x7f]", value.strip())
    ):
        raise ValueError(f"{problem}: https, without a name and password before the @, and without a #")
    return value.strip()


def _gateway(value: str) -> str:
    value = value.strip()
    if value and (value.count("{number}") != 1 or not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value)):
        raise ValueError('should be an address with {number} in it, such as "{number}@sms.example"')
    return value


def phone_number(value: str) -> str:
    """Give a telephone number as E.164 has it, such as +31201234567; blanks are left out. Raises ValueError."""
    value = re.sub(r"[\s().-]", "", value)
    if value and not _PHONE.fullmatch(value):
        raise ValueError('should be a telephone number with its country, such as "+31201234567"')
    return value


class Webhook(BaseModel):
    """One address that rules may call; the secret signs what is sent there (OP-16)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,39}$")]
    url: Annotated[str, AfterValidator(_https)]
    secret: Annotated[Secret, BeforeValidator(Secret.from_value)]


class Sms(BaseModel):
    """The mail gateway that makes text messages of mails; empty: none are sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    gateway: Annotated[str, AfterValidator(_gateway)] = ""
