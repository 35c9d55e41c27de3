"""`waiting`: the conversations that waited for our answer when each mailbox went live (IN-16)."""

from __future__ import annotations

import json
from pathlib import Path

import click

from inboxcrm.base.spelled import spell_moment
from inboxcrm.cli.start import Start, config_option, json_option, open_from_file
from inboxcrm.cli.viewer import as_option, sight_of
from inboxcrm.ingest.offers.waiting import waiting_conversations


@click.command()
@as_option
@config_option
@json_option
@click.pass_obj
def waiting(start: Start, as_user: str | None, config: Path, as_json: bool) -> None:
    """List the conversations that still wait from before we began, newest first, by mailbox."""
    office = open_from_file(start, config)
    with office.reading() as session:
        sight = sight_of(office, session, as_user)
        rows = [
            {
                "mailbox": account.address,
                "message": one.id,
                "sender": one.sender,
                "name": one.sender_name,
                "subject": one.subject,
                "received_at": one.received_at.isoformat(),
                "text": spell_moment(one.received_at, office.settings.company.zone),
            }
            for account in office.settings.account
            for one in waiting_conversations(session, account)
            if sight.sees_mail(one.box_id, (account.address, one.sender, *one.recipients))
        ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(
            f"{row['mailbox']:28} mail {row['message']:>7}  {row['text']}  {row['sender']}: {row['subject']}"
        )
    if rows:
        click.echo(
            "Answer the mail that lists them with `lead` and the numbers of its lines, such as: lead 1 3 5-7"
        )
    else:
        click.echo("Nothing waits from before we began.")
