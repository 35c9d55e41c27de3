"""`import`: old mail out of an mbox, a Maildir or a folder of .eml files, as history (IN-16)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import click

from inboxcrm.base.settings import Account, Settings
from inboxcrm.cli.given import FILE, WORDS
from inboxcrm.cli.start import DONE, TO_DO, Start, config_option, open_from_file
from inboxcrm.ingest.importing.sources import open_source
from inboxcrm.ingest.importing.taking import Progress, import_mails
from inboxcrm.mail.pool import start_pool

LINE_EVERY_S = 10.0
REDRAW_EVERY_S = 0.2


@click.command("import")
@click.argument("path", type=FILE)
@click.option("--account", "address", type=WORDS, required=True, help="The mailbox whose history it is.")
@click.option("--folder", "name", type=WORDS, help="What to call it in the ledger; else the name of PATH.")
@config_option
@click.pass_obj
def import_command(start: Start, path: Path, address: str, name: str | None, config: Path) -> int:
    """Take in the old mail of PATH: an mbox file, a Maildir, or a folder of .eml files.

    It makes contacts, conversations and history, and nothing is done because of it. It can be stopped at any moment;
    the same command goes on, and takes nothing in twice. Exits 1 if a mail could not be read.
    """
    office = open_from_file(start, config)
    account = _account(office.settings, address)
    source = open_source(path)
    name = name or source.name
    click.echo(f"{path}: {source.kind} with {_mails(source.count)}, into {account.address} import:{name}")
    start_pool()  # before there are threads
    show = Show(sys.stdout.isatty(), lambda: start.clock.now().timestamp())
    try:
        progress = import_mails(office, account, source, name, show)
    except KeyboardInterrupt:
        show.end()
        click.echo("Stopped. What was taken in stays; the same command goes on from here.")
        return TO_DO
    show.end()
    click.echo(_summary(progress))
    return TO_DO if progress.quarantined else DONE


def _account(settings: Settings, address: str) -> Account:
    found = next((one for one in settings.account if one.address == address.strip().lower()), None)
    if found is None:
        known = ", ".join(one.address for one in settings.account)
        raise click.UsageError(f"{address} is no account; the accounts are {known}")
    return found


def _mails(count: int) -> str:
    return f"{count:,} mail{'' if count == 1 else 's'}"


def _summary(progress: Progress) -> str:
    parts = [f"{_mails(progress.taken - progress.quarantined)} taken in"]
    for count, words in (
        (progress.known, "were here already"),
        (progress.doubled, "twice in it"),
        (progress.left_out, "left out by the capture policy"),
        (progress.quarantined, "could not be read: `inboxcrm quarantine list`"),
    ):
        if count:
            parts.append(f"{count:,} {words}")
    return ", ".join(parts) + "."


@dataclass(slots=True)
class Show:
    """Shows how far an import is: one line redrawn on a terminal, a line every ten seconds elsewhere."""

    is_terminal: bool
    clock_s: Callable[[], float]
    begun_s: float = field(init=False)
    shown_s: float = field(init=False)
    is_drawn: bool = False

    def __post_init__(self) -> None:
        self.begun_s = self.shown_s = self.clock_s()

    def __call__(self, progress: Progress) -> None:
        """Show it, unless that was done a moment ago."""
        self.say(lambda passed_s: progress_words(progress, passed_s))

    def say(self, words_after: Callable[[float], str]) -> None:
        """Show the words for so many seconds that have passed, unless that was done a moment ago."""
        now = self.clock_s()
        if now - self.shown_s < (REDRAW_EVERY_S if self.is_terminal else LINE_EVERY_S):
            return
        self.shown_s = now
        words = words_after(now - self.begun_s)
        if self.is_terminal:
            click.echo(f"\r{words:78}", nl=False)
            self.is_drawn = True
        else:
            click.echo(words)

    def end(self) -> None:
        """Leave the redrawn line."""
        if self.is_drawn:
            click.echo()
            self.is_drawn = False


def progress_words(progress: Progress, passed_s: float) -> str:
    """Say how much is done, how fast, and how long the rest will take at this pace."""
    words = f"{progress.done:,} of {_mails(progress.count)}"
    if passed_s <= 0 or not progress.done:
        return words
    rate = progress.done / passed_s
    left_s = max(progress.count - progress.done, 0) / rate
    minutes, seconds = divmod(round(left_s), 60)
    return f"{words}, {rate:,.0f} a second, {minutes}:{seconds:02} left"
