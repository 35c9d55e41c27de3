"""Whose mail one of us has forwarded: the first forwarded mail in it, inline or attached (IN-6, T7, P7).

What stands there is the forwarder's word: whether it is his at all, others have proven before they act on it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from inboxcrm.mail.forward_date import read_date
from inboxcrm.mail.forward_words import FIELD_KIND, FORWARD_MARKS, FORWARD_PREFIXES, ON_BEHALF, ORIGINAL_MARKS
from inboxcrm.mail.incoming import Address, Incoming
from inboxcrm.mail.reply_attribution import attribution_length
from inboxcrm.mail.scrub import scrub_line

MAX_INPUT = 200_000
LONGEST_LINE = 1000
LONGEST_BLOCK = 40  # lines of headers
WRAPPED_FROM = 60  # a line shorter than this was not wrapped by a mail program
_PREFIX = re.compile(r"\s*\[?([^\W\d_]{1,16}(?:\.[^\W\d_]{1,4}\.?)?)(?:\[\d{1,3}\])?\s?:\s*")
_FIELD = re.compile(
    r"[*_]{0,2}([^\W\d_][^\W\d_.'-]{0,14}(?:['. -][^\W\d_.]{1,8}){0,2}\.?)"  # the name, of up to three words
    r"[*_]{0,2}[\s\xa0]{0,2}:[*_]{0,2}(?!//)"
)
_ADDRESS = re.compile(r"[^\s<>\[\]()\"',;:*]{1,100}@[^\s<>\[\]()\"',;:*]{1,200}")
_MAILTO = re.compile(r"[<\[]mailto:[^<>\[\]\s]{0,300}[>\]]", re.IGNORECASE)
_TRIMMED = " \t\xa0*"
_DASHES = " \t\xa0*-_=>:|+"


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The mail that was forwarded. `above` are the forwarder's own words on top; `sent_at` is a claim, in UTC."""

    sender: Address
    date_words: str
    sent_at: datetime | None
    subject: str
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    text: str
    above: str
    is_attached: bool
    others: int = 0  # further mails attached, which were not read
    original: Incoming | None = None  # of an attached one, all of it


def read_forward(incoming: Incoming, *, is_asked: bool = False, zone: tzinfo = UTC) -> Forwarded | None:
    """Give the first forwarded mail of a mail, or None if it has not the form of a forward.

    `is_asked`: it went to an address for leads, so that a block of headers is enough without "Fwd:".
    `zone` is that of dates which name none.
    """
    return _read_attached(incoming) or _read_inline(
        incoming.text, incoming.subject, is_asked=is_asked, zone=zone
    )


def has_forward_subject(subject: str) -> bool:
    """Tell whether a subject begins with the "Fwd:" of some language."""
    found = _PREFIX.match(subject[:100])
    return found is not None and found[1].lower().rstrip(".") in FORWARD_PREFIXES


def bare_subject(subject: str) -> str:
    """Cut one "Fwd:" off a subject."""
    return (
        subject[found.end() :]
        if has_forward_subject(subject) and (found := _PREFIX.match(subject))
        else subject
    )


def _read_attached(incoming: Incoming) -> Forwarded | None:
    for original in incoming.attached:
        if original.sender is None:
            continue
        return Forwarded(
            sender=original.sender,
            date_words=original.header("date") or "",
            sent_at=original.sent_at,
            subject=original.subject,
            to=original.to,
            cc=original.cc,
            text=original.text,
            above=incoming.text,
            is_attached=True,
            others=len(incoming.attached) - 1,
            original=original,
        )
    return None


def _read_inline(text: str, subject: str, *, is_asked: bool, zone: tzinfo) -> Forwarded | None:
    lines = text[:MAX_INPUT].replace("\r\n", "\n").split("\n")
    found = _find_block(lines, is_enough=is_asked or has_forward_subject(subject))
    if found is None:
        return None
    mark, start = found
    is_quoted = lines[start].lstrip().startswith(">")
    inner = _unquoted(lines, start) if is_quoted else lines[start:]
    fields, body_at = _read_fields(inner, bare_subject(subject))
    people = _addresses(_author(fields.get("from", "")))
    if not people:
        return None
    date_words = fields.get("date", "")
    return Forwarded(
        sender=people[0],
        date_words=date_words[:200],
        sent_at=read_date(date_words, zone),
        subject=scrub_line(fields.get("subject", "")),
        to=_addresses(fields.get("to", "")),
        cc=_addresses(fields.get("cc", "")),
        text="\n".join(inner[body_at:]).strip("\n"),
        above="\n".join(lines[:mark]).strip("\n"),
        is_attached=False,
    )


def _find_block(lines: Sequence[str], *, is_enough: bool) -> tuple[int, int] | None:
    """Where the first older mail begins (its mark, its first header); None if it is an answer's.

    The first older mail decides: what is forwarded in the text below a quote is not the forwarder's.
    """
    for at, line in enumerate(lines):
        if not line.strip(_TRIMMED):
            continue
        mark = _mark_of(line)
        if mark and (start := _headers_below(lines, at + 1)) is not None:
            return (at, start) if mark == "forward" or is_enough else None
        if ":" not in line:  # most lines by far
            continue
        if _kind_of(line) and _is_block(lines, at):
            if _is_quoted(line) and not is_enough:
                return None
            return (_rule_above(lines, at), at) if is_enough else None
        if not _is_quoted(line) and attribution_length(lines, at) and _quote_below(lines, at):
            return None
    return None


