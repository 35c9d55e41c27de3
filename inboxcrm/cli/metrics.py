"""`metrics`: figures for Prometheus, for example by the textfile collector of its node exporter."""

from __future__ import annotations

from pathlib import Path

import click

from inboxcrm.cli.start import Start, config_option, open_from_file
from inboxcrm.reports.metrics import read_metrics


@click.command()
@config_option
@click.pass_obj
def metrics(start: Start, config: Path) -> None:
    """Print figures in the text format of Prometheus: mails, quarantine, staleness, letters, events, history.

    They come from the database, so that one machine can tell for all.
    """
    click.echo(read_metrics(open_from_file(start, config)), nl=False)
