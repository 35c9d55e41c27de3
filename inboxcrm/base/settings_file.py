"""Reads config.toml and answers with all faults at once, each with its line, its key and what would be right."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from inboxcrm.base.errors import ConfigError
from inboxcrm.base.secret import Secret
from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_agreement import Disagreement, Place

T = TypeVar("T", bound=BaseModel)
_HEAD = re.compile(r"^\s*(\[\[?)\s*([\w.\"-]+)\s*\]\]?")
_KEY = re.compile(r"^\s*([\w-]+)\s*=")
_INNER = re.compile(r"[{,]\s*([\w-]+)\s*=")


@dataclass(frozen=True, slots=True)
class SettingFault:
    """One thing wrong in a configuration file."""

    file: str
    line: int
    key: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.text}"


class SettingsFaulty(ConfigError):
    """The configuration has faults; the message is one line for each."""

    def __init__(self, faults: Sequence[SettingFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in faults))


def load_settings(file: Path) -> Settings:
    """Read a configuration file; relative folders are taken from the file's own folder.

    Raises SettingsFaulty with every fault, or ConfigError if the file cannot be read.
    """
    try:
        source = file.read_text(encoding="utf-8-sig")  # some editors put a mark before the text
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror}); `inboxcrm init` writes one") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: is not UTF-8 text (byte {error.start})") from error
    try:
        values = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise SettingsFaulty([_syntax_fault(file, source, error)]) from error
    try:
        settings = _at_home(Settings.model_validate(values), file.resolve().parent)
        return _place_secrets(settings, (), file, index_lines(source))
    except ValidationError as error:
        lines = index_lines(source)
        raise SettingsFaulty(sorted(_faults(file, lines, error), key=lambda fault: fault.line)) from error


def answer_fault(value: object, place: Place) -> str:
    """Say what is wrong with a value for the setting at a place, such as ("user", 0, "address"); "" if it is right."""
    field = _model_at(place[:-1]).model_fields[str(place[-1])]
    try:
        TypeAdapter(field.rebuild_annotation()).validate_python(value)
    except ValidationError as error:
        return _wording(dict(error.errors()[0]), place)
    return ""


def _syntax_fault(file: Path, source: str, error: tomllib.TOMLDecodeError) -> SettingFault:
    found = re.search(r"at line (\d+)", str(error))
    line = int(found[1]) if found else source.rstrip().count("\n") + 1  # else it is at the end
    return SettingFault(str(file), line, "TOML", str(error).partition(" (at")[0])


def _at_home(settings: Settings, home: Path) -> Settings:
    storage = settings.storage.model_copy(update={"folder": home / settings.storage.folder})
    rules = settings.rules.model_copy(update={"folder": home / settings.rules.folder})
    return settings.model_copy(update={"storage": storage, "rules": rules})


def _place_secrets(table: T, path: Place, file: Path, lines: dict[Place, int]) -> T:
    """Tell each secret that is read later where it is configured, so that its error can name the place."""
    changed: dict[str, Any] = {}
    for name in type(table).model_fields:
        value, place = getattr(table, name), (*path, name)
        if isinstance(value, Secret):
            changed[name] = value.placed(_place_text(file, lines, place), file.resolve().parent)
        elif isinstance(value, BaseModel):
            changed[name] = _place_secrets(value, place, file, lines)
        elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            changed[name] = tuple(
                _place_secrets(one, (*place, number), file, lines) for number, one in enumerate(value)
            )
    return table.model_copy(update=changed) if changed else table


def has_plain_secret(table: BaseModel) -> bool:
    """Tell whether a password or secret is written in the settings themselves."""
    for name in type(table).model_fields:
        value = getattr(table, name)
        inner = value if isinstance(value, tuple) else (value,)
        if any(
            (isinstance(one, Secret) and one.plain) or (isinstance(one, BaseModel) and has_plain_secret(one))
            for one in inner
        ):
            return True
    return False


def index_lines(source: str) -> dict[Place, int]:
    """Find the line (from 1) of each table and key of a TOML text, tables of an array counted from 0."""
    lines: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    for number, line in enumerate(source.splitlines(), start=1):
        if head := _HEAD.match(line):
            table = ()
            *above, name = head[2].split(".")
            for part in above:
                table = (*table, part)
                table = (*table, counts[table]) if table in counts else table
            table = (*table, name)
            if head[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines[(*table, key[1])] = number
            for inner in _INNER.finditer(line):
                lines[(*table, key[1], inner[1])] = number
    return lines


def _faults(file: Path, lines: dict[Place, int], error: ValidationError) -> list[SettingFault]:
    details = [part for detail in error.errors() for part in _parted(dict(detail))]
    return [_fault(file, lines, detail) for detail in details if not _is_echo(detail, details)]


def _parted(detail: dict[str, Any]) -> list[dict[str, Any]]:
    """Give each fault of tables that do not agree its own place; any other detail as it is."""
    found = detail.get("ctx", {}).get("error")
    if not isinstance(found, Disagreement):
        return [detail]
    return [
        detail | {"loc": (*detail["loc"], *place), "ctx": {"error": text}} for place, text in found.faults
    ]


def _is_echo(detail: dict[str, Any], details: Sequence[dict[str, Any]]) -> bool:
    """Tell whether a list only seems too short because the tables in it have faults of their own."""
    place = detail["loc"]
    return detail["type"] == "too_short" and any(
        other["loc"][: len(place)] == place and other["loc"] != place for other in details
    )


def _fault(file: Path, lines: dict[Place, int], detail: dict[str, Any]) -> SettingFault:
    place: Place = tuple(detail["loc"])
    return SettingFault(str(file), _line_of(lines, place), _key_of(place), _wording(detail, place))


def _line_of(lines: dict[Place, int], place: Place) -> int:
    return next((lines[place[:n]] for n in range(len(place), 0, -1) if place[:n] in lines), 1)


def _key_of(place: Place) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in place) or "file"


def _place_text(file: Path, lines: dict[Place, int], place: Place) -> str:
    return f"{file}:{_line_of(lines, place)}: {_key_of(place)}"


def _wording(detail: dict[str, Any], place: Place) -> str:
    match detail["type"]:
        case "missing":
            return "is missing" + _expectation(place)
        case "extra_forbidden":
            known = list(_model_at(place[:-1]).model_fields)
            near = get_close_matches(str(place[-1]), known, n=1)
            return "is not a known key" + (
                f"; did you mean {near[0]}?" if near else f"; known are {', '.join(known)}"
            )
        case "value_error":
            return str(detail["ctx"]["error"])
        case "string_pattern_mismatch":
            return f"{detail['input']!r} is not right" + _expectation(place)
    said = detail["msg"].replace("Input ", "")
    # Near a login no text that was written is repeated: it may be a password.
    is_near_login = any(part in ("imap", "smtp", "account") for part in place)
    is_secret = place[-1:] == ("password",) or (is_near_login and not isinstance(detail["input"], int))
    return said if is_secret else f"{said}, not {detail['input']!r}"


def _expectation(place: Place) -> str:
    name = next((part for part in reversed(place) if isinstance(part, str)), "")
    field = _model_at(place[:-1]).model_fields.get(name)
    texts = {
        "country": "a country code such as NL",
        "currency": "a currency code such as EUR",
        "key": "a short word in lower case such as anna",
        "code": "a short word in lower case such as standard",
    }
    wanted = texts.get(name) or (field.description if field and field.description else "")
    return f": expected {wanted}" if wanted else ""


def _model_at(place: Place) -> type[BaseModel]:
    """Give the settings model that stands at a place, as far as the place can be followed."""
    model: type[BaseModel] = Settings
    for part in place:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        if field is None:
            continue
        inner = [field.annotation, *get_args(field.annotation)]
        models = [t for t in inner if isinstance(t, type) and issubclass(t, BaseModel)]
        model = models[0] if models else model
    return model
