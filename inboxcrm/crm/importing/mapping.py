"""The mapping file: which column of which file is which field, and how the old system writes things (IN-15)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatch
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from inboxcrm.base.errors import ConfigError
from inboxcrm.base.settings import Currency, Settings
from inboxcrm.base.settings_file import index_lines
from inboxcrm.crm.importing.fields import FIELDS
from inboxcrm.crm.importing.values import ENDS, Reader, parse_moment

Place = tuple[str | int, ...]
NEEDED = {
    "company": ("name", "domain"),
    "deal": ("name",),
    "note": ("text",),
    "activity": ("text", "subject"),
}


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileMap(_Table):
    """What one file holds: `columns` says by the old system's column which field it is."""

    name: str = Field(min_length=1)  # a file's name, with * for anything
    kind: Literal["company", "contact", "deal", "note", "activity"]
    encoding: str = ""
    separator: Annotated[str, Field(max_length=1)] = ""
    columns: dict[str, str]
    constants: dict[str, str] = {}


class Mapping(_Table):
    """A whole mapping file."""

    source: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,39}$")]
    date: tuple[str, ...] | str = ("iso",)
    decimal: Literal[".", ","] = "."
    currency: Currency | None = None
    owner: str = ""
    owners: dict[str, str] = {}
    stages: dict[str, str] = {}
    countries: dict[str, str] = {}
    file: tuple[FileMap, ...] = Field(min_length=1)

    def file_of(self, path: Path) -> FileMap | None:
        """Give the first table whose name fits a file."""
        return next((one for one in self.file if fnmatch(path.name, one.name)), None)

    def reader(self, settings: Settings) -> Reader:
        """Give what reads the cells."""
        return Reader(
            settings=settings,
            dates=(self.date,) if isinstance(self.date, str) else self.date,
            decimal=self.decimal,
            owners={name.casefold(): key or self.owner for name, key in self.owners.items()},
            stages={name.casefold(): stage for name, stage in self.stages.items()},
            countries={name.casefold(): code for name, code in self.countries.items()},
            owner=self.owner,
        )


@dataclass(frozen=True, slots=True)
class MappingFault:
    """One thing wrong in a mapping file."""

    line: int
    place: str
    text: str


class MappingFaulty(ConfigError):
    """A mapping file has faults: one line for each."""

    def __init__(self, file: Path, faults: Sequence[MappingFault]) -> None:
        super().__init__("\n".join(f"{file}:{one.line}: {one.place}: {one.text}" for one in faults))


def load_mapping(file: Path, settings: Settings) -> Mapping:
    """Read a mapping file. Raises MappingFaulty with every fault, or ConfigError if it cannot be read."""
    try:
        source = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror}); --guess writes a first one") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: is not UTF-8 text (byte {error.start})") from error
    lines = index_lines(source)
    try:
        mapping = Mapping.model_validate(tomllib.loads(source))
    except tomllib.TOMLDecodeError as error:
        raise MappingFaulty(file, [MappingFault(_line_of(error), "TOML", str(error))]) from error
    except ValidationError as error:
        found = [(tuple(one["loc"]), _wording(dict(one))) for one in error.errors()]
        raise MappingFaulty(file, [_placed(source, lines, *one) for one in found]) from error
    if faults := [_placed(source, lines, *one) for one in _disagreements(mapping, settings)]:
        raise MappingFaulty(file, faults)
    return mapping


def _line_of(error: tomllib.TOMLDecodeError) -> int:
    _, _, words = str(error).partition("at line ")
    number = words.partition(",")[0]
    return int(number) if number.isdigit() else 1


def _wording(detail: dict[str, object]) -> str:
    said = {"missing": "is missing", "extra_forbidden": "is not a known key"}.get(str(detail["type"]))
    return said or f"{str(detail['msg']).removeprefix('Input ')}, not {detail['input']!r}"


def _placed(source: str, lines: dict[Place, int], place: Place, text: str) -> MappingFault:
    """Find the line of a place; a quoted key is looked for by its words."""
    at = next((lines[place[:n]] for n in range(len(place), 0, -1) if place[:n] in lines), 1)
    if place not in lines and place:
        wanted = f'"{place[-1]}"'
        rest = enumerate(source.splitlines()[at - 1 :], start=at)
        at = next((number for number, line in rest if line.lstrip().startswith(wanted)), at)
    name = ".".join(str(part + 1) if isinstance(part, int) else part for part in place)
    return MappingFault(at, name or "file", text)


def _disagreements(mapping: Mapping, settings: Settings) -> Iterator[tuple[Place, str]]:
    users = [user.key for user in settings.user]
    for name, key in (("", mapping.owner), *mapping.owners.items()):
        place: Place = ("owners", name) if name else ("owner",)
        if key and key not in users:
            yield place, f"{key!r} is no user; users are {', '.join(users)}"
        elif name and not key and not mapping.owner:
            yield (
                place,
                f'names nobody: say which user, of {", ".join(users)}, or give owner = "…" for all such',
            )
    known = [*settings.pipeline_of("new").names, *ENDS, "open"]
    for name, stage in mapping.stages.items():
        if stage not in known:
            yield ("stages", name), f"{stage!r} is none of {', '.join(known)}"
    for one in (mapping.date,) if isinstance(mapping.date, str) else mapping.date:
        if one != "iso" and ("%" not in one or parse_moment("", (one,))):
            yield ("date",), f'{one!r} should be "iso" or a form such as %d/%m/%Y'
    for number, file in enumerate(mapping.file):
        for place, text in _file_faults(file):
            yield ("file", number, *place), text


def _file_faults(file: FileMap) -> Iterator[tuple[Place, str]]:
    fields = FIELDS[file.kind]
    for table, named in (("columns", file.columns.items()), ("constants", [(k, k) for k in file.constants])):
        for column, field in named:
            if field not in fields:
                near = get_close_matches(field, fields, n=1)
                hint = f"; did you mean {near[0]}?" if near else f"; they are {', '.join(fields)}"
                yield (table, column), f"{field!r} is no field of a {file.kind}{hint}"
    given = [*file.columns.values(), *file.constants]
    if doubled := sorted({field for field in given if given.count(field) > 1}):
        yield ("columns",), f"{', '.join(doubled)} is given twice; each field has one column or constant"
    needed = NEEDED.get(file.kind, ())
    if needed and not set(needed) & set(given):
        yield ("columns",), f"a {file.kind} needs {' or '.join(needed)}"
