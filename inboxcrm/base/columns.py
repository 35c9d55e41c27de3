"""Column types that are the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from json.encoder import encode_basestring
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

# SQLite gives row ids only to a column declared exactly INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")
_write_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_row_number(words: str) -> bool:
    """Tell whether somebody's words can be the number of a row: plain digits that a BIGINT holds."""
    return words.isascii() and words.isdigit() and len(words) <= 18


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC moment, kept as integer microseconds since 1970 (V12): sorts and adds alike everywhere."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Turn an aware time into microseconds; a naive one is a mistake of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        passed = value - EPOCH
        return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Turn microseconds into an aware UTC time."""
        return None if value is None else EPOCH + timedelta(microseconds=value)


class Json(TypeDecorator[Any]):
    """Plain values as JSON text, keys sorted, so that equal values are equal text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write canonical JSON."""
        if value is None:
            return None
        if type(value) is list and all(type(one) is str for one in value):  # most are, or are empty
            return f"[{','.join(map(encode_basestring, value))}]"
        return _write_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read JSON."""
        return None if value is None else json.loads(value)
