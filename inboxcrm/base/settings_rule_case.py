"""What the file of a rule's test says, and settings with one value changed for it (docs/rules.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

T = TypeVar("T", bound=BaseModel)


class FileWrong(ValueError):
    """A key is missing, unknown or of the wrong type."""

    def __init__(self, error: ValidationError) -> None:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        super().__init__(f"{where}: {first['msg']}" if where else first["msg"])


class NoSuchSetting(LookupError):
    """Words name no setting."""

    def __init__(self) -> None:
        super().__init__("there is no such setting")


class Given(BaseModel):
    """One setting of a test."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    setting: str
    value: Any


class Expect(BaseModel):
    """What a rule is expected to do."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    rule: str
    task: str = ""
    letter: str = ""
    times: int | None = None


class CaseFile(BaseModel):
    """One file: when its mail comes and where, what came before, and what is expected."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    at: datetime | None = None
    account: str = ""
    before: tuple[str, ...] = ()
    wait: str = ""
    given: tuple[Given, ...] = ()
    expect: tuple[Expect, ...]


def read_case_file(values: Mapping[str, Any]) -> CaseFile:
    """Read the values of a file. Raises FileWrong."""
    try:
        return CaseFile(**values)
    except ValidationError as error:
        raise FileWrong(error) from error


def with_setting(part: T, path: Sequence[str], value: object) -> T:
    """Give a part of the settings with another value; only the innermost part is read anew.

    Raises NoSuchSetting, FileWrong.
    """
    if path[0] not in type(part).model_fields:
        raise NoSuchSetting
    if len(path) > 1:
        inner = getattr(part, path[0])
        if not isinstance(inner, BaseModel):
            raise NoSuchSetting
        return part.model_copy(update={path[0]: with_setting(inner, path[1:], value)})
    values = {name: getattr(part, name) for name in type(part).model_fields}
    try:
        return type(part)(**{**values, path[0]: value})
    except ValidationError as error:
        raise FileWrong(error) from error
