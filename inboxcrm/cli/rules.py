"""`rules`: the group of commands about rules; each one's file is read only when it is called."""

from __future__ import annotations

from importlib import import_module

import click

# name: (file below cli/, its command there, what it does)
COMMANDS = {
    "check": ("rules_check", "check", "Find all faults of the rule files."),
    "list": ("rules_list", "list_rules", "List the rules with what they did."),
    "explain": ("rules_explain", "explain", "Say why a rule fired, and what came of it."),
    "replay": ("rules_replay", "replay", "Show what rules would have done on the real history."),
    "schema": ("rules_schema", "schema", "Print the JSON Schema of rule files, for editors."),
    "test": ("rules_test", "test", "Let mails with an expected outcome test the rules."),
}


class _Commands(click.Group):
    """The commands of the table above."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names in the order in which they are needed."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Read the file of one command."""
        if cmd_name not in COMMANDS:
            return None
        file, name, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"inboxcrm.cli.{file}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without reading their files."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in COMMANDS.items()])


@click.group(cls=_Commands)
def rules() -> None:
    """Check, list and explain the rules, and try them out on the history; nothing of it changes anything."""
