"""The language of rule conditions.

The way of a condition: `reading` (text to Python's tree) -> `checking` with `typing_rules` and `calling` (to the typed
`tree`, or faults) -> `contradiction` (can it hold at all) -> `splitting` (what the database is asked, what is judged)
-> `compile_python` with `reckoning` (one function) and `compile_sql` with `sql_functions` (one expression); `condition`
puts them together. `functions` is the table of what can be called, `working_time` what a calendar is asked.
"""

from __future__ import annotations
