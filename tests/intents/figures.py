"""Counts how well the intents of the labelled mails are read; `python -m tests.intents.figures` prints a table.

The sets to count are named on the command line: open (where none is named), sealed, fresh.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from inboxcrm.ingest.intents import Intent, read_intents
from inboxcrm.mail.reply import new_words
from tests.intents.test_labels import INTENTS, LANGUAGES, SETS, Case, read_cases


@dataclass(slots=True)
class Figures:
    """What was found of one intent: rightly, wrongly, not at all; and what of it was sure."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    sure_right: int = 0
    sure_wrong: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """The share of what was found that is right."""
        return self.right / ((self.right + self.wrong) or 1)

    @property
    def recall(self) -> float:
        """The share of what is there that was found."""
        return self.right / ((self.right + self.missed) or 1)

    @property
    def sure_precision(self) -> float:
        """The share of what was found and sure that is right; 1 if nothing was sure."""
        told = self.sure_right + len(self.sure_wrong)
        return self.sure_right / told if told else 1.0


def cases(half: str) -> Iterator[tuple[str, Case]]:
    """Give the mails of a half with their language."""
    for intent in INTENTS:
        for language in LANGUAGES:
            for case in read_cases(half, intent, language):
                yield language, case


def read_case(case: Case) -> dict[str, Intent]:
    """Read the intents of a case from its own words, as intake does."""
    found = read_intents(
        new_words(case["text"].strip()),
        subject=case.get("subject", ""),
        attachments=case.get("attachments", ()),
        sent_on=case.get("sent_on"),
    )
    return {intent.name: intent for intent in found}


def figures_of(half: str) -> dict[tuple[str, str], Figures]:
    """Count by (intent, language), and by (intent, "") for all languages; what is arguable counts for nothing."""
    counted: dict[tuple[str, str], Figures] = defaultdict(Figures)
    for language, case in cases(half):
        found = read_case(case)
        for name in ({*found, *case["labels"]}) - set(case.get("arguable", ())):
            for key in ((name, ""), (name, language)):
                _count(counted[key], found.get(name), name in case["labels"], case["id"])
    return counted


def _count(figures: Figures, intent: Intent | None, is_there: bool, ident: str) -> None:
    if intent is None:
        figures.missed += 1
    elif is_there:
        figures.right += 1
        figures.sure_right += intent.is_sure
    else:
        figures.wrong += 1
        if intent.is_sure:
            figures.sure_wrong.append(ident)


def lines_of(half: str) -> Iterator[str]:
    """Give the table of a half, and the wrong ones that would have been acted on."""
    counted = figures_of(half)
    yield f"{half:20} precision recall  sure: precision found of"
    keys = [(name, "") for name in INTENTS]
    keys += [(name, language) for name in ("acceptance", "rejection") for language in LANGUAGES]
    for key in keys:
        one = counted[key]
        yield (
            f"{' '.join(key).strip():20} {one.precision:9.2f} {one.recall:6.2f} {one.sure_precision:16.2f}"
            f" {one.sure_right:5} {one.right + one.missed:2}"
        )
    for name in ("acceptance", "rejection"):
        yield f"wrong and sure, {name}: {', '.join(counted[name, ''].sure_wrong) or 'none'}"


if __name__ == "__main__":
    if unknown := set(sys.argv[1:]) - set(SETS):
        sys.exit(f"no such set of mails: {', '.join(sorted(unknown))}; there are {', '.join(SETS)}")
    for chosen in sys.argv[1:] or ["open"]:
        sys.stdout.write("\n".join([*lines_of(chosen), ""]) + "\n")
