"""`ledger`, `show` and `why`: what is here, and why it is where it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from inboxcrm.base.errors import Refused
from inboxcrm.cli.decision_text import decision_text
from inboxcrm.cli.given import WORDS
from inboxcrm.cli.start import TO_DO, Start, config_option, json_option, open_from_file
from inboxcrm.cli.viewer import as_option, sight_of, viewer
from inboxcrm.crm.naming.store import boxes_by_name
from inboxcrm.crm.store import box_by_id
from inboxcrm.ingest.store import find_message
from inboxcrm.reports.decision import mail_decision
from inboxcrm.reports.ledger import count_ledger
from inboxcrm.reports.search import search as find
from inboxcrm.reports.timeline import box_timeline

LEDGER_COLUMNS = (
    ("server", "server"),
    ("boxes", "on_boxes"),
    ("contacts", "on_contacts"),
    ("internal", "internal"),
    ("noise", "noise"),
    ("parked", "parked"),
    ("left out", "left_out"),
    ("quarantine", "quarantine"),
    ("to come", "to_come"),
    ("difference", "difference"),
)


@click.command()
@config_option
@json_option
@click.pass_obj
def ledger(start: Start, config: Path, as_json: bool) -> int:
    """Compare every folder with its server: each mail there has one fate here. Exits 1 if it does not add up.

    On a box, on a contact's history, internal, noise, parked for a person, left out by the capture policy, in
    quarantine, or still to come from history.
    """
    rows = count_ledger(open_from_file(start, config))
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        _print_ledger(rows)
    return TO_DO if any(row["difference"] for row in rows) else 0


def _print_ledger(rows: list[dict[str, Any]]) -> None:
    """Print a line for each folder, as wide as its words need; all between server and difference adds up to server."""
    words = [("account", "folder", *(head for head, _ in LEDGER_COLUMNS))]
    words += [(row["account"], row["folder"], *(str(row[key]) for _, key in LEDGER_COLUMNS)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*words, strict=True)]
    for account, folder, *counts in words:
        numbers = "  ".join(f"{word:>{width}}" for word, width in zip(counts, widths[2:], strict=True))
        click.echo(f"{account:{widths[0]}}  {folder:{widths[1]}}  {numbers}")


@click.command()
@click.argument("box", type=WORDS)
@as_option
@config_option
@json_option
@click.pass_obj
def show(start: Start, box: str, as_user: str | None, config: Path, as_json: bool) -> None:
    """Print the story of a BOX, by its number or words of its name: mails, tasks, documents, and why."""
    office = open_from_file(start, config)
    with office.reading() as session:
        seen = sight_of(office, session, as_user).seen(boxes_by_name(session, box))
        found = {box_by_id(session, one.id).id: one.name for one in seen}
        if not found:
            raise Refused(f"no box is called {box!r}")
        if len(found) > 1:
            raise Refused("which one: " + "; ".join(f"{number} {name}" for number, name in found.items()))
        timeline = box_timeline(session, office.settings, next(iter(found)))
    click.echo(json.dumps(timeline, ensure_ascii=False, indent=2) if as_json else _told(timeline))


def _told(timeline: dict[str, Any]) -> str:
    head = [f"{timeline['name']} (box {timeline['id']}, {timeline['kind']})", *timeline["facts"], ""]
    return "\n".join(
        [*head, *(f"{line['at']}  {line['actor']:22} {line['text']}" for line in timeline["lines"])]
    )


@click.command()
@click.argument("message", type=WORDS)
@as_option
@config_option
@json_option
@click.pass_obj
def why(start: Start, message: str, as_user: str | None, config: Path, as_json: bool) -> None:
    """Say why a MESSAGE (its number or Message-ID) is what and where it is, and what came of it."""
    office = open_from_file(start, config)
    with office.reading() as session:
        found, sight = find_message(session, message), sight_of(office, session, as_user)
        if found is None or not sight.sees_mail(found.box_id, (found.sender, *found.recipients)):
            raise Refused(f"no message {message!r} was taken in")
        facts = mail_decision(session, office.settings, found, sight)
    click.echo(json.dumps(facts, ensure_ascii=False, indent=2) if as_json else decision_text(facts))


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="How many mails at most."
)
@as_option
@config_option
@json_option
@click.pass_obj
def search(
    start: Start, words: tuple[str, ...], limit: int, as_user: str | None, config: Path, as_json: bool
) -> int:
    """Find mails and records: WORDS, "phrases", -without, begin*, from: to: box: before: after: has:attachment."""
    # A shell takes the quotes of a phrase away; the blanks in it tell that it was one.
    phrased = [f'"{word}"' if " " in word and '"' not in word else word for word in words]
    office = open_from_file(start, config)
    user = viewer(office.settings, as_user)
    found = find(office, words[0] if len(words) == 1 else " ".join(phrased), limit, user)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for record in found["records"]:
            click.echo(f"{record['kind']:12} {record['id']:>6}  {record['name']}")
        for mail in found["mails"]:
            click.echo(f"mail {mail['message']:>7}  {mail['at']}  {mail['sender']}: {mail['subject']}")
            click.echo(f"              {mail['box'] or 'on no box'}: {mail['words']}")
        if not any(found.values()):
            click.echo("Nothing fits.")
    return 0
