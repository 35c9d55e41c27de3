"""What a receipt says of the lines that were not carried out: each with the nearest right form (EM-4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from inboxcrm.commands.grammar import Reading, find_command_below
from inboxcrm.commands.later import word_to_come

if TYPE_CHECKING:
    from inboxcrm.commands.tongues.tongue import Tongue
    from inboxcrm.commands.word import Word

LONGEST_SHOWN = 60


def hint_of(reading: Reading, words: Mapping[str, Word], tongue: Tongue, *, has_lines: bool) -> str:
    """Give what would be right; "" where the free text looks like no command, and others were carried out."""
    later = word_to_come(reading.free_text, words)
    near = None if later else words.get(reading.nearest)
    if not (near or later) and has_lines:
        return ""
    unread = "The next line was not carried out." if has_lines else "I found no command in your mail."
    hint = f"Did you mean: {near.example}" if near else _help(reading.free_text, later, words, tongue)
    return f"{unread} {hint}{_others(reading, words) if near else ''}"


def _others(reading: Reading, words: Mapping[str, Word]) -> str:
    """Name the lines below, up to the first that looks like no command."""
    told = [
        f"{_shown(line)} (did you mean: {words[near].example})" if near else f"{_shown(line)} (it is right)"
        for line, near in reading.unread[1:]
    ]
    return f". Nor was what stands below: {'; '.join(told)}" if told else ""


def _shown(line: str) -> str:
    return line if len(line) <= LONGEST_SHOWN else f"{line[:LONGEST_SHOWN]}…"


def _help(free_text: str, later: str, words: Mapping[str, Word], tongue: Tongue) -> str:
    if later:
        return f"`{later}` is not there yet; nothing was done."
    if below := find_command_below(free_text, words, tongue):
        return f"I read commands at the top of a mail only; put this on its first line: {below}"
    return "Answer `help` for the words that I know."
