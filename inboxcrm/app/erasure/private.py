"""Erases those who wrote what the owner of a mailbox said to be private (V11, EM-4: `private`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.app.erasure.erase import erase_all_of
from inboxcrm.base.database import lock_name
from inboxcrm.commands.words.private import check_private
from inboxcrm.crm.store import box_by_id
from inboxcrm.ingest.intake import INTAKE_LOCK
from inboxcrm.ingest.outsiders.store import outsiders_of_box

if TYPE_CHECKING:
    from inboxcrm.base.work import Event, Work


def erase_private(work: Work, event: Event) -> None:
    """Erase the people of a box that was made private, with all that was made of their mails.

    Raises Refused where somebody else has got a part in it since.
    """
    lock_name(work.session, INTAKE_LOCK)  # no mail of theirs comes in meanwhile
    account = work.settings.account_of_user(event.actor.removeprefix("user:"))
    people = outsiders_of_box(work.session, work.settings, event.subject_id)
    if account is None or not people:
        return
    check_private(work, account, box_by_id(work.session, event.subject_id), people)
    for address in people:
        erase_all_of(work, address)
