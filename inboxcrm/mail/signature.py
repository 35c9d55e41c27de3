"""What a signature says of its writer: name, job, company, telephones, VAT number, address, website (IN-9).

Each with the place in the text where it stands. What is not sure is left out: a person may still be asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from inboxcrm.mail.contact_numbers import find_phones, find_vat_number
from inboxcrm.mail.signature_words import (
    CLOCK,
    CLOSING,
    JOB,
    LEGAL_FORM,
    NO_WEBSITE,
    POSTCODE,
    SHORT_FORM,
    STREET,
    WEBSITE,
)

MAX_INPUT = 100_000
MOST_LINES = 20
LONGEST_LINE = 200
LONGEST_PART = 80
_PARTS = re.compile(r"\s*[|•·]\s*|\s+[–—-]+\s+|,\s+|\t+|\s{3,}|\s*/{2,}\s*")
_AROUND = " \t\xa0*_<>[]()|,;:-–—"
_NAME_WORD = r"[^\W\d_][^\W\d_.'’-]{0,25}\.?"
_PARTICLES = r"(?: (?:van|de|der|den|von|zu|da|di|del|la|le|ten|ter|af|av)){0,3}"
_NAME = re.compile(rf"{_NAME_WORD}{_PARTICLES}(?: {_NAME_WORD}){{1,4}}")
_ADDRESS_MARK = re.compile(r"\S@\S")
_LABEL = re.compile(r"^(?:[a-z]{1,2}\s?[:.]|[^\W\d_.]{1,14}\.?\s?:)\s?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A value, and the span of the text where it was read, in characters."""

    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Signature:
    """What was found; None or empty what was not."""

    name: Found | None = None
    title: Found | None = None
    company: Found | None = None
    phones: tuple[Found, ...] = ()
    vat_number: Found | None = None
    address: Found | None = None
    website: Found | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """Name what was not found."""
        return tuple(one.name for one in fields(self) if not getattr(self, one.name))


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the block, with the place of its first character."""

    text: str
    start: int


def read_signature(text: str, sender_name: str, default_region: str, domain: str = "") -> Signature:
    """Read the signature at the end of a mail's own words, or of its signature segment.

    `default_region` (ISO 3166) is that of telephone numbers without country code, `domain` that of the sender's
    address: a line that is named like it is his company. Input is cut at 100,000 characters.
    """
    lines = _block(text[:MAX_INPUT], sender_name)
    if not lines:
        return Signature()
    phones = {one.value: one for line in lines for one in _phones(line, default_region)}
    name, title, company = _person(lines, sender_name, domain)
    return Signature(
        name=name,
        title=title,
        company=company,
        phones=tuple(phones.values()),
        vat_number=next((found for line in lines if (found := _vat(line, default_region))), None),
        address=_address(lines),
        website=next((found for line in lines if (found := _website(line))), None),
    )


def _block(text: str, sender_name: str) -> list[_Line]:
    """The lines of the signature: below `-- `, else from the closing or the sender's name on, at the end."""
    lines = list(_lines(text))
    full = [line for line in lines if line.text.strip()]
    for line in full:
        if line.text.rstrip() in ("--", "—", "__"):
            return [one for one in full if one.start > line.start][:MOST_LINES]
    tail = full[-MOST_LINES:]
    for at in range(len(tail) - 1, -1, -1):
        if CLOSING.fullmatch(tail[at].text.strip(" *_")[:LONGEST_LINE]):
            return tail[at + 1 :]
    names = _words(sender_name)
    for at, line in enumerate(tail):
        if names and _words(line.text) == names:
            return tail[at:]
    # A segment that is nothing but a signature has no greeting above it.
    is_alone = len(full) <= 12 and names and any(set(names) <= set(_words(one.text)) for one in full[:2])
    return tail if is_alone else []


def _lines(text: str) -> Iterator[_Line]:
    at = 0
    for line in text.split("\n"):
        if not line.lstrip().startswith(">"):
            yield _Line(line[:LONGEST_LINE].rstrip("\r"), at)
        at += len(line) + 1


def _words(name: str) -> list[str]:
    return [word.casefold().strip(".,*_") for word in name.split() if word.strip(".,*_")]


def _phones(line: _Line, region: str) -> list[Found]:
    return [
        Found(one.value, line.start + one.start, line.start + one.end)
        for one in find_phones(line.text, region)
    ]


