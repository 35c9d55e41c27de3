"""All commands of the program; each one's file is read only when it is called, so that the others start fast."""

from __future__ import annotations

from pathlib import Path

import click

import inboxcrm
from inboxcrm.cli.command_table import CommandTable

# name: (file below cli/, its command there, what it does)
COMMANDS = {
    "init": ("init", "init", "Set up a new system; it ends on hold."),
    "login": ("login", "login", "Sign an account in at its provider (OAuth)."),
    "doctor": ("doctor", "doctor", "Check everything that the product stands on."),
    "live": ("sending", "live", "Let letters leave for outsiders."),
    "hold": ("sending", "hold", "Stop all sending at once."),
    "run": ("running", "run", "Run everything on this machine."),
    "poll": ("running", "poll_command", "Read the mailboxes (a single process)."),
    "work": ("running", "work_command", "Work the queue (a single process)."),
    "tick": ("running", "tick_command", "Look for due work (a single process)."),
    "demo": ("demo", "demo", "Play a story on embedded servers."),
    "import": ("importing", "import_command", "Take in old mail of an mbox, Maildir or .eml folder."),
    "import-csv": ("import_csv", "import_csv", "Take in people, companies and deals of an old CRM."),
    "export": ("export", "export_command", "Write everything to a folder: CSV, JSON, mbox, PDF."),
    "dormant": ("dormant", "dormant", "List deals of an old CRM that sleep, and wake one."),
    "rules": ("rules", "rules", "Check, list and explain the rules, and try them out."),
    "quarantine": ("quarantine", "quarantine", "Look at mails that could not be read, and try again."),
    "ledger": ("looking", "ledger", "Compare every folder with its server."),
    "show": ("looking", "show", "Print the story of a box."),
    "why": ("looking", "why", "Say why a message is what and where it is."),
    "search": ("looking", "search", "Find mails and records by words."),
    "metrics": ("metrics", "metrics", "Print figures for Prometheus."),
    "leads": ("leads", "leads", "Count leads by source, type or campaign."),
    "report": ("report", "report", "Print the forecast."),
    "waiting": ("waiting", "waiting", "List the conversations that waited when we began."),
    "filings": ("filings", "filings", "Look at what was said of senders, and take it back."),
    "erase": ("erase", "erase", "Take a person out of the system."),
    "outbox": ("sending", "outbox", "Look at letters, and resolve uncertain ones."),
    "migrate": ("running", "migrate", "Bring the database to the tables of this version."),
}


EXAMPLE = Path(inboxcrm.__file__).parent / "config.example.toml"
EPILOG = f"""\b
Settings stand in config.toml; every key, with [[form]] rules for web
forms, telephone systems and payment providers, is explained in
{EXAMPLE}
What happens by itself stands in rule files, in the folder rules/."""


@click.group(cls=CommandTable, table=COMMANDS, epilog=EPILOG)
@click.version_option(inboxcrm.__version__, prog_name="inboxcrm")
def cli() -> None:
    """A CRM that nobody has to log in to: it lives in the team's mailboxes."""
