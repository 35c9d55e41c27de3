"""Tells the manager of a folder that is read no more: numbered anew again and again, or no longer there (I4, I5)."""

from __future__ import annotations

from collections.abc import Callable

from inboxcrm.base.work import Event, Work
from inboxcrm.mail.incoming import Address
from inboxcrm.mail.scrub import scrub_line
from inboxcrm.outbox.letter import Plan, write_letter

LONGEST_NAME = 200


def tell_of_paused_folder(work: Work, event: Event) -> None:
    """Write one letter for one time that a folder was paused; none if its account is configured no more."""
    reason = str(event.payload["reason"])
    why = "a folder whose mails cannot be told apart by their numbers is left alone."
    _tell(work, event, lambda address, folder: _paused(address, folder, reason), why, "I4")


def tell_of_missing_folder(work: Work, event: Event) -> None:
    """Write one letter for one time that a configured folder was no longer on its server."""
    _tell(work, event, _missing, "mail that comes into a folder that is read no more waits for nobody.", "I5")


def _tell(work: Work, event: Event, told: Callable[[str, str], str], why: str, row: str) -> None:
    address, settings = str(event.payload["account"]), work.settings
    manager = settings.manager
    if all(one.address != address for one in settings.account):
        return
    folder = scrub_line(str(event.payload["folder"]))[:LONGEST_NAME]
    write_letter(
        work,
        Plan(
            kind=event.kind.replace(".", "_"),
            template="mailbox",
            dedupe=f"{event.kind}:{event.id}",
            account=settings.house_account.address,
            to=[Address(manager.name, manager.address)],
            user=manager.key,
            subject=f"The folder {folder} of {address} is not read",
            facts={
                "name": manager.name,
                "mailbox": address,
                "text": told(address, folder),
                "lines": [],
                "commands": [],
                "why": why,
                "row": row,
            },
        ),
    )


def _missing(address: str, folder: str) -> str:
    return (
        f"the folder {folder} of {address} stands in the configuration, and its server has it no more, nor one with the"
        " same mails under another name. What it held stays here. Make it again on the server, or take it out of"
        " `folders` in config.toml; until then `inboxcrm doctor` names it."
    )


def _paused(address: str, folder: str, reason: str) -> str:
    return (
        f"the folder {folder} of {address} is read no more: {reason}. Its new mail waits on the server and is not lost,"
        " but nobody is told of it; other folders go on. A day later it is looked at again, and read on by itself if"
        " its numbers (UIDVALIDITY) hold. Ask whoever runs that mail server to keep them; on the machine where the"
        " program runs, `inboxcrm doctor` names the folder until it is read again."
    )
