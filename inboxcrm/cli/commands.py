"""All commands of the program."""

from __future__ import annotations

import click

import inboxcrm
from inboxcrm.cli.demo import demo
from inboxcrm.cli.doctor import doctor
from inboxcrm.cli.init import init
from inboxcrm.cli.looking import ledger, show, why
from inboxcrm.cli.running import migrate, poll_command, run, tick_command, work_command
from inboxcrm.cli.sending import hold, live, outbox


@click.group()
@click.version_option(inboxcrm.__version__, prog_name="inboxcrm")
def cli() -> None:
    """A CRM that nobody has to log in to: it lives in the team's mailboxes."""


for command in (
    init,
    doctor,
    live,
    hold,
    run,
    poll_command,
    work_command,
    tick_command,
    demo,
    ledger,
    show,
    why,
    migrate,
    outbox,
):
    cli.add_command(command)
