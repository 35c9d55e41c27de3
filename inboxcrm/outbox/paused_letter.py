"""Tells the manager of a folder that is read no more, because its server keeps numbering it anew (I4)."""

from __future__ import annotations

from inboxcrm.base.work import Event, Work
from inboxcrm.mail.incoming import Address
from inboxcrm.mail.scrub import scrub_line
from inboxcrm.outbox.letter import Plan, write_letter

LONGEST_NAME = 200


def tell_of_paused_folder(work: Work, event: Event) -> None:
    """Write one letter for one time that a folder was paused; none if its account is configured no more."""
    address, settings = str(event.payload["account"]), work.settings
    manager = settings.user_by_key(settings.manager_key)
    if manager is None or all(one.address != address for one in settings.account):
        return
    folder = scrub_line(str(event.payload["folder"]))[:LONGEST_NAME]
    write_letter(
        work,
        Plan(
            kind="folder_paused",
            template="mailbox",
            dedupe=f"folder_paused:{event.id}",
            account=settings.house_account.address,
            to=[Address(manager.name, manager.address)],
            user=manager.key,
            subject=f"The folder {folder} of {address} is not read",
            facts={
                "name": manager.name,
                "mailbox": address,
                "text": _told(address, folder, str(event.payload["reason"])),
                "lines": [],
                "commands": [],
                "why": "a folder whose mails cannot be told apart by their numbers is left alone.",
                "row": "I4",
            },
        ),
    )


def _told(address: str, folder: str, reason: str) -> str:
    return (
        f"the folder {folder} of {address} is read no more: {reason}. Its new mail waits on the server and is not lost,"
        " but nobody is told of it; other folders go on. A day later it is looked at again, and read on by itself if"
        " its numbers (UIDVALIDITY) hold. Ask whoever runs that mail server to keep them; on the machine where the"
        " program runs, `inboxcrm doctor` names the folder until it is read again."
    )
