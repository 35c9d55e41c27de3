"""The mapping file of an import, typed: which column of which file is which field (IN-15)."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from inboxcrm.base.settings import Currency

Place = tuple[str | int, ...]


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
    roles: dict[str, str] = {}
    file: tuple[FileMap, ...] = Field(min_length=1)

    def file_of(self, path: Path) -> FileMap | None:
        """Give the first table whose name fits a file."""
        return next((one for one in self.file if fnmatch(path.name, one.name)), None)


class MappingWrong(Exception):
    """A mapping has faults: where, and what."""

    def __init__(self, faults: list[tuple[Place, str]]) -> None:
        self.faults = faults
        super().__init__("; ".join(text for _, text in faults))


def read_mapping(values: dict[str, Any]) -> Mapping:
    """Give a mapping of plain values. Raises MappingWrong."""
    try:
        return Mapping.model_validate(values)
    except ValidationError as error:
        raise MappingWrong([(tuple(one["loc"]), _wording(dict(one))) for one in error.errors()]) from error


def _wording(detail: dict[str, object]) -> str:
    said = {"missing": "is missing", "extra_forbidden": "is not a known key"}.get(str(detail["type"]))
    return said or f"{str(detail['msg']).removeprefix('Input ')}, not {detail['input']!r}"
