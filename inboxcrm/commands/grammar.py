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
from inboxcrm.commands.tongues.tongue import ENGLISH, Tongue, meant_elsewhere

LINE = re.compile(
    r"^(?:(?P<number>\d{1,3})[.):]?[ \t]+)?(?P<word>[A-Za-z][A-Za-z-]{0,20})[.!:]?(?:[ \t]+(?P<rest>.*))?$"
)
NUMBERED = re.compile(r",[ \t]*(?=\d{1,3}[ \t]+[A-Za-z])")
_NUMBERED_ABROAD = re.compile(r",[ \t]*(?=\d{1,3}[ \t]+[^\W\d_])")
BULLETS = "-*•– \t"
FOR_DEALS = ("amount", "lost", "stage", "hold", "probability", "continue")
# Their own words hold commas before numbers: `quote 20 x standard, 2 x training`, `invoice to Acme, 12 High Street, …`.
WITH_COMMAS = ("quote", "invoice", "bant", "score", "recycle", "escalate", *FOR_DEALS)
# Words that people write in sentences, too: commands only with a colon, and then the whole line is theirs.
WITH_COLON = (
    "call", "source", "type", "campaign", "ask", "address", "phone", "billing", "signatory", "kind", "company",
    "licences", "parent", "domain", "vat", "end-user", "dead", "resume", "continue",
    "snippet", "note", "task", "drop", "overloaded",
)  # fmt: skip
WITHOUT_WORDS = ("ask", "dead", "drop", "overloaded")  # these stand without a colon, too, if nothing follows
NEVER_GUESSED = ("dead",)  # of a letter that begins with Dear
MAY_GO_ON = ("call", "note")  # in the next line
# One letter for a word, where nothing but what is named here follows it: `d`, `s fri`, `u 2`.
SHORT = {"d": "done", "h": "help", "n": "no", "s": "snooze", "u": "undo", "y": "yes"}
_AFTER_SHORT = {"s": re.compile(r"(?:\S{1,12} ?){1,4}"), "u": re.compile(r"\d{1,3}")}
_FIRST = re.compile(r"^(?:\d{1,3}[.):]?[ \t]+)?(?P<word>[^\W\d_](?:[^\W\d_]|-){0,30})(?![^\W_])")
LONGEST_LINE = 500
MOST_LINES = 50
MOST_UNREAD = 10
MOST_WORDS = 6  # of a line that was surely meant as a command
MOST_ABROAD = 4  # of one that begins with a word of another language


