"""A group of commands of which each one's file is read only when it is called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class CommandTable(click.Group):
    """The commands of a table: by name the file below cli/, the command there, and what it does."""

    def __init__(self, *args: Any, table: Mapping[str, tuple[str, str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names in the order in which they are needed."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Read the file of one command."""
        if cmd_name not in self.table:
            return None
        file, name, _ = self.table[cmd_name]
        command: click.Command = getattr(import_module(f"inboxcrm.cli.{file}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without reading their files."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in self.table.items()])
