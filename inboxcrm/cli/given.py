"""Arguments that must say something: an empty one, such as of a shell's unset variable, never means all or here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click


class _Words(click.ParamType[str, str]):
    """Text with more in it than blanks, without those around it."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return str(value).strip() or self.fail("it is empty", param, ctx)


class _File(click.Path):
    """A path that is named."""

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        return (
            super().convert(value, param, ctx) if str(value).strip() else self.fail("it is empty", param, ctx)
        )


def mail_address(words: str, named: str) -> str:
    """Give a mail address in lower case; `named` is what asks for it. Raises click.BadParameter."""
    found = words.strip().lower()
    if "@" not in found.strip("@") or " " in found:
        raise click.BadParameter("should be a mail address such as anna@example.com", param_hint=named)
    return found


WORDS = _Words()
FILE = _File(path_type=Path)
NEW_FILE = _File(path_type=Path, dir_okay=False)
