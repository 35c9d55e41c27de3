"""`import-csv`: people, companies, deals, notes and activities of an old CRM, out of its CSV files (IN-15)."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from inboxcrm.base.errors import ConfigError
from inboxcrm.base.settings import Settings
from inboxcrm.cli.given import FILE, NEW_FILE
from inboxcrm.cli.importing import Show
from inboxcrm.cli.start import DONE, TO_DO, Start, config_option, open_from_file
from inboxcrm.crm.importing.guessing import guess_mapping
from inboxcrm.crm.importing.mapping import load_mapping
from inboxcrm.crm.importing.report import open_report
from inboxcrm.crm.importing.taking import Progress, Source, import_rows, open_sources
from inboxcrm.ingest.erased.keeping_out import erased_of

WORDS_FOR = (
    ("created", "taken in"),
    ("merged", "merged with what was here"),
    ("known", "taken in before"),
    ("skipped", "left out"),
)


@click.command("import-csv")
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option(
    "--map", "mapping", type=FILE, default=Path("mapping.toml"), show_default=True, help="The mapping."
)
@click.option("--guess", is_flag=True, help="Write a first mapping for FILES, and take nothing in.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Do everything but write; the report is the same.")
@click.option("--report", "report", type=NEW_FILE, default=Path("import-report.csv"), show_default=True)
@config_option
@click.pass_obj
def import_csv(
    start: Start,
    files: tuple[Path, ...],
    mapping: Path,
    guess: bool,
    is_dry: bool,
    report: Path,
    config: Path,
) -> int:
    """Take in the CSV files of an old CRM: companies, contacts, deals, notes, activities.

    A mapping says which column is what; --guess writes a first one. Everything sleeps: a deal becomes a box when its
    contact writes, when its day comes, or when you wake it (`inboxcrm dormant`). The report says what became of each
    row. It can be stopped at any moment; the same command goes on, and takes nothing in twice. Exits 1 if a row was
    left out.
    """
    office = open_from_file(start, config)
    if guess:
        return _guess(files, mapping, office.settings)
    mapped = load_mapping(mapping, office.settings)
    sources = open_sources(office, mapped, files)
    for source in sources:
        _tell(source)
    show = Show(sys.stdout.isatty(), lambda: start.clock.now().timestamp())
    told = Progress(0)

    def tell(progress: Progress) -> None:
        nonlocal told
        told = progress
        show.say(lambda passed_s: progress_words(progress, passed_s))

    try:
        with open_report(report) as opened:
            told = import_rows(office, mapped.source, sources, opened, tell, erased=erased_of, is_dry=is_dry)
    except KeyboardInterrupt:
        show.end()
        kept = (
            "Nothing was written."
            if is_dry
            else "What was taken in stays; the same command goes on from here."
        )
        click.echo(f"Stopped after {told.rows:,} rows. {kept}")
        return TO_DO
    show.end()
    click.echo(("A dry run, nothing was written: " if is_dry else "") + summary(told.counts))
    click.echo(f"What became of each row stands in {report}")
    return TO_DO if told.counts["skipped"] else DONE


def _guess(files: Sequence[Path], mapping: Path, settings: Settings) -> int:
    text, guesses = guess_mapping(files, settings)
    try:
        with mapping.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError as error:
        raise ConfigError(
            f"{mapping}: is there already; name another one by --map, or move it away"
        ) from error
    except OSError as error:
        raise ConfigError(f"{mapping}: cannot be written ({error.strerror})") from error
    for guess in guesses:
        columns = f"{len(guess.columns)} of {len(guess.shape.header)} columns known"
        click.echo(f"{guess.shape.file}: {guess.kind} of {guess.system}, {columns}; {guess.shape.word}")
    click.echo(f"Wrote {mapping}. Look it over, then try it with --dry-run.")
    return DONE


def _tell(source: Source) -> None:
    click.echo(f"{source.shape.file}: {source.file.kind}, {source.shape.word}")
    if source.ignored:
        click.echo(f"  columns that nothing is taken from: {', '.join(source.ignored)}")


def summary(counts: Counter[str]) -> str:
    """Say what became of the rows."""
    rows = counts.total()
    parts = [f"{counts[what]:,} {words}" for what, words in WORDS_FOR if counts[what]]
    return f"{rows:,} row{'' if rows == 1 else 's'}" + (f": {', '.join(parts)}." if parts else ".")


def progress_words(progress: Progress, passed_s: float) -> str:
    """Say how many rows are done, how fast, and how long the rest will take at this pace."""
    words = f"{progress.rows:,} rows"
    if passed_s <= 0 or not progress.read_bytes:
        return words
    left_s = passed_s * max(progress.size - progress.read_bytes, 0) / progress.read_bytes
    minutes, seconds = divmod(round(left_s), 60)
    return f"{words}, {progress.rows / passed_s:,.0f} a second, {minutes}:{seconds:02} left"
