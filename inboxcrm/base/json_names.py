"""The names in a JSON list of objects such as [{"name": "question"}], as a JSON list of texts, on both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from inboxcrm.base.columns import Json


class names_in(FunctionElement[Any]):
    """The names of the objects of a list, in their order."""

    name = "names_in"
    type = Json()
    inherit_cache = True


@compiles(names_in)
def _write_for_postgresql(element: names_in, compiler: Any, **options: Any) -> str:
    listed = compiler.process(element.clauses, **options)
    return f"CAST(jsonb_path_query_array(CAST({listed} AS jsonb), '$[*].name') AS text)"


@compiles(names_in, "sqlite")
def _write_for_sqlite(element: names_in, compiler: Any, **options: Any) -> str:
    listed = compiler.process(element.clauses, **options)
    return f"(SELECT json_group_array(json_extract(value, '$.name')) FROM json_each({listed}))"
