"""Takes the rows of files in, some hundred in a transaction; it can end at any moment, the next run goes on (IN-15)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path

from inboxcrm.base.database import ValuesRefused
from inboxcrm.base.errors import ConfigError
from inboxcrm.base.settings_mapping import FileMap, Mapping
from inboxcrm.base.store import expect_rows
from inboxcrm.base.work import Office, Work
from inboxcrm.crm import events
from inboxcrm.crm.importing.batch import Batch
from inboxcrm.crm.importing.companies import write_companies
from inboxcrm.crm.importing.deals import write_deals
from inboxcrm.crm.importing.fields import KINDS
from inboxcrm.crm.importing.mapping import reader_of
from inboxcrm.crm.importing.notes import write_notes
from inboxcrm.crm.importing.people import write_people
from inboxcrm.crm.importing.reading import Row, Shape, look_at, places_of, read_rows
from inboxcrm.crm.importing.report import Report
from inboxcrm.crm.importing.rows import Entry, Outcome, RowReader, row_reader

Transaction = Callable[[], AbstractContextManager[Work]]
Erased = Callable[[Work, set[str]], set[str]]
BATCH_ROWS = 500
MOST_TRIES = 3
WRITERS: dict[str, Callable[[Batch], None]] = {
    "company": write_companies,
    "contact": write_people,
    "deal": write_deals,
    "note": write_notes,
    "activity": write_notes,
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file with what its mapping says of it, looked at."""

    file: FileMap
    shape: Shape
    rows: RowReader

    @property
    def ignored(self) -> list[str]:
        """The columns that no field is taken from."""
        taken = {name.strip().casefold() for name in self.file.columns}
        return [name for name in self.shape.header if name.casefold() not in taken]


@dataclass(slots=True)
class Progress:
    """How far it is: rows, and bytes of all files."""

    size: int
    rows: int = 0
    read_bytes: int = 0
    counts: Counter[str] = field(default_factory=Counter)  # by result


class NoMapping(ConfigError):
    """A file is in no table of the mapping."""

    def __init__(self, file: Path, mapping: Mapping) -> None:
        named = ", ".join(one.name for one in mapping.file)
        super().__init__(
            f"{file}: no [[file]] of the mapping is for a file of this name; they are for {named}"
        )


class _Undone(Exception):
    """A dry run ends."""


def open_sources(office: Office, mapping: Mapping, files: Sequence[Path]) -> list[Source]:
    """Look at files and their headers, companies first and activities last. Raises ConfigError."""
    reader = reader_of(mapping, office.settings)
    currency = mapping.currency or office.settings.company.currency
    found = []
    for path in files:
        file = mapping.file_of(path)
        if file is None:
            raise NoMapping(path, mapping)
        shape = look_at(path, file.encoding, file.separator)
        places = places_of(shape, file.columns)
        found.append(Source(file, shape, row_reader(file, places, reader, currency)))
    return sorted(found, key=lambda one: KINDS.index(one.file.kind))


def import_rows(
    office: Office,
    source_name: str,
    sources: Sequence[Source],
    report: Report,
    tell: Callable[[Progress], None],
    *,
    erased: Erased,
    is_dry: bool = False,
) -> Progress:
    """Take all rows in and report each; a dry run does the same in one transaction that is undone.

    `erased` gives those of addresses whose owners were erased: their rows stay out.
    """
    progress = Progress(sum(one.shape.size for one in sources))
    actor = f"import:{source_name}"
    if is_dry:
        with suppress(_Undone), office.work("import.dry", actor=actor) as work:
            for source in sources:
                _take(source_name, source, report, progress, tell, lambda: _same(work), erased, is_dry=True)
            raise _Undone
        return progress
    for source in sources:
        begin = partial(office.work, "import.rows", actor=actor)
        _take(source_name, source, report, progress, tell, begin, erased)
    return progress


@contextmanager
def _same(work: Work) -> Iterator[Work]:
    yield work


def _take(
    source_name: str,
    source: Source,
    report: Report,
    progress: Progress,
    tell: Callable[[Progress], None],
    transaction: Transaction,
    erased: Erased,
    *,
    is_dry: bool = False,
) -> None:
    rows, done, counts = read_rows(source.shape), progress.read_bytes, Counter[str]()
    while batch := list(islice(rows, BATCH_ROWS)):
        outcomes = _take_batch(source_name, source, batch, transaction, erased)
        if is_dry:
            outcomes = [_numberless(one) for one in outcomes]
        report.tell(source.shape.file.name, outcomes)
        counts.update(one.what for one in outcomes)
        progress.counts.update(one.what for one in outcomes)
        progress.rows += len(batch)
        progress.read_bytes = done + batch[-1].read_bytes
        tell(progress)
    progress.read_bytes = done + source.shape.size
    with transaction() as work:
        work.emit(
            events.IMPORT_ENDED,
            ("import", 0),
            is_quiet=True,
            source=source_name,
            file=source.shape.file.name,
            kind=source.file.kind,
            **counts,
        )


def _numberless(outcome: Outcome) -> Outcome:
    """Give no number to what a dry run has made: it will have another one."""
    kind = outcome.target.partition(" ")[0]
    return replace(outcome, target=f"new {kind}") if outcome.what == "created" else outcome


def _take_batch(
    source_name: str, source: Source, rows: Sequence[Row], transaction: Transaction, erased: Erased
) -> list[Outcome]:
    """Take rows in together; if somebody else was faster with a record of theirs, all of it is asked anew."""
    read = [source.rows.read(row) for row in rows]
    entries = [one for one in read if isinstance(one, Entry)]
    skipped = [one for one in read if isinstance(one, Outcome)]
    for attempt in range(MOST_TRIES):
        try:
            with transaction() as work:
                expect_rows(work.session, len(entries))
                batch = Batch(work, source_name, source.file.kind, entries, erased)
                WRITERS[source.file.kind](batch)
                batch.write_keys()
            break
        except ValuesRefused:
            if attempt + 1 == MOST_TRIES:
                raise
    return [*skipped, *batch.told]
