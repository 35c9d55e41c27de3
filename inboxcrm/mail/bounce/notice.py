"""What a notice about the delivery of a mail says, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["failed", "delayed", "delivered"]
Kind = Literal["permanent", "temporary"]
Reason = Literal[
    "user unknown",
    "mailbox full",
    "policy",
    "host unknown",
    "expired",
    "too big",
    "suspended",
    "other",
]
# What speaks of the address and not of this one mail or this one hour.
DEAD: frozenset[Reason] = frozenset({"user unknown", "host unknown", "suspended"})


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient of a notice. `also` are other names that the same notice gives him (what it was forwarded to).

    `status` is an enhanced code (RFC 3463), of `5.0.0` or `4.0.0` at least; `diagnostic` one scrubbed line.
    """

    address: str
    outcome: Outcome = "failed"
    status: str = "5.0.0"
    reason: Reason = "other"
    diagnostic: str = ""
    also: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """Tell whether the server's own word is final (5.x.x) or of the moment (4.x.x)."""
        return "temporary" if self.status.startswith("4") else "permanent"

    @property
    def is_dead(self) -> bool:
        """Tell whether no mail at all can reach this address, whatever it says."""
        is_passing = "temporar" in self.diagnostic.lower()
        return self.kind == "permanent" and self.reason in DEAD and not is_passing

    @property
    def names(self) -> tuple[str, ...]:
        """Give all names that the notice has for him."""
        return (self.address, *self.also)


@dataclass(frozen=True, slots=True)
class Notice:
    """A mail server's word on some recipients of a mail; `source` names the format that it was read by."""

    source: str
    recipients: tuple[Recipient, ...]
    original_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bounce:
    """A notice that a mail did not reach these recipients and never will.

    `original_ids`: the id of the returned mail (`id_in_head`), else the ids that the notice itself answers.
    """

    source: str
    recipients: tuple[Recipient, ...]
    original_ids: tuple[str, ...] = ()
