"""`erase`: takes a person out of the system, and says what stays and why."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from inboxcrm.app.erasure.erase import Receipt, erase_person, look_for
from inboxcrm.base.errors import Refused
from inboxcrm.cli.given import WORDS, mail_address
from inboxcrm.cli.start import DONE, TO_DO, Start, config_option, json_option, open_from_file


class OneOfOurs(Refused):
    """Who works with us is no person outside: his mailbox is read, and his words are the firm's."""

    def __init__(self, address: str, config: Path) -> None:
        super().__init__(
            f"{address} is one of your own, and this is for people outside; "
            f"who has left is erased once {config.name} names neither him nor his mailbox"
        )


@click.command()
@click.argument("address", type=WORDS)
@click.option("--yes", "is_meant", is_flag=True, help="Do it; without it only what would be done is told.")
@config_option
@json_option
@click.pass_obj
def erase(start: Start, address: str, is_meant: bool, config: Path, as_json: bool) -> int:
    """Erase the person with this mail ADDRESS: rows, mails, letters, words.

    Issued documents stay, blocked, as long as the law asks. It cannot be undone. Exits 1 if it was only told.
    """
    office = open_from_file(start, config)
    wanted = mail_address(address, "ADDRESS")
    settings = office.settings
    if settings.user_by_address(wanted) or any(one.address == wanted for one in settings.account):
        raise OneOfOurs(wanted, config)
    told = erase_person(office, wanted) if is_meant else look_for(office, wanted)
    if as_json:
        click.echo(json.dumps({"is_done": is_meant, **asdict(told)}, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(told, is_done=is_meant)))
    return DONE if is_meant else TO_DO


def _lines(told: Receipt, *, is_done: bool) -> list[str]:
    if not is_done and not (
        told.is_contact or told.own_mails or told.redacted_mails or told.letters or told.boxes
    ):
        return [
            f"Nothing is known of {', '.join(told.addresses)}: no mail, no letter, no box.",
            "With --yes earlier mail of this address stays out, too (an import, say).",
        ]
    did = "Erased" if is_done else "Would erase"
    lines = [
        f"{did} {', '.join(told.addresses)}:",
        f"  {told.own_mails} mails of this person; {told.redacted_mails} mails of others stay without these words",
        f"  {told.letters} letters, {told.boxes} boxes",
    ]
    for one in told.kept_documents:
        lines.append(f"Kept for the law until {one['until']}, blocked: {one['kind']} {one['number']}")
    for one in told.folders:
        lines.append(f"The mail server still holds {one['mails']}: {one['account']}, folder {one['folder']}")
    lines.append("Backups made before keep everything until you delete them.")
    lines.append("Earlier mail of this person stays out from now on; what is written anew comes in.")
    return lines if is_done else [*lines[:-2], "Nothing was changed; say it again with --yes to do it."]
