"""What the commands of `rules` have in common: folders of rules, read with the settings, and stretches of time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from inboxcrm.base.settings import Settings
from inboxcrm.cli.given import FILE
from inboxcrm.rules.book import RulesFaulty, read_rules
from inboxcrm.rules.rule import Rule, RuleSet

_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "w": timedelta(weeks=1)}

folder_argument = click.argument("folder", type=FILE, required=False)


def read_folder(settings: Settings, folder: Path | None) -> RuleSet:
    """Read the rules of a folder, or those in force; all faults are among them."""
    return read_rules(folder or settings.rules.folder, settings.stage_names, settings.field, settings)


def right_rules(settings: Settings, folder: Path | None = None) -> tuple[Rule, ...]:
    """Read rules that must have no fault. Raises RulesFaulty."""
    found = read_folder(settings, folder)
    if found.faults:
        raise RulesFaulty(found)
    return found.rules


class Moment(click.ParamType[datetime, datetime]):
    """A day such as 2026-11-23, or so long ago: 90d, 12h, 2w; kept as words until the clock and the zone are known."""

    name = "when"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Check the words."""
        words = str(value).strip().lower()
        if not re.fullmatch(r"[0-9]{1,4} ?[dhw]|[0-9]{4}-[0-9]{2}-[0-9]{2}", words):
            self.fail("write a day such as 2026-11-23, or how long ago: 90d, 12h, 2w", param, ctx)
        if "-" in words:
            try:
                datetime.strptime(words, "%Y-%m-%d").replace(tzinfo=UTC)
            except ValueError:
                self.fail(f"there is no day {words}", param, ctx)
        return words


def moment_of(words: str, settings: Settings, now: datetime) -> datetime:
    """Give the moment that such words name: the beginning of a day in the company's zone, or so long before now."""
    if "-" in words:
        day = datetime.strptime(words, "%Y-%m-%d").replace(tzinfo=settings.company.zone)
        return day.astimezone(UTC)
    return now - int(words[:-1]) * _UNITS[words[-1]]


def spelled(at: datetime | None, settings: Settings) -> str:
    """Write a moment in the company's zone."""
    return f"{at.astimezone(settings.company.zone):%Y-%m-%d %H:%M}" if at else "never"
