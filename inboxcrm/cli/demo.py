"""`demo`: the whole system on this machine with embedded servers, playing a story from first mail to paid order."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from inboxcrm.cli.given import FILE
from inboxcrm.cli.start import TO_DO
from inboxcrm.demo.stage import OwnerRefused, StoryStuck
from inboxcrm.demo.story import play


@click.command()
@click.option("--folder", type=FILE, default=Path("var/demo"), show_default=True)
def demo(folder: Path) -> int:
    """Play the story of an unknown customer's first mail that becomes a paid order. Nothing leaves this machine."""
    try:
        return play(folder, click.echo, stay=sys.stdin.isatty())
    except (StoryStuck, OwnerRefused) as error:
        click.echo(f"\n{error}", err=True)
        return TO_DO
