"""Is a mail one that is here already, altered on its way (I10), or another one under the same Message-ID (I9)?

Gateways and lists add a footer or a tag to the subject, and each way gives its own Received lines. A copy has the
Message-ID, the sender and the Date of the first, and its words are those of the first. An id alone shows nothing:
whoever has seen a mail can write another one under its id. So a copy does nothing only if whoever has read the
first has read it too, or if the first is proven to be its sender's and the copy is not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inboxcrm.ingest.effects.proof import is_proven
from inboxcrm.mail.reply import split_reply

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inboxcrm.ingest.records import Message

COPY = "copy"
KINDS = frozenset({"customer", "outbound", "command", "forwarded", "form"})  # the others do nothing twice
MOST_ADDED = 400  # words of footers
MOST_TAGS = 8  # words before and behind a subject
LINES_BELOW_RULE = 12
_WORD = re.compile(r"\w+")
_LINK = re.compile(r"<?https?://\S+")  # gateways write them anew
_RULE = re.compile(r"[-_=*—–]{2,200}\s*")


def is_same_mail(first: Message, other: Message) -> bool:
    """Tell whether two messages under one Message-ID are one mail, apart from what its ways have added."""
    return (
        bool(first.sender)
        and first.sender == other.sender
        and first.sent_at is not None
        and first.sent_at == other.sent_at
        and _are_alike(first.subject, other.subject, MOST_TAGS)
        and _are_alike(first.text, other.text, MOST_ADDED)
    )


def is_copy(first: Message, later: Message) -> bool:
    """Tell whether a mail needs to do nothing, as an earlier one is the same mail and has done it."""
    if first.kind != later.kind or first.is_archived or not is_same_mail(first, later):
        return False
    if not _files(later) <= _files(first):
        return False
    if later.kind != "customer":
        return first.acted_at is not None and (later.kind == "form" or is_proven(first))
    if is_proven(later) and not is_proven(first):
        return _own_words(first) == _own_words(later)
    return is_proven(first) or _brings_nothing(first, later)


def proves_more(message: Message, others: Iterable[Message]) -> bool:
    """Tell whether a copy is proven to be its sender's, and none of the others that are the same mail is."""
    same = [one for one in others if is_same_mail(one, message)]
    return is_proven(message) and not any(is_proven(one) for one in same)


def _brings_nothing(first: Message, later: Message) -> bool:
    return _is_within(_words(_above_rule(_own_text(later))), _words(first.text))


def _own_words(message: Message) -> list[str]:
    return _words(_own_text(message))


def _own_text(message: Message) -> str:
    """Give a mail's text without disclaimers and lists' footers."""
    pieces = (s for s in split_reply(message.text) if s.kind != "disclaimer")
    return "".join(message.text[one.start : one.end] for one in pieces)


def _above_rule(text: str) -> str:
    """Cut off what stands below the first line of dashes near the end."""
    lines = text.rstrip().split("\n")
    for at in range(max(1, len(lines) - LINES_BELOW_RULE - 1), len(lines)):
        if _RULE.fullmatch(lines[at].strip()):
            return "\n".join(lines[:at])
    return text


def _files(message: Message) -> set[str]:
    return {str(one["sha256"]) for one in message.attachments}


def _words(text: str) -> list[str]:
    return _WORD.findall(_LINK.sub(" ", text.casefold()))


def _are_alike(first: str, other: str, most_added: int) -> bool:
    words, others = _words(first), _words(other)
    return abs(len(words) - len(others)) <= most_added and (
        _is_within(words, others) or _is_within(others, words)
    )


def _is_within(short: list[str], long: list[str]) -> bool:
    """Tell whether words stand in others, one behind the other; no words stand in no words alone."""
    return f" {' '.join(short)} " in f" {' '.join(long)} " if short else not long
