"""`export`: everything that is kept, in a folder, in forms that other programs read."""

from __future__ import annotations

from pathlib import Path

import click

from inboxcrm.app.export.folder import export_all
from inboxcrm.app.export.person.folder import export_person
from inboxcrm.cli.given import FILE, WORDS, mail_address
from inboxcrm.cli.start import Start, config_option, open_from_file
from inboxcrm.cli.viewer import as_option, viewer


@click.command("export")
@click.argument("folder", type=FILE)
@click.option(
    "--person",
    "address",
    type=WORDS,
    metavar="ADDRESS",
    help="Only what is held about who has this mail address.",
)
@as_option
@config_option
@click.pass_obj
def export_command(
    start: Start, folder: Path, address: str | None, as_user: str | None, config: Path
) -> None:
    """Write everything to FOLDER: CSV, JSON lines with all fields, the mails of each box as mbox, papers as PDF.

    manifest.json says what stands in each file; mapping.toml takes companies, contacts, deals and notes in again
    (`import-csv`). Passwords and sign-ins are left out. With --person all that is held about one person outside, by
    any of his addresses: his rows, the mails that he wrote or got, letters, documents, events; README.txt says more.
    """
    office = open_from_file(start, config)
    user = viewer(office.settings, as_user)
    if address is None:
        files = export_all(office, folder, _tell, user)
    else:
        files = export_person(office, folder, mail_address(address, "--person"), _tell, user)
    size = sum(one["bytes"] for one in files.values()) / 1_000_000
    click.echo(
        f"{len(files):,} files, {size:,.1f} MB, in {folder}. They hold personal data: keep them as safe."
    )


def _tell(name: str) -> None:
    click.echo(f"  {name}")
