"""`filings`: what persons have said of senders, and taking it back (V4)."""

from __future__ import annotations

import json
from pathlib import Path

import click

from inboxcrm.base.errors import Refused
from inboxcrm.base.spelled import spell_moment
from inboxcrm.cli.given import WORDS
from inboxcrm.cli.start import Start, config_option, json_option, open_from_file
from inboxcrm.cli.viewer import as_option, sight_of
from inboxcrm.crm.store import box_by_id
from inboxcrm.ingest.filing import forget_filing
from inboxcrm.ingest.store import all_filings


@click.group()
def filings() -> None:
    """Look at what was said of senders by `file … always`, `ignore` and `release always`, and take it back."""


@filings.command("list")
@as_option
@config_option
@json_option
@click.pass_obj
def list_filings(start: Start, as_user: str | None, config: Path, as_json: bool) -> None:
    """List where mail of which sender goes because somebody said so."""
    office = open_from_file(start, config)
    with office.reading() as session:
        sight = sight_of(office, session, as_user)
        rows = [
            {
                "sender": row.sender,
                "box": box_by_id(session, row.box_id).name if row.box_id else None,
                "is_wanted": row.is_wanted,
                "made_by": row.made_by,
                "made_at": row.made_at.isoformat(),
                "text": spell_moment(row.made_at, office.settings.company.zone),
            }
            for row in all_filings(session)
            if sight.sees_on(row.box_id, row.made_by)
        ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for one in rows:
        goes = f"goes to {one['box']}" if one["box"] else "is ignored"
        goes = "is never noise" if one["is_wanted"] else goes
        click.echo(f"{one['sender']:40} {goes} (said by {one['made_by']}, {one['text']})")
    if not rows:
        click.echo("Nobody has said anything of a sender yet.")


@filings.command("remove")
@click.argument("sender", type=WORDS)
@config_option
@click.pass_obj
def remove_filing(start: Start, sender: str, config: Path) -> None:
    """Take back what was said of SENDER, an address or @domain."""
    with open_from_file(start, config).work("filing", actor="owner") as work:
        if not forget_filing(work, sender.lower()):
            raise Refused(f"nothing was said of {sender!r}; `inboxcrm filings list` shows what was")
    click.echo(f"Mail of {sender.lower()} is filed like any other again.")
