"""Reads fetched mails before any transaction, in the processes of the pool: what they say, or why nobody can tell."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inboxcrm.base.settings import Settings
from inboxcrm.ingest.describe import Described, Place, describe
from inboxcrm.ingest.effects.noise import act_on_noise
from inboxcrm.ingest.effects.table import EFFECTS
from inboxcrm.mail.errors import UnparsableMail
from inboxcrm.mail.incoming import Incoming
from inboxcrm.mail.parse import parse_mail
from inboxcrm.mail.pool import read_many

FAULTS = (ArithmeticError, LookupError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True, slots=True)
class Readout:
    """What reading a mail gives: the hash of its bytes, and what it says or why that cannot be told.

    The mail itself comes along only where its effects will ask for it.
    """

    sha256: str
    described: Described | None
    incoming: Incoming | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads mails of one place, old or new ones; other processes can do it."""

    settings: Settings
    key: bytes
    place: Place
    is_archived: bool

    def __call__(self, raw: bytes) -> tuple[Any, ...]:
        """Give the fields of `Described`, and the mail if its effects will ask for it. Raises UnparsableMail only."""
        incoming = parse_mail(raw)
        try:
            told = describe(self.settings, self.key, self.place, incoming, is_archived=self.is_archived)
        except FAULTS as error:
            raise UnparsableMail(fault_told(error)) from error
        is_quiet = self.is_archived or EFFECTS[told.values["kind"]] is act_on_noise
        is_wanted = told.has_token or not is_quiet
        return told.values, told.keys, told.people, told.has_token, incoming if is_wanted else None


def read_mails(reader: Reader, raws: Sequence[bytes]) -> list[Readout]:
    """Read mails, in their order. Raises nothing of theirs: what is wrong with one stands in its readout (I6)."""
    return [_readout(raw, told) for raw, told in zip(raws, read_many(raws, reader), strict=True)]


def _readout(raw: bytes, told: tuple[Any, ...] | UnparsableMail) -> Readout:
    sha256 = hashlib.sha256(raw).hexdigest()  # a child that hostile mail has taken over could tell another's
    if isinstance(told, UnparsableMail):
        return Readout(sha256, None, error=told.reason)
    values, keys, people, has_token, incoming = told
    return Readout(sha256, Described(values, keys, people, has_token), incoming)


def fault_told(error: Exception) -> str:
    """Say what went wrong, without the values that a database error repeats."""
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:500]
