"""`quarantine`: what could not be read, for a person to look at, to try again, or to put on view (I6, P12)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from inboxcrm.base.spelled import spell_moment
from inboxcrm.base.work import Office
from inboxcrm.cli.given import NEW_FILE, WORDS
from inboxcrm.cli.start import DONE, TO_DO, Start, config_option, json_option, open_from_file
from inboxcrm.cli.viewer import as_option, sight_of
from inboxcrm.ingest.quarantined import (
    ASKED_AGAIN,
    STILL_FAILS,
    TAKEN_IN,
    Entry,
    NotQuarantined,
    Outcome,
    entries,
    entry_by_code,
    raw_of,
    readable_head,
    release,
    work_again,
)
from inboxcrm.mail.incoming import Address
from inboxcrm.mail.scrub import scrub_line

SHOWN_BYTES = 1500
SAID = {
    ASKED_AGAIN: "the poller asks the server for it again within a minute or two",
    STILL_FAILS: "still cannot be read",
    TAKEN_IN: "taken in",
}


@click.group()
def quarantine() -> None:
    """Look at mails that could not be read, try them again, or let a person see them as they are."""


@quarantine.command("list")
@as_option
@config_option
@json_option
@click.pass_obj
def list_quarantine(start: Start, as_user: str | None, config: Path, as_json: bool) -> int:
    """List the mails that could not be read, oldest first. Exits 1 if there are any."""
    office = open_from_file(start, config)
    with office.reading() as session:
        sight = sight_of(office, session, as_user)
        found = [one for one in entries(session) if sight.sees_mail(None, (one.account,))]
    if as_json:
        click.echo(json.dumps([_plain(one) for one in found], ensure_ascii=False, indent=2))
        return TO_DO if found else DONE
    for one in found:
        at = spell_moment(one.received_at, office.settings.company.zone)
        size = f"{one.size:,} bytes" if one.sha256 else "not handed out"
        times = f"{one.attempts} attempt{'' if one.attempts == 1 else 's'}"
        gone = ", no longer on the server" if one.is_gone else ""
        click.echo(f"{one.code:>10}  {one.account} {one.folder}, {at}, {size}{gone}")
        click.echo(f"{'':10}  {one.stage}, {times}: {scrub_line(one.error)[:300]}")
    if not found:
        click.echo("Nothing: every mail could be read.")
    return TO_DO if found else DONE


def _plain(entry: Entry) -> dict[str, Any]:
    moments = {"received_at": entry.received_at.isoformat(), "failed_at": entry.failed_at.isoformat()}
    return {**asdict(entry), **moments}


@quarantine.command("show")
@click.argument("code", type=WORDS)
@click.option("--save", type=NEW_FILE, help="Save the mail to this .eml file.")
@as_option
@config_option
@json_option
@click.pass_obj
def show_quarantine(
    start: Start, code: str, save: Path | None, as_user: str | None, config: Path, as_json: bool
) -> int:
    """Show what can be read of the mail with this CODE, and why the rest cannot; --save FILE keeps it as .eml."""
    office = open_from_file(start, config)
    with office.reading() as session:
        entry = entry_by_code(session, code)
        if not sight_of(office, session, as_user).sees_mail(None, (entry.account,)):
            raise NotQuarantined(code)
        raw = raw_of(session, entry) if entry.sha256 or save else b""
    facts = {**_plain(entry), "head": _head(raw), "beginning": escape_bytes(raw[:SHOWN_BYTES])}
    if save is not None:
        try:
            save.write_bytes(raw)
        except OSError as error:
            raise click.UsageError(f"{save} cannot be written: {error.strerror}") from error
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return DONE
    click.echo(f"{entry.code}  {entry.account} {entry.folder}, UID {entry.uid}")
    click.echo(f"{entry.stage}: {scrub_line(entry.error)} ({entry.attempts} attempts)")
    for name, value in facts["head"].items():
        click.echo(f"{name + ':':9} {value or '-'}")
    if raw:
        click.echo(f"\nThe first of {len(raw):,} bytes:\n{facts['beginning']}")
    click.echo(f"Saved to {save}." if save else f"\nTo try again: inboxcrm quarantine reprocess {entry.code}")
    return DONE


def _head(raw: bytes) -> dict[str, str]:
    if not raw:
        return {}
    head = readable_head(raw)
    return {
        "from": _people([head.sender] if head.sender else []),
        "to": _people(head.to),
        "cc": _people(head.cc),
        "subject": head.subject,
        "date": head.sent_at.isoformat() if head.sent_at else "",
        "id": scrub_line(head.message_id or ""),
    }


def _people(people: Sequence[Address]) -> str:
    return ", ".join(f"{one.name} <{one.address}>" if one.name else one.address for one in people[:20])


def escape_bytes(raw: bytes) -> str:
    r"""Give foreign bytes as lines of plain ASCII that no terminal takes for commands; others as \xNN."""
    text = raw.replace(b"\r\n", b"\n").decode("ascii", "backslashreplace")
    return "".join(char if char in "\n\t" or char.isprintable() else f"\\x{ord(char):02x}" for char in text)


@quarantine.command("reprocess")
@click.argument("code", type=WORDS, required=False)
@click.option("--all", "is_all", is_flag=True, help="Every mail that could not be read.")
@config_option
@click.pass_obj
def reprocess(start: Start, code: str | None, is_all: bool, config: Path) -> int:
    """Parse the mail with this CODE, or --all, again and take it in. Exits 1 if one still cannot be read."""
    if is_all == bool(code):
        raise click.UsageError("say a code of `inboxcrm quarantine list`, or --all")
    office = open_from_file(start, config)
    with office.reading() as session:
        chosen = entries(session) if code is None else [entry_by_code(session, code)]
    outcomes = [_reprocess_one(office, entry) for entry in chosen]
    if not chosen:
        click.echo("Nothing: every mail could be read.")
    return TO_DO if any(one.state == STILL_FAILS for one in outcomes) else DONE


def _reprocess_one(office: Office, entry: Entry) -> Outcome:
    outcome = work_again(office, entry)
    message = f" as message {outcome.message_id}" if outcome.message_id else ""
    error = f": {scrub_line(outcome.error)[:300]}" if outcome.error else ""
    click.echo(f"{entry.code}: {SAID.get(outcome.state, outcome.state)}{message}{error}")
    return outcome


@quarantine.command("release")
@click.argument("code", type=WORDS)
@config_option
@click.pass_obj
def release_command(start: Start, code: str, config: Path) -> None:
    """File the mail with this CODE as what is readable of its headers, with the original attached."""
    office = open_from_file(start, config)
    with office.reading() as session:
        entry = entry_by_code(session, code)
    outcome = release(office, entry)
    message = f" as message {outcome.message_id}; `inboxcrm why {outcome.message_id}` says where"
    click.echo(f"{entry.code}: {outcome.state}{message if outcome.message_id else ''}")
