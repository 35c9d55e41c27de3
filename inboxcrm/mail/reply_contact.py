"""The block of names and contacts at the end of a mail, with the formula above it ("Kind regards").

A formula with nothing but a name below it ("Best regards, Anna") is the end of the letter and stays with its
words. A signature is more: below the name a telephone, an address, a company or a job. In doubt lines stay: a
block with any line that could be an order ("20 x standard") or a sentence is none, nor is one that a line ending
with a colon asks for ("Invoice to:").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inboxcrm.mail.reply_language import ADDRESS, CLOSINGS, ROLE, words_of

MOST_LINES = 14
LONGEST_LINE = 120
_PARTICLES = frozenset(words_of("particles"))
_CONTACT = re.compile(
    r"\bwww\.|https?://|\b(?:tel|phone|mobile|mob|cell|fax|direct|office|telefon|telefoon|mobiel|mobil|handy|tél|téléphone"
    r"|portable|teléfono|móvil|telefono|cellulare|telefone|telemóvel|celular|tlf|kom|skype|e-?mail|web|website|internet)"
    r"\b\.?\s{0,2}[:.+(\d]|^[mtfepw][:.]\s?\S|\+\d[\d\s().\-/]{6,24}\d|\(?\b0?\d{2,4}\)?[\s/\-.]\d[\d\s().\-/]{4,20}\d\b|[📞📧📱☎✉]",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"(?<!\w)(?:gmbh|b\.?v|n\.v|ltd|limited|inc|llc|llp|plc|corp|corporation|s\.a\.?s?|sarl|sas|s\.?r\.?l|s\.?p\.a|s\.l|a/s|aps|asa"
    r"|oyj?|ag|kg|ohg|lda|ltda|sp\. z o\.\s?o|kvk|btw|ust-id\w*|hrb|siret|p\.iva|cvr|nip|regon)\.?(?!\w)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LINK = re.compile(r"<[^<>]{0,300}>|https?://\S+|www\.\S+|\S*@\S+")
_RULE = re.compile(r"[-_=—–―*]{3,200}")
_FOOTNOTE = re.compile(r"[\[(]?\d{1,2}[\])]")
_DEEP_LINK = re.compile(r"<?https?://[^\s/]{1,100}/\S{2,}")  # to a page, not to somebody's home
_SENTENCE_ENDS = ("?", ";", ":")
_AROUND = " \t\xa0,.!;:-–—*_~☺😊🎉👍🙂"
_SIGNED = re.compile(r"[-–—~]{1,2}[^\W\d_][^\W\d_.]{1,20}(?:\s[^\W\d_][^\W\d_.]{0,20}){0,2}")


@dataclass(slots=True)
class _Block:
    """What has been seen while walking up from the last line."""

    start: int
    lines: int = 0
    contacts: int = 0
    links: int = 0  # of the contacts, those that are links to a page
    jobs: int = 0

    @property
    def is_below_formula(self) -> bool:
        """Whether it is more than a name, though a formula stands above it."""
        return self.lines >= 2 and self.contacts - self.links + self.jobs >= 1

    @property
    def is_card(self) -> bool:
        """Whether it is a signature without a formula: two things of it, one of them a way to reach somebody."""
        return self.contacts + self.jobs >= 2 and self.contacts > self.links


def block_start(lines: Sequence[str], start: int, end: int, *, has_words_above: bool) -> int:
    """Where the block of contacts at the end of these lines begins, its formula included; `end` if there is none."""
    block, named = _Block(end), end
    for at in range(end - 1, start - 1, -1):
        line = lines[at].strip()
        if not line:
            continue
        has_above = has_words_above or any(above.strip() for above in lines[max(start, at - 3) : at])
        if block.lines == 0 and has_above and _is_signed(line, lines[at - 1]):
            return at
        if is_closing(line) or _RULE.fullmatch(line):
            is_block = block.is_below_formula and _is_name(lines[block.start].strip())
            return at if is_block and has_above else named
        if block.lines == MOST_LINES or not _take(block, line):
            return end if line.endswith(":") else named
        block.start = at
        if at > start and not lines[at - 1].strip() and has_above and block.is_card and _is_name(line):
            named = at
    return named if named > start else end


def _is_signed(line: str, above: str) -> bool:
    """Tell "-Anna" as a last line, unless it is the last of a list."""
    return _SIGNED.fullmatch(line) is not None and not above.lstrip().startswith("-")


def is_closing(line: str) -> bool:
    """Tell "Kind regards,", "Viele Grüße / Best regards" and "Regards, Anna"."""
    if len(line) > 80:
        return False
    bare = line.strip(_AROUND).lower()
    if bare in CLOSINGS:
        return True
    if "/" in bare or "|" in bare:
        return all(part.strip(_AROUND) in CLOSINGS for part in re.split(r"[/|]", bare))
    formula, comma, name = line.strip(_AROUND).partition(",")
    return bool(comma) and formula.strip().lower() in CLOSINGS and _is_name(name.strip(_AROUND))


def _take(block: _Block, line: str) -> bool:
    """Count a line into the block; False if it is not one that signatures have."""
    if len(line) > LONGEST_LINE or line.endswith(_SENTENCE_ENDS) or _FOOTNOTE.match(line):
        return False
    bare = _LINK.sub(" ", line)
    words = _WORD.findall(bare)
    own = sum(
        1
        for word in words
        if len(word) > 2 and word.islower() and word not in _PARTICLES and not ROLE.fullmatch(word)
    )
    is_contact = _CONTACT.search(line) is not None or ADDRESS.search(line) is not None
    is_job = bool(words) and (ROLE.search(bare) is not None or _COMPANY.search(bare) is not None)
    if own > 1 or len(words) > (14 if is_contact else 8):
        return False
    if not (is_contact or is_job or _is_plain(line)):
        return False
    block.lines += 1
    block.contacts += is_contact
    block.links += is_contact and _DEEP_LINK.fullmatch(line) is not None
    block.jobs += is_job and not is_contact
    return True


def _is_plain(line: str) -> bool:
    """A company, a street, a town: it begins with a capital, or with a number and a capital ("10115 Berlin")."""
    first = line.lstrip("*_|•·\"'(„“ ")
    if first[:1].isdigit():
        number, _, rest = first.partition(" ")
        return len(number) <= 6 and rest[:1].isupper() and not rest[1:2].isspace()
    return first[:1].isupper() and not line.endswith(".")


def _is_name(line: str) -> bool:
    """One to five words with capitals, as people's names have them; "i. A." and "Dr." may stand ahead."""
    bare = line.strip(" \t*_,|•-–—/\"'")
    words = bare.split()
    if (
        not words
        or len(bare) > 60
        or len(words) > 6
        or any(sign.isdigit() for sign in bare)
        or bare.endswith(("?", ":"))
    ):
        return False
    return bare[:1].isalpha() and all(
        word[:1].isupper() or word.strip(".,").lower() in _PARTICLES or not word[0].isalpha()
        for word in words
    )
