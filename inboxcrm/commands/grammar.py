"""Reads commands in a mail's own words: one a line, or several numbered ones, until the first line that is none.

3 done, 4 snooze fri, 5 lost price        numbered lines of a digest
quote 20 x standard                       a word and its arguments
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from difflib import get_close_matches

from inboxcrm.commands.bant_line import WORD as BANT
from inboxcrm.commands.bant_line import begins_as_bant, read_bant_line

LINE = re.compile(
    r"^(?:(?P<number>\d{1,3})[.):]?[ \t]+)?(?P<word>[A-Za-z][A-Za-z-]{0,20})[.!:]?(?:[ \t]+(?P<rest>.*))?$"
)
NUMBERED = re.compile(r",[ \t]*(?=\d{1,3}[ \t]+[A-Za-z])")
BULLETS = "-*•– \t"
FOR_DEALS = ("amount", "lost", "stage", "hold", "probability", "continue")
# Their own words hold commas before numbers: `quote 20 x standard, 2 x training`, `invoice to Acme, 12 High Street, …`.
WITH_COMMAS = ("quote", "invoice", "bant", "score", "recycle", "escalate", *FOR_DEALS)
# Words that people write in sentences, too: commands only with a colon, and then the whole line is theirs.
WITH_COLON = (
    "call", "source", "type", "campaign", "ask", "address", "phone", "billing", "signatory", "kind", "company",
    "parent", "domain", "vat", "end-user", "dead", "resume", "continue",
    "snippet", "note", "task", "drop",
)  # fmt: skip
WITHOUT_WORDS = ("ask", "dead", "drop")  # these stand without a colon, too, if nothing follows
NEVER_GUESSED = ("dead",)  # of a letter that begins with Dear
MAY_GO_ON = ("call", "note")  # in the next line
# One letter for a word, where nothing but what is named here follows it: `d`, `s fri`, `u 2`.
SHORT = {"d": "done", "h": "help", "n": "no", "s": "snooze", "u": "undo", "y": "yes"}
_AFTER_SHORT = {"s": re.compile(r"(?:\S{1,12} ?){1,4}"), "u": re.compile(r"\d{1,3}")}
LONGEST_LINE = 500
MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class CommandLine:
    """One command: the number of the digest's line that it is about, its word, and what follows it."""

    number: int | None
    word: str
    rest: str
    source: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a mail's own words hold: its commands, then free text; `nearest` if the first line misspells one."""

    commands: tuple[CommandLine, ...]
    free_text: str
    nearest: str = ""


def read_commands(own_words: str, words: Collection[str]) -> Reading:
    """Read the commands above the first line that is none; the rest is free text, never carried out."""
    lines = own_words.strip().splitlines()
    found: list[CommandLine] = []
    for index, line in enumerate(lines[:MOST_LINES]):
        if not line.strip():
            if found:
                return Reading(tuple(found), "\n".join(lines[index:]).strip())
            continue
        parsed = _read_line(line.strip().lstrip(BULLETS), words)
        if parsed is None and found and found[-1].word in MAY_GO_ON and lines[index - 1].strip():
            last = found.pop()  # mail programs break long lines
            found.append(replace(last, rest=f"{last.rest} {line.strip()}"))
            continue
        if parsed is None:
            return Reading(tuple(found), "\n".join(lines[index:]).strip(), _nearest(line, words))
        found += parsed
    return Reading(tuple(found), "\n".join(lines[MOST_LINES:]).strip())


def find_command_below(free_text: str, words: Collection[str]) -> str:
    """Give the first line of free text that would be a command at the top; it is shown, never carried out."""
    lines = (line.strip().lstrip(BULLETS) for line in free_text.splitlines()[:MOST_LINES])
    return next((line for line in lines if line and _read_line(line, words)), "")


def _spelled_out(part: str) -> str:
    """Give a line with the word for which its one letter stands."""
    match = LINE.match(part)
    letter = match["word"].lower() if match else ""
    if match is None or letter not in SHORT:
        return part
    rest = (match["rest"] or "").strip()
    follows = _AFTER_SHORT.get(letter)
    if rest and not (follows and follows.fullmatch(rest)):
        return part
    return f"{part[: match.start('word')]}{SHORT[letter]}{part[match.end('word') :]}"


def _read_line(line: str, words: Collection[str]) -> list[CommandLine] | None:
    commands: list[CommandLine] = []
    if len(line) > LONGEST_LINE:
        return None  # half a command would be another command
    if BANT in words and (pairs := read_bant_line(line)):
        return [CommandLine(pairs[0], BANT, pairs[1], line)]
    if (whole := LINE.match(line)) and whole["word"].lower() in WITH_COLON:
        number = int(whole["number"]) if whole["number"] else None
        rest = (whole["rest"] or "").strip()
        return [CommandLine(number, whole["word"].lower(), rest, line)] if _is_meant(whole, words) else None
    for part in map(_spelled_out, NUMBERED.split(line)):
        match = LINE.match(part.strip())
        if match is None or not _is_meant(match, words):
            if not commands or commands[-1].word not in WITH_COMMAS:
                return None
            last = commands.pop()
            commands.append(replace(last, rest=f"{last.rest}, {part}", source=f"{last.source}, {part}"))
            continue
        number = int(match["number"]) if match["number"] else None
        commands.append(
            CommandLine(number, match["word"].lower(), (match["rest"] or "").strip(), part.strip())
        )
    return commands


def _is_meant(match: re.Match[str], words: Collection[str]) -> bool:
    """Tell whether a word is a command: `call` with a colon behind it alone, as people write "call him"."""
    word = match["word"].lower()
    is_bare = word in WITHOUT_WORDS and not match["rest"]
    has_colon = match.string[match.end("word") :].startswith(":")
    return word in words and (word not in WITH_COLON or has_colon or is_bare)


def _nearest(line: str, words: Collection[str]) -> str:
    """Give the command that a line of few words may have meant."""
    match = LINE.match(line.strip().lstrip(BULLETS)[:LONGEST_LINE])
    if match is None:
        return ""
    if BANT in words and begins_as_bant(match.string):
        return BANT
    word = match["word"].lower()
    guessed = words if word in words else [one for one in words if one not in NEVER_GUESSED]
    return next(iter(get_close_matches(word, list(guessed), n=1, cutoff=0.75)), "")