def _mark_of(line: str) -> str | None:
    """Which mark a line is: "forward", "original", or none; it has dashes around it or a colon behind it."""
    bare = line[:200].strip(_TRIMMED + ">")
    words = bare.strip(_DASHES).lower().replace("\u2019", "'")
    if words == bare.lower():
        return None
    if words in FORWARD_MARKS:
        return "forward"
    return "original" if words in ORIGINAL_MARKS else None


def _headers_below(lines: Sequence[str], at: int) -> int | None:
    """Where the headers begin below a mark, at most four lines down."""
    for later in range(at, min(at + 4, len(lines))):
        if lines[later].strip(_DASHES) and not _kind_of(lines[later]):
            return None
        if _kind_of(lines[later]):
            return later if _is_block(lines, later, least=2) else None
    return None


def _is_block(lines: Sequence[str], at: int, *, least: int = 3) -> bool:
    """Tell whether headers begin here: so many kinds within twelve lines, From among them, with an address."""
    kinds: set[str] = set()
    has_author = False
    for line in lines[at : at + 12]:
        kind = _kind_of(line)
        if kind:
            kinds.add(kind)
            has_author = has_author or (kind == "from" and "@" in line)
        elif kind is None and line.strip(_DASHES) and {"from", "subject"} <= kinds and len(kinds) >= least:
            break
    return len(kinds - {"other"}) >= least and "from" in kinds


def _kind_of(line: str) -> str | None:
    """Which header a line shows, such as "Gesendet: …", "*De :* …" or "> From: …"."""
    found = _FIELD.match(line[:80].lstrip(" \t\xa0>"))
    return FIELD_KIND.get(found[1].strip(" ").lower()) if found else None


def _rule_above(lines: Sequence[str], at: int) -> int:
    """Outlook draws a line above its headers: it is not the forwarder's words."""
    before = at - 1
    while before >= 0 and not lines[before].strip(_DASHES):
        before -= 1
    return before + 1


def _quote_below(lines: Sequence[str], at: int) -> bool:
    start = at + attribution_length(lines, at)
    return next((_is_quoted(line) for line in lines[start : start + 10] if line.strip()), False)


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _unquoted(lines: Sequence[str], start: int) -> list[str]:
    """The quoted lines from here on without their mark.

    What stands below them is nobody's: a crafted mail ends its own quote early, to speak as the forwarder.
    """
    inner: list[str] = []
    for line in (line.lstrip() for line in lines[start:]):
        if line and not line.startswith(">"):
            break
        inner.append(line[1:].removeprefix(" "))
    return inner


def _read_fields(lines: Sequence[str], wanted_subject: str) -> tuple[dict[str, str], int]:
    """The values of the headers by their kind, and where the text below them begins."""
    fields: dict[str, str] = {}
    kind = ""
    for at, line in enumerate(lines[:LONGEST_BLOCK]):
        if not line.strip(_TRIMMED):
            if not _goes_on(lines, at, fields):
                return fields, at
            kind = ""
            continue
        if (found := _kind_of(line)) and (found not in fields or found == "other"):
            kind = found
            fields[kind] = line.partition(":")[2].strip(_TRIMMED)[:LONGEST_LINE]
        elif kind and (
            _has_author_below(lines, at, fields)
            or _is_continued(lines[at - 1], line, kind, fields[kind], wanted_subject)
        ):
            fields[kind] = f"{fields[kind]} {line.strip(_TRIMMED)}"[: LONGEST_LINE * 4].strip()
        elif kind:
            return fields, at
    return fields, min(len(lines), LONGEST_BLOCK)


def _goes_on(lines: Sequence[str], at: int, fields: dict[str, str]) -> bool:
    """Tell whether a blank line stands inside the headers: one of theirs that was not seen yet comes below."""
    if {"from", "date", "to", "subject"} <= fields.keys():
        return False
    below = next((line for line in lines[at : at + 4] if line.strip(_TRIMMED)), "")
    kind = _kind_of(below)
    return kind is not None and kind not in fields


def _has_author_below(lines: Sequence[str], at: int, fields: dict[str, str]) -> bool:
    """Tell whether From is still to come: then the text cannot have begun, and the line is a wrapped one."""
    return "from" not in fields and any(_kind_of(line) == "from" for line in lines[at + 1 : at + 6])


def _is_continued(above: str, line: str, kind: str, value: str, wanted_subject: str) -> bool:
    if kind == "subject" and wanted_subject and " ".join(value.split()) == " ".join(wanted_subject.split()):
        return False
    if not value:
        return True  # the value stands below its name, as in a table
    return len(above) >= WRAPPED_FROM or line[:1] in " \t" or above.rstrip().endswith((",", ";"))


def _author(value: str) -> str:
    lowered = value.lower()
    at = next((lowered.find(words) + len(words) for words in ON_BEHALF if words in lowered), 0)
    return value[at:] if "@" in value[at:] else value


def _addresses(value: str) -> tuple[Address, ...]:
    """The people of a header line as a mail program shows it: Bob <b@x.example>, Bob [mailto:b@x.example]."""
    text = _MAILTO.sub(lambda found: f"<{found[0][8:-1]}>", value[: LONGEST_LINE * 4])
    people: list[Address] = []
    last = 0
    for found in _ADDRESS.finditer(text):
        address = found[0].lower().removeprefix("mailto:").strip(".'")
        name = text[last : found.start()].strip(" \t\xa0*<>[]()\"',;:|")
        last = found.end()
        if "@" not in address.strip("@") or "." not in address.rpartition("@")[2]:
            continue
        if people and people[-1].address == address:
            continue  # Exchange writes it twice: bob@x.example<mailto:bob@x.example>
        people.append(Address("" if "@" in name else scrub_line(name)[:200], address))
    return tuple(people)
