"""Where a signature begins in words of one's own: `-- `, a telephone's line, or a formula with a block of contacts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inboxcrm.mail.reply_contact import block_start
from inboxcrm.mail.reply_language import SENDERS

MOST_BELOW_DASHES = 40
MOST_ROUNDS = 4
LONGEST_LINE = 120
DASHES = ("--", "-- ", "—", "--\xa0")
_NOISE = re.compile(r"[-_=*#~+—–―─\s\xa0]{2,200}|ᐧ")
_LINK = re.compile(r"\](?:\([^()]{0,150}\)|<[^<>]{0,150}>)|<[^<>\s]{1,150}>|https?://\S{0,150}")
_BRACKETS = " \t\xa0<>()[]*_-–—>|\"'"
_MACHINE = re.compile(
    r"\b(?:my|mon|mijn|meinem?|mi|mio|meu|min|mit|mobile|phone|iphone|ipad|ipod|android|blackberry|samsung|galaxy|huawei"
    r"|xiaomi|nokia|htc|windows|outlook|yahoo|gmail|aol|hotmail|live|mail|mailbox|e-?mail|airmail|spark|thunderbird|protonmail"
    r"|proton|newton|k-9|gmx|web\.de|telefon\w*|handy|mobil\w*|smartphone|cell\w*|téléphone|móvil|celular|tablet|mac|laptop"
    r"|webmail|superhuman|tutanota|bluemail|edison|canary|pixel|oneplus|motorola|verizon|t-mobile|at&t|device|app|libero|orange|sfr|a)\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"(?:從我的|从我的|发自我的|發自我的|來自我的).{0,40}|.{0,40}から送信"
    r"|\S+(?: \S+){0,2} from (?:my )?(?:mobile|iphone|ipad|android)(?: \d{1,2})?",
    re.IGNORECASE,
)


def signature_start(lines: Sequence[str], start: int, end: int, *, has_words_above: bool) -> int:
    """Where the signature of the lines from `start` to `end` begins; `end` if there is none."""
    end_of_words = _below_dashes(lines, start, end, has_words_above)
    for _ in range(MOST_ROUNDS):
        before = end_of_words
        end_of_words = _without_machine_lines(lines, start, end_of_words)
        end_of_words = block_start(lines, start, end_of_words, has_words_above=has_words_above)
        if end_of_words == before:
            break
    if end_of_words < end and not any(line.strip() for line in lines[end_of_words:end]):
        return end
    return end_of_words


def _below_dashes(lines: Sequence[str], start: int, end: int, has_words_above: bool) -> int:
    """RFC 3676 section 4.3; many leave the space away."""
    has_words = has_words_above
    for at in range(start, end):
        line = lines[at]
        if line[:1] in "-—" and line.rstrip("\r") in DASHES and has_words:
            below = sum(1 for later in lines[at + 1 : end] if later.strip())
            return at if below <= MOST_BELOW_DASHES else end
        has_words = has_words or bool(line.strip())
    return end


def _without_machine_lines(lines: Sequence[str], start: int, end: int) -> int:
    """Walk up over the lines that programs add, and over rules with nothing below them."""
    at, kept = end, end
    while at > start:
        line = lines[at - 1].strip()
        if line and not is_machine_line(line) and not _is_noise(line, at - 1 == start):
            break
        at -= 1
        kept = at if line else kept
    return kept


def _is_noise(line: str, is_first: bool) -> bool:
    return not is_first and _NOISE.fullmatch(line) is not None


def is_machine_line(line: str) -> bool:
    """Tell "Sent from my iPhone" and its kin: a beginning of that kind, and a machine or a program in it."""
    if len(line) > LONGEST_LINE + 80:
        return False
    bare = _LINK.sub(" ", line).replace("[", "").strip(_BRACKETS)
    lowered = bare.lower()
    if lowered.startswith(SENDERS):
        return _MACHINE.search(bare) is not None
    return (
        len(bare) <= LONGEST_LINE
        and _ELSEWHERE.fullmatch(bare) is not None
        and _MACHINE.search(bare) is not None
    )
