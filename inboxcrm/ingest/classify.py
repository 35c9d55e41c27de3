"""What kind of mail this is: the first row of a literal table that matches wins (docs/architecture.md).

Nothing happens because of a mail before this table was asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from inboxcrm.base.settings import Settings
from inboxcrm.ingest.forwarding import forward_in
from inboxcrm.mail.automatic import Automatic, automatic_kind
from inboxcrm.mail.forward import Forwarded
from inboxcrm.mail.incoming import Incoming


@dataclass(frozen=True)  # without slots, as a cached property needs a place
class Seen:
    """A mail as the table looks at it: with whose letter it is, if its Message-ID is one of ours."""

    incoming: Incoming
    settings: Settings
    is_our_letter: bool

    @cached_property
    def automatic(self) -> Automatic | None:
        """Tell whether a machine wrote it; several rows of the table ask."""
        return automatic_kind(self.incoming)

    @cached_property
    def forward(self) -> Forwarded | None:
        """Give what one of us has forwarded to us; two rows of the table ask."""
        return forward_in(self.incoming, self.settings)

    @property
    def sender(self) -> str:
        """Give the From address, or nothing."""
        return self.incoming.sender.address if self.incoming.sender else ""

    @property
    def recipients(self) -> list[str]:
        """Give all addresses of To and Cc."""
        return [address.address for address in (*self.incoming.to, *self.incoming.cc)]


def _is_own(seen: Seen) -> str | None:
    if seen.is_our_letter and seen.settings.is_account_address(seen.sender):
        return "it carries the token of a letter of ours"
    return None


def _is_bounce(seen: Seen) -> str | None:
    return _automatic(seen, "bounce")


def _is_form(seen: Seen) -> str | None:
    """Before the automatic ones, as such notifications are automatic too; what is unproven among them does nothing."""
    form = seen.settings.form_of(seen.sender, seen.incoming.subject) if seen.settings.form else None
    return f"a form rule reads what {form.sender} sends ({form.kind})" if form else None


def _is_auto_reply(seen: Seen) -> str | None:
    return _automatic(seen, "auto-reply")


def _is_bulk(seen: Seen) -> str | None:
    return _automatic(seen, "bulk")


def _automatic(seen: Seen, kind: str) -> str | None:
    found = seen.automatic
    return found.reason if found and found.kind == kind else None


def _is_calendar(seen: Seen) -> str | None:
    return "it carries a calendar part" if seen.incoming.has_calendar else None


def _is_command(seen: Seen) -> str | None:
    """A user, to shared accounts of ours and nobody else: only such mail is ever read for commands."""
    is_user = seen.settings.user_by_address(seen.sender) is not None
    is_ours = is_user and seen.recipients and all(map(seen.settings.is_account_address, seen.recipients))
    return "one of our users wrote to us alone" if is_ours and seen.forward is None else None


def _is_forwarded(seen: Seen) -> str | None:
    """The words above the forwarded mail may be commands, which are carried out on its box."""
    forward = seen.forward
    return f"one of our users forwarded a mail of {forward.sender.address[:200]}" if forward else None


def _is_outbound(seen: Seen) -> str | None:
    is_outward = any(not seen.settings.is_inside(address) for address in seen.recipients)
    return "one of us wrote to an outsider" if seen.settings.is_inside(seen.sender) and is_outward else None


def _is_internal(seen: Seen) -> str | None:
    return "from one of us, to nobody outside" if seen.settings.is_inside(seen.sender) else None


def _is_customer(seen: Seen) -> str | None:
    return "a person outside wrote" if seen.sender else None


ROWS: tuple[tuple[str, Callable[[Seen], str | None]], ...] = (
    ("own", _is_own),
    ("bounce", _is_bounce),
    ("form", _is_form),
    ("auto-reply", _is_auto_reply),
    ("calendar", _is_calendar),
    ("command", _is_command),
    ("forwarded", _is_forwarded),
    ("outbound", _is_outbound),
    ("internal", _is_internal),
    ("bulk", _is_bulk),
    ("customer", _is_customer),
)


def message_kind(seen: Seen) -> tuple[str, str]:
    """Give the kind of a mail and the reason, in words."""
    for kind, row in ROWS:
        if reason := row(seen):
            return kind, reason
    return "unsigned", "it names no sender"
