"""In which languages command words are read besides English (EM-4)."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

LANGUAGES = ("de", "es", "fr", "nl", "no")


def _language(value: str) -> str:
    value = value.strip().lower()
    if value not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise ValueError(f"should be one of {known}; English is always read and is not listed")
    return value


def _own(value: str) -> str:
    word, _, command = (part.strip().lower() for part in value.partition("="))
    if not (word and command) or len((*word.split(), *command.split())) != 2:
        raise ValueError('should be one word and the command that it means, such as "afgehandeld = done"')
    return f"{word} = {command}"


class Commands(BaseModel):
    """The languages of the team, and words of its own for commands: `afgehandeld = done`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    languages: tuple[Annotated[str, AfterValidator(_language)], ...] = ()
    words: tuple[Annotated[str, AfterValidator(_own)], ...] = ()

    @property
    def own(self) -> dict[str, str]:
        """Give the team's own words, each with its command."""
        return dict(one.split(" = ") for one in self.words)
