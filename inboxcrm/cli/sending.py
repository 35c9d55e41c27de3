"""`live`, `hold` and `outbox`: what may leave, and what became of it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from inboxcrm.base.database import Session
from inboxcrm.base.store import set_switch
from inboxcrm.cli.given import WORDS
from inboxcrm.cli.start import TO_DO, Start, config_option, json_option, open_from_file
from inboxcrm.cli.viewer import as_option, sight_of
from inboxcrm.outbox.bounced import allow_again
from inboxcrm.outbox.caps import free_held
from inboxcrm.outbox.letter import move_letter, note_sent
from inboxcrm.outbox.store import (
    bounced_recipients,
    has_letter,
    is_live,
    is_stopped,
    letters_in_state,
    lock_letter,
)
from inboxcrm.sales.access import Sight

ACTOR = "owner"
BOUNCES_SHOWN_FOR = timedelta(days=30)


@click.command()
@click.argument("address", type=WORDS, required=False)
@config_option
@click.pass_obj
def live(start: Start, address: str | None, config: Path) -> None:
    """Let letters leave for outsiders: from ADDRESS, or from every account."""
    office = open_from_file(start, config)
    known = [account.address for account in office.settings.account]
    chosen = [address.lower()] if address else known
    if unknown := [one for one in chosen if one not in known]:
        raise click.UsageError(f"{unknown[0]} is no account; the accounts are {', '.join(known)}")
    with office.work("switch", actor=ACTOR) as work:
        for one in chosen:
            set_switch(work.session, f"live:{one}", "live", work.now)
        set_switch(work.session, "sending", "live", work.now)
        work.wake("letters")
    click.echo(f"Live: letters leave from {', '.join(chosen)}. `inboxcrm hold` stops them all.")


@click.command()
@config_option
@click.pass_obj
def hold(start: Start, config: Path) -> None:
    """Stop all sending at once; letters are kept and shown."""
    with open_from_file(start, config).work("switch", actor=ACTOR) as work:
        set_switch(work.session, "sending", "stopped", work.now)
    click.echo("On hold: nothing leaves until `inboxcrm live`.")


@click.group()
def outbox() -> None:
    """Look at letters, and say what became of those that nobody knows about."""


@outbox.command("list")
@as_option
@config_option
@json_option
@click.pass_obj
def list_letters(start: Start, as_user: str | None, config: Path, as_json: bool) -> int:
    """List the letters that wait, are held, uncertain or failed, and who did not get his in the last 30 days.

    Exits 1 if a person has to look at one.
    """
    office = open_from_file(start, config)
    with office.reading() as session:
        sight = sight_of(office, session, as_user)
        rows: list[dict[str, Any]] = [
            {
                "id": letter.id,
                "state": letter.state,
                "kind": letter.kind,
                "to": [recipient.address for recipient in letter.recipients],
                "subject": letter.subject,
                "is_held": letter.form == "letter"
                and letter.state == "waiting"
                and (is_stopped(session) or (letter.is_outside and not is_live(session, letter.account))),
                "error": letter.error,
            }
            for letter in letters_in_state(session, "waiting", "claimed", "uncertain", "failed")
            if sight.sees_on(letter.box_id, letter.user)
        ]
        rows += _bounced_rows(session, office.clock.now(), sight)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    for row in [] if as_json else rows:
        held = " (held until `inboxcrm live`)" if row["is_held"] else ""
        to = ", ".join(str(one) for one in row["to"])
        click.echo(f"{row['id']:>6}  {row['state']}{held}  {row['kind']} to {to}: {row['subject']}")
        if row["error"]:
            click.echo(f"        {row['error']}")
    if not (rows or as_json):
        click.echo("Nothing: no letter waits or failed, and none came back in the last 30 days.")
    return TO_DO if any(row["state"] in ("uncertain", "failed") for row in rows) else 0


def _bounced_rows(session: Session, now: datetime, sight: Sight) -> list[dict[str, Any]]:
    return [
        {
            "id": letter.id,
            "state": "bounced",
            "kind": letter.kind,
            "to": [recipient.address],
            "subject": letter.subject,
            "is_held": False,
            "error": recipient.text,
        }
        for letter, recipient in bounced_recipients(session, now - BOUNCES_SHOWN_FOR)
        if sight.sees_on(letter.box_id, letter.user)
    ]


@outbox.command()
@click.argument("letter_id", type=click.IntRange(1, 2**63 - 1))
@click.argument("outcome", type=click.Choice(["sent", "again"]))
@config_option
@click.pass_obj
def resolve(start: Start, letter_id: int, outcome: str, config: Path) -> None:
    """Say of an uncertain letter that it was SENT, or that it is to go AGAIN."""
    with open_from_file(start, config).work("outbox.resolve", actor=ACTOR) as work:
        if not has_letter(work.session, letter_id):
            raise click.UsageError(f"there is no letter {letter_id}")
        letter = lock_letter(work.session, letter_id)
        if letter.state != "uncertain":
            raise click.UsageError(f"letter {letter_id} is {letter.state}, not uncertain")
        if outcome == "sent":
            note_sent(work, letter)
        else:
            move_letter(work, letter, "waiting", "a person said: again")
            letter.due_at, letter.is_capped = work.now, False
            work.wake("letters")
    click.echo(f"Letter {letter_id}: {outcome}.")


@outbox.command()
@click.argument("address", type=WORDS)
@config_option
@click.pass_obj
def allow(start: Start, address: str, config: Path) -> None:
    """Let letters go to ADDRESS again, though one came back from there, or so many left that more are held."""
    with open_from_file(start, config).work("outbox.allow", actor=ACTOR) as work:
        was_stopped, freed = allow_again(work.session, address), free_held(work, address)
        if not (was_stopped or freed):
            raise click.UsageError(f"letters to {address} are not stopped")
    click.echo(f"Letters go to {address} again.")
