"""`demo`: the whole system on this machine with embedded servers, playing a story from first mail to paid order."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from inboxcrm.demo.story import play


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var/demo"), show_default=True)
def demo(folder: Path) -> int:
    """Play the story of an unknown customer's first mail that becomes a paid order. Nothing leaves this machine."""
    return play(folder, stay=sys.stdin.isatty())