def _vat(line: _Line, region: str) -> Found | None:
    found = find_vat_number(line.text, region)
    return Found(found.value, line.start + found.start, line.start + found.end) if found else None


def _website(line: _Line) -> Found | None:
    for found in WEBSITE.finditer(line.text):
        value = found[0].rstrip(".;:/")
        if not any(other in value.lower() for other in NO_WEBSITE):
            return Found(value, line.start + found.start(), line.start + found.start() + len(value))
    return None


def _person(
    lines: Sequence[_Line], sender_name: str, domain: str
) -> tuple[Found | None, Found | None, Found | None]:
    """Name, job and company: the parts of the lines that look like one, the first of each."""
    name = title = company = None
    names = set(_words(sender_name))
    for at, part in enumerate(part for line in lines for part in _parts(line)):
        if _is_company(part.value, domain):
            company = company or part
        elif at < 3 and name is None and _is_name(part.value, names):
            name = part
        elif title is None and _is_job(part.value):
            title = part
    return name, title, company


def _parts(line: _Line) -> Iterator[Found]:
    """The parts of a line between bars, dots, dashes and commas; a legal form stays with its name."""
    if _ADDRESS_MARK.search(line.text) and "|" not in line.text:
        return
    start = 0
    for gap in _PARTS.finditer(line.text):
        if gap[0].startswith(",") and LEGAL_FORM.fullmatch(f" {line.text[gap.end() :].strip(_AROUND)}"):
            continue  # Acme Services, Inc.
        if part := _found(line, start, gap.start()):
            yield part
        start = gap.end()
    if part := _found(line, start, len(line.text)):
        yield part


def _found(line: _Line, start: int, end: int) -> Found | None:
    raw = line.text[start:end]
    value = raw.strip(_AROUND)
    if not value or len(value) > LONGEST_PART or _ADDRESS_MARK.search(value) or WEBSITE.search(value):
        return None
    at = line.start + start + raw.index(value)
    return Found(value, at, at + len(value))


def _is_company(value: str, domain: str) -> bool:
    if (LEGAL_FORM.search(value) and len(value.rsplit(maxsplit=1)[-1]) > 2) or SHORT_FORM.search(value):
        return not value.endswith(" as")
    label = re.sub(r"[^a-z0-9]", "", domain.partition(".")[0].lower())
    own = re.sub(r"[^a-z0-9]", "", value.lower())
    return len(label) >= 4 and own == label


def _is_name(value: str, names: set[str]) -> bool:
    own = set(_words(value))
    if names and own:
        return own <= names or names <= own
    return not names and _NAME.fullmatch(value) is not None and value[0].isupper() and not JOB.search(value)


def _is_job(value: str) -> bool:
    words = _LABEL.sub("", value)
    return (
        JOB.search(words) is not None
        and len(words.split()) <= 8
        and not any(c.isdigit() for c in words)
        and not value.endswith((".", "!", "?"))
        and not STREET.search(words)
    )


def _address(lines: Sequence[_Line]) -> Found | None:
    """The line with a postcode and its place, with the street if that is the line above it."""
    for at, line in enumerate(lines):
        if not _is_place(line.text):
            continue
        above = lines[at - 1] if at else None
        has_street = STREET.search(line.text.partition(" ")[0]) or "," in line.text
        first = (
            above
            if above and not has_street and STREET.search(above.text) and len(above.text) < LONGEST_PART
            else line
        )
        parts = [one.text.strip(_AROUND) for one in ([first, line] if first is not line else [line])]
        parts[-1] = next(part for part in re.split(r"\s{3,}", parts[-1]) if POSTCODE.search(part))
        value = ", ".join(_LABEL.sub("", part) for part in parts)
        if len(value) <= LONGEST_LINE:
            return Found(value, first.start, line.start + len(line.text))
    return None


def _is_place(text: str) -> bool:
    """Tell whether a line holds a postcode with its place, and is neither a sentence nor the head of a quote."""
    if POSTCODE.search(text) is None or len(text) > 2 * LONGEST_PART or CLOCK.search(text) or "@" in text:
        return False
    parts = re.split(r"\s{3,}", text.strip(_AROUND))
    return any(POSTCODE.search(part) for part in parts) and not find_phones(text, "")
