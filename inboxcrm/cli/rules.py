"""`rules`: the group of commands about rules; each one's file is read only when it is called."""

from __future__ import annotations

import click

from inboxcrm.cli.command_table import CommandTable

# name: (file below cli/, its command there, what it does)
COMMANDS = {
    "check": ("rules_check", "check", "Find all faults of the rule files."),
    "list": ("rules_list", "list_rules", "List the rules with what they did."),
    "explain": ("rules_explain", "explain", "Say why a rule fired, and what came of it."),
    "replay": ("rules_replay", "replay", "Show what rules would have done on the real history."),
    "schema": ("rules_schema", "schema", "Print the JSON Schema of rule files, for editors."),
    "test": ("rules_test", "test", "Let mails with an expected outcome test the rules."),
}


@click.group(cls=CommandTable, table=COMMANDS)
def rules() -> None:
    """Check, list and explain the rules, and try them out on the history; nothing of it changes anything."""
