"""The language of rule conditions.

The way of a condition: `reading` (text to Python's tree) -> `checking` with `typing_rules` (to the typed `tree`, or
faults) -> `compile_python` (one function) and `compile_sql` (one expression); `condition` puts them together.
"""

from __future__ import annotations