@dataclass(frozen=True, slots=True)
class CommandLine:
    """One command: the number of the digest's line that it is about, its word, and what follows it."""

    number: int | None
    word: str
    rest: str
    source: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a mail's own words hold: its commands, then free text.

    `unread` are the first lines of the free text that look like commands, each with the command that it may have
    meant, or "" where it is one and only stands below a line that is none; `nearest` is that of the first.
    """

    commands: tuple[CommandLine, ...]
    free_text: str
    unread: tuple[tuple[str, str], ...] = ()

    @property
    def nearest(self) -> str:
        """Give the command that the first line of the free text may have meant."""
        return self.unread[0][1] if self.unread else ""


def read_commands(own_words: str, words: Collection[str], tongue: Tongue = ENGLISH) -> Reading:
    """Read the commands above the first line that is none; the rest is free text, never carried out."""
    lines = own_words.strip().splitlines()
    found: list[CommandLine] = []
    for index, line in enumerate(lines[:MOST_LINES]):
        if not line.strip():
            if found:
                return Reading(tuple(found), "\n".join(lines[index:]).strip())
            continue
        parsed = _read_line(line.strip().lstrip(BULLETS), words, tongue)
        if parsed is None and found and found[-1].word in MAY_GO_ON and lines[index - 1].strip():
            last = found.pop()  # mail programs break long lines
            found.append(replace(last, rest=f"{last.rest} {line.strip()}"))
            continue
        if parsed is None:
            unread = _unread(lines[index:MOST_LINES], words, tongue)
            return Reading(tuple(found), "\n".join(lines[index:]).strip(), unread)
        found += parsed
    return Reading(tuple(found), "\n".join(lines[MOST_LINES:]).strip())


def _unread(lines: list[str], words: Collection[str], tongue: Tongue) -> tuple[tuple[str, str], ...]:
    """Give the lines, up to the first that looks like no command, each with the command that it may have meant.

    Below the first line only short ones count: a note may begin with a word that is like a command.
    """
    found: list[tuple[str, str]] = []
    for line in lines[:MOST_UNREAD]:
        plain = line.strip().lstrip(BULLETS)
        is_right = bool(found) and bool(_read_line(plain, words, tongue))
        near = "" if is_right else _nearest(plain, words, tongue)
        if not (is_right or near) or (found and len(plain.split()) > MOST_WORDS):
            break
        found.append((plain, near))
    return tuple(found)


def find_command_below(free_text: str, words: Collection[str], tongue: Tongue = ENGLISH) -> str:
    """Give the first line of free text that would be a command at the top; it is shown, never carried out."""
    lines = (line.strip().lstrip(BULLETS) for line in free_text.splitlines()[:MOST_LINES])
    return next((line for line in lines if line and _read_line(line, words, tongue)), "")


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


def _read_line(line: str, words: Collection[str], tongue: Tongue) -> list[CommandLine] | None:
    commands: list[CommandLine] = []
    if len(line) > LONGEST_LINE:
        return None  # half a command would be another command
    if BANT in words and (pairs := read_bant_line(line)):
        return [CommandLine(pairs[0], BANT, pairs[1], line)]
    if (whole := LINE.match(tongue.line(line))) and whole["word"].lower() in WITH_COLON:
        number = int(whole["number"]) if whole["number"] else None
        rest = (whole["rest"] or "").strip()
        return [CommandLine(number, whole["word"].lower(), rest, line)] if _is_meant(whole, words) else None
    for said in (_NUMBERED_ABROAD if tongue.words else NUMBERED).split(line):
        part = _spelled_out(tongue.line(said.strip()))
        match = LINE.match(part.strip())
        if match is None or not _is_meant(match, words):
            if not commands or commands[-1].word not in WITH_COMMAS:
                return None
            last = commands.pop()
            commands.append(replace(last, rest=f"{last.rest}, {said}", source=f"{last.source}, {said}"))
            continue
        number = int(match["number"]) if match["number"] else None
        source = (part if tongue.line(said.strip()) == said.strip() else said).strip()
        commands.append(CommandLine(number, match["word"].lower(), (match["rest"] or "").strip(), source))
    return commands


def _is_meant(match: re.Match[str], words: Collection[str]) -> bool:
    """Tell whether a word is a command: `call` with a colon behind it alone, as people write "call him"."""
    word = match["word"].lower()
    is_bare = word in WITHOUT_WORDS and not match["rest"]
    has_colon = match.string[match.end("word") :].startswith(":")
    return word in words and (word not in WITH_COLON or has_colon or is_bare)


def _nearest(line: str, words: Collection[str], tongue: Tongue) -> str:
    """Give the command that a line may have meant: the first part of it that is none."""
    parts = [one.strip() for one in NUMBERED.split(line[:LONGEST_LINE])]
    part = next((one for one in parts if not _read_line(one, words, tongue)), parts[0])
    if len(part.split()) <= MOST_ABROAD and (abroad := _abroad(part, words, tongue)):
        return abroad
    match = LINE.match(part)
    if match is None:
        return ""
    if BANT in words and begins_as_bant(match.string):
        return BANT
    word = match["word"].lower()
    guessed = words if word in words else [one for one in words if one not in NEVER_GUESSED]
    return next(iter(get_close_matches(word, list(guessed), n=1, cutoff=0.75)), "")


def _abroad(part: str, words: Collection[str], tongue: Tongue) -> str:
    """Give the command that a word means in another language, or is near to in one of the team's."""
    match = _FIRST.match(part)
    word = match["word"].lower() if match else ""
    if not word or word in words:
        return ""
    near = get_close_matches(word, list(tongue.words), n=1, cutoff=0.75)
    meant = tongue.words[near[0]] if near else meant_elsewhere(word)
    return meant if meant in words and meant not in NEVER_GUESSED else ""
