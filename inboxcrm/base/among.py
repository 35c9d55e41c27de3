"""One of many values, as one parameter: however many they are, the statement stays the same, and short."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, any_, bindparam, text
from sqlalchemy.orm import Session


def among(session: Session, column: Any, values: Iterable[str] | Iterable[int]) -> ColumnElement[bool]:
    """Say that a column of text or whole numbers has one of these values; no limit to their number."""
    wanted = list(values)
    if session.get_bind().dialect.name == "postgresql":
        found: ColumnElement[bool] = column == any_(bindparam(None, wanted, type_=ARRAY(column.type)))
        return found
    given: Any = bindparam("among", json.dumps(wanted), unique=True)
    listed: ColumnElement[bool] = column.in_(text("SELECT value FROM json_each(:among)").bindparams(given))
    return listed
