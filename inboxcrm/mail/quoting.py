"""How mail programs announce what they quote, in en nl de fr es it pt no sv da pl. The patterns are linear.

An attribution is the line above a quote ("On … wrote:"), perhaps wrapped; a separator or a block of headers
ends the new words for good ("-----Original Message-----").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST_LINE = 1000
MOST_WRAPPED_LINES = 4
_WROTE = re.compile(
    r"\b(?:wrote|writes|schreef|geschreven|schrieb|a écrit|escribi[óo]|ha scritto|scrisse|escreveu|skrev|napisał\(a\)"
    r"|napisała|napisał|pisze|написал|пише|kirjoitti|napsal|írta|yazdı)(?:\b|(?<=\)))",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"<[^<>\s]{1,120}@[^<>\s]{1,120}>")
_CLOCK = re.compile(r"\b\d{1,2}[:.h]\d{2}\b")
_STARTER = re.compile(
    r"(?:on|am|op|le|el|il|em|den|w dniu|dnia|dne)\s|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b"
    r"|\d{1,2}\.?\s[^\W\d_]{2,12}\.?\s\d{4}\b|[^\W\d_]{2,12}\.?,?\s(?:den\s|d\.\s)?\d{1,2}\b",
    re.IGNORECASE,
)
_YEAR_OR_CLOCK = re.compile(r"\b\d{4}\b|\b\d{1,2}[:.h]\d{2}\b")
_WHEN = re.compile(r"\d{4}|\d{1,2}[:.h]\d{2}|@")
_SEPARATOR = re.compile(
    r"[-_=\s]{3,60}(?:original message|original appointment|forwarded message|reply message|ursprüngliche nachricht"
    r"|originalnachricht|weitergeleitete nachricht|oorspronkelijk bericht|origineel bericht|doorgestuurd bericht"
    r"|message d'origine|message original|message transféré|mensaje original|mensaje reenviado|messaggio originale"
    r"|messaggio inoltrato|mensagem original|mensagem encaminhada|opprinnelig melding|videresendt melding"
    r"|ursprungligt meddelande|vidarebefordrat meddelande|oprindelig meddelelse|videresendt meddelelse"
    r"|wiadomość oryginalna|oryginalna wiadomość|wiadomość przekazana)[-_=\s]{0,60}:?",
    re.IGNORECASE,
)
_BEGIN = re.compile(
    r"(?:begin forwarded message|anfang der weitergeleiteten (?:e-mail|nachricht)|begin doorgestuurd bericht"
    r"|début du message (?:réexpédié|transféré)|inicio del mensaje reenviado|inizio messaggio inoltrato"
    r"|início da mensagem (?:encaminhada|reencaminhada)|vidarebefordrat brev|videresendt melding):",
    re.IGNORECASE,
)
_RULERS = ("-", "_", "=")
_RULE = re.compile(r"\s*[_\-=]{10,}\s*")
_FIELD = re.compile(r"\s*\*?([^\W\d_]{1,18})(?: le| el| em| il| den)?\s?:")
_FIELD_NAMES = {
    "from": "from von van de da fra från od",
    "date": "sent date gesendet datum verzonden envoyé enviado fecha inviato data enviada sendt dato skickat wysłano",
    "to": "to an aan à para a til till do pour",
    "subject": "subject betreff onderwerp objet asunto oggetto assunto emne ämne temat sujet",
    "cc": "cc kopie kopia dw",
}
_FIELD_KIND = {name: kind for kind, names in _FIELD_NAMES.items() for name in names.split()}


def is_quoted(line: str) -> bool:
    """A line that a mail program marked with >."""
    return line.lstrip().startswith(">")


def attribution_length(lines: Sequence[str], at: int) -> int:
    """How many lines from `at` on are one attribution; 0 if none begins there.

    It must name a date, a time or an address, so that "On Monday we wrote:" stays text. A wrapped one must
    begin like one, so that the command in the line above it is not taken for its beginning.
    """
    reach = lines[at : at + MOST_WRAPPED_LINES]
    if not any(line.rstrip().endswith(":") for line in reach):  # most lines by far
        return 0
    joined = ""
    for count, line in enumerate(reach, start=1):
        stripped = line.strip()
        if not stripped or is_quoted(line) or len(joined) + len(stripped) > LONGEST_LINE:
            return 0
        if (count == 2 and not _begins(joined.strip())) or (count > 1 and _begins(stripped)):
            return 0
        joined = f"{joined} {stripped}"
        if stripped.endswith(":"):
            return count if _is_attribution(joined) else 0
    return 0


def _begins(line: str) -> bool:
    if _STARTER.match(line) and _YEAR_OR_CLOCK.search(line):
        return True
    return _ADDRESS.search(line) is not None and _WROTE.search(line) is not None and not line.endswith(":")


def _is_attribution(line: str) -> bool:
    """Somebody wrote it at some time; or just a time and an address in brackets, as some programs have it."""
    if _WROTE.search(line):
        return _WHEN.search(line) is not None
    return _ADDRESS.search(line) is not None and _CLOCK.search(line) is not None


def is_separator(lines: Sequence[str], at: int) -> bool:
    """The rest of the mail from this line on is an older one."""
    line = lines[at].strip(" \t*")[:LONGEST_LINE]
    if ":" not in line and not line.startswith(_RULERS) and not line[:1].isspace():  # most lines by far
        return False
    if _SEPARATOR.fullmatch(line) or _BEGIN.match(line):
        return True
    if _RULE.fullmatch(line):
        return any(is_header_block(lines, later) for later in range(at + 1, min(at + 3, len(lines))))
    return is_header_block(lines, at)


def is_header_block(lines: Sequence[str], at: int) -> bool:
    """Headers of an older mail as text: three of From, date, To, Subject, Cc within seven lines, From among them."""
    if field_kind(lines[at]) is None:
        return False
    kinds = {kind for line in lines[at : at + 7] if (kind := field_kind(line))}
    return len(kinds) >= 3 and "from" in kinds


def field_kind(line: str) -> str | None:
    """Which header a line such as "Gesendet: …" or "*From:* …" shows."""
    found = _FIELD.match(line[:80])
    return _FIELD_KIND.get(found[1].strip().lower()) if found else None
