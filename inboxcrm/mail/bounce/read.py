"""Reads a notice: who did not get the mail, why, and which mail it was (RFC 3464 and what servers do instead)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from inboxcrm.mail.bounce.address import clean_address
from inboxcrm.mail.bounce.elimination import eliminate
from inboxcrm.mail.bounce.families import Said, read_families
from inboxcrm.mail.bounce.notice import Bounce, Notice, Outcome, Recipient
from inboxcrm.mail.bounce.notice_text import split_notice
from inboxcrm.mail.bounce.reason import reason_of, status_of
from inboxcrm.mail.bounce.returned import id_in_head
from inboxcrm.mail.bounce.ses_json import SENDER, read_ses
from inboxcrm.mail.bounce.signs import is_daemon, may_be_notice
from inboxcrm.mail.bounce.status_fields import read_statuses
from inboxcrm.mail.incoming import DeliveryStatus, Incoming
from inboxcrm.mail.scrub import scrub_line

MAX_RECIPIENTS = 1000
MAX_DIAGNOSTIC = 300
MAX_PASTED_HEAD = 60_000
_PUNCTUATION = ">:\"')],;. "
_ACTIONS: dict[str, Outcome] = {
    "failed": "failed", "failure": "failed", "fail": "failed", "expired": "failed", "error": "failed",
    "delayed": "delayed",
    "delivered": "delivered", "relayed": "delivered", "expanded": "delivered", "deliverable": "delivered",
}  # fmt: skip
_DELAY = re.compile(
    r"warning:? (?:message|could not send)|this is a warning message only|still being retried|keep trying"
    r"|will (?:be retried|continue to (?:try|be))|has not yet been delivered|attempts will continue"
    r"|delivery (?:status notification \(delay\)|delayed)|has been delayed|temporary failure report"
    r"|is delayed for more than|you do not need to re-?send|no action is required on your part|delayed \d+ hours",
    re.IGNORECASE,
)


def read_bounce(incoming: Incoming) -> Bounce | None:
    """Who failed for good, by one mail server's notice; None if it is no notice or nobody has failed.

    A notice of delay, of delivery, a complaint (ARF) and an out-of-office are no bounces.
    """
    notice = read_notice(incoming)
    failed = tuple(one for one in notice.recipients if one.outcome == "failed") if notice else ()
    return Bounce(notice.source, failed, notice.original_ids) if notice and failed else None


def read_notice(incoming: Incoming) -> Notice | None:
    """What a mail server says about the delivery of a mail, of everybody that it names; None if it is no notice."""
    if not may_be_notice(incoming):
        return None
    told = _Told(incoming)
    for source in SOURCES:
        name, found = source(told)
        if found:
            unique = {one.address: one for one in reversed(found)}
            recipients = tuple(reversed(unique.values()))[:MAX_RECIPIENTS]
            return Notice(name, recipients, told.original_ids())
    return None


class _Told:
    """What a notice says, in its parts: its words, the returned mail as far as it is pasted, and the statuses of
    RFC 3464 wherever they stand.
    """

    def __init__(self, incoming: Incoming) -> None:
        self.incoming = incoming
        self.words, self.pasted = split_notice(incoming.text)
        self.domain = incoming.sender.domain if incoming.sender else ""
        is_delay = _DELAY.search(f"{incoming.subject}\n{self.words[:4000]}") is not None
        self.outcome: Outcome = "delayed" if is_delay else "failed"
        found, self.named_id = list(incoming.delivery_statuses), None
        if not found and "recipient" in self.words.lower():
            found = read_statuses(self.words)
            if not found and incoming.sender and incoming.sender.address == SENDER:
                found, self.named_id = read_ses(incoming.text)
        self.statuses = [self._recipient_of(one) for one in found]

    def original_ids(self) -> tuple[str, ...]:
        """The id of the returned mail; where none came back, the ids that the notice answers."""
        incoming = self.incoming
        returned = self.named_id or incoming.original_message_id or id_in_head(self.pasted[:MAX_PASTED_HEAD])
        if returned:
            return (returned,)
        return tuple(dict.fromkeys((*incoming.in_reply_to[-1:], *incoming.references[-1:])))

    def _recipient_of(self, status: DeliveryStatus) -> Recipient:
        outcome = _ACTIONS.get(status.action)
        if outcome is None:
            outcome = "delivered" if status.status.startswith("2") else self.outcome
        return _recipient(status.address, outcome, status.status, status.diagnostic, status.also)


def _by_header(told: _Told) -> tuple[str, list[Recipient]]:
    """X-Failed-Recipients of Exim, Gmail and mail.ru: the addresses that failed, whatever they came from."""
    values = told.incoming.all_headers("x-failed-recipients")
    names = [name for value in values for one in value.split(",") if (name := clean_address(one))]
    said = {one.address: one for one in read_families(told.words, told.domain)[1]} if names else {}
    known = {name: one for one in told.statuses for name in one.names}
    others = [one for one in told.statuses if not set(one.names) & set(names)]
    found = []
    for place, name in enumerate(names):
        status = known.get(name) or (others[place] if len(others) == len(names) else None)
        spoken = said.get(name, Said(name, told.words if len(names) == 1 else ""))
        also = {*spoken.also, *(status.names if status else ())} - {name}
        outcome, code = (status.outcome, status.status) if status else (told.outcome, "")
        words = status.diagnostic if status and status.diagnostic else spoken.words
        found.append(_recipient(name, outcome, code, words, tuple(sorted(also))))
    return "x-failed-recipients", found


def _by_fields(told: _Told) -> tuple[str, list[Recipient]]:
    return "rfc3464", _completed(told.statuses, told.words)


def _by_words(told: _Told) -> tuple[str, list[Recipient]]:
    name, said = read_families(told.words, told.domain)
    found = [_recipient(one.address, told.outcome, "", one.words, one.also) for one in said]
    return name, _completed(found, told.words)


def _by_wrapped(told: _Told) -> tuple[str, list[Recipient]]:
    """A gateway passes a notice on within one of its own, which names nobody."""
    for inner in told.incoming.attached[:1]:
        if inner.sender and is_daemon(inner.sender.address):
            name, said = read_families(split_notice(inner.text)[0], inner.sender.domain)
            return name, [_recipient(one.address, told.outcome, "", one.words, one.also) for one in said]
    return "", []


def _by_elimination(told: _Told) -> tuple[str, list[Recipient]]:
    said = eliminate(told.incoming, told.words, told.pasted)
    return "elimination", [_recipient(one.address, told.outcome, "", one.words, one.also) for one in said]


SOURCES: tuple[Callable[[_Told], tuple[str, list[Recipient]]], ...] = (
    _by_header,
    _by_fields,
    _by_words,
    _by_wrapped,
    _by_elimination,
)


def _recipient(address: str, outcome: Outcome, given: str, words: str, also: tuple[str, ...]) -> Recipient:
    code = status_of(given, words)
    reason = reason_of(code, words)
    if not code:
        code = "4.4.7" if reason == "expired" or outcome == "delayed" else "5.0.0"
    diagnostic = scrub_line(words[:2000]).lstrip(_PUNCTUATION)[:MAX_DIAGNOSTIC]
    return Recipient(address, outcome, code, reason, diagnostic, also)


def _completed(found: list[Recipient], words: str) -> list[Recipient]:
    """What is said of a single recipient may stand before him, or behind a ruler: look in the whole notice."""
    if len(found) != 1 or (found[0].reason != "other" and not found[0].status.endswith(".0.0")):
        return found
    one = found[0]
    whole = _recipient(one.address, one.outcome, one.status, words, one.also)
    return [
        replace(
            one,
            status=whole.status if one.status.endswith(".0.0") else one.status,
            reason=whole.reason if one.reason == "other" else one.reason,
            diagnostic=one.diagnostic or whole.diagnostic,
        )
    ]
