"""The mapping file: which column of which file is which field, and how the old system writes things (IN-15)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from inboxcrm.base.errors import ConfigError
from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_file import index_lines
from inboxcrm.base.settings_mapping import FileMap, Mapping, MappingWrong, Place, read_mapping
from inboxcrm.crm.importing.fields import Field, fields_of
from inboxcrm.crm.importing.values import ENDS, Reader, parse_moment

NEEDED = {
    "company": ("name", "domain"),
    "deal": ("name",),
    "note": ("text",),
    "activity": ("text", "subject"),
}


def reader_of(mapping: Mapping, settings: Settings) -> Reader:
    """Give what reads the cells."""
    return Reader(
        settings=settings,
        dates=(mapping.date,) if isinstance(mapping.date, str) else mapping.date,
        decimal=mapping.decimal,
        owners={name.casefold(): key or mapping.owner for name, key in mapping.owners.items()},
        stages={name.casefold(): stage for name, stage in mapping.stages.items()},
        countries={name.casefold(): code for name, code in mapping.countries.items()},
        roles={" ".join(name.casefold().split()): role for name, role in mapping.roles.items()},
        owner=mapping.owner,
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
        mapping = read_mapping(tomllib.loads(source))
    except tomllib.TOMLDecodeError as error:
        raise MappingFaulty(file, [MappingFault(_line_of(error), "TOML", str(error))]) from error
    except MappingWrong as error:
        raise MappingFaulty(file, [_placed(source, lines, *one) for one in error.faults]) from error
    if faults := [_placed(source, lines, *one) for one in _disagreements(mapping, settings)]:
        raise MappingFaulty(file, faults)
    return mapping


def _line_of(error: tomllib.TOMLDecodeError) -> int:
    _, _, words = str(error).partition("at line ")
    number = words.partition(",")[0]
    return int(number) if number.isdigit() else 1


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
    for name, role in mapping.roles.items():
        if role and role not in settings.people.roles:
            yield ("roles", name), f'{role!r} is none of {", ".join(settings.people.roles)}, nor "" for none'
    for one in (mapping.date,) if isinstance(mapping.date, str) else mapping.date:
        if one != "iso" and ("%" not in one or parse_moment("", (one,))):
            yield ("date",), f'{one!r} should be "iso" or a form such as %d/%m/%Y'
    for number, file in enumerate(mapping.file):
        for place, text in _file_faults(file, fields_of(file.kind, settings)):
            yield ("file", number, *place), text


def _file_faults(file: FileMap, fields: dict[str, Field]) -> Iterator[tuple[Place, str]]:
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
