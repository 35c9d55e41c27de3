"""Reads fetched mails before any transaction: their hash, what they say, or why they cannot be read.

What the bytes of a mail make of a parser is seen in processes with limits (`mail/pool`); nothing here asks the
database.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from inboxcrm.base.settings import Settings
from inboxcrm.ingest.describe import Described, Place, describe
from inboxcrm.mail.errors import UnparsableMail
from inboxcrm.mail.incoming import Incoming

FAULTS = (ArithmeticError, LookupError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads mails, with what that needs of the office."""

    settings: Settings
    key: bytes

    def read(
        self, raw: bytes, parsed: Incoming | UnparsableMail, place: Place, *, is_archived: bool
    ) -> Readout:
        """Read one parsed mail. Raises nothing: what is wrong with it stands in the readout (I6)."""
        sha256 = hashlib.sha256(raw).hexdigest()
        if isinstance(parsed, UnparsableMail):
            return Readout(sha256, None, error=parsed.reason)
        try:
            described = describe(self.settings, self.key, place, parsed, is_archived=is_archived)
        except FAULTS as error:
            return Readout(sha256, None, error=fault_told(error))
        return Readout(sha256, described, parsed)


@dataclass(frozen=True, slots=True)
class Readout:
    """What reading a mail gives: the hash of its bytes, and what it says or why that cannot be told."""

    sha256: str
    described: Described | None
    incoming: Incoming | None = None
    error: str = ""


def fault_told(error: Exception) -> str:
    """Say what went wrong, without the values that a database error repeats."""
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:500]
