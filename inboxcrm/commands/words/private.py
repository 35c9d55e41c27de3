"""`private`: the owner of a mailbox takes out again what the CRM has taken from it (V11, EM-4).

Its people, mails, notices and texts are erased, as `inboxcrm erase` does, by the reaction to the event. It goes only
where nobody else has a part in it: no deal, no document, no mail of theirs anywhere but in the speaker's own mailbox.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.commands.scene import Scene, box_of
from inboxcrm.crm.store import box_by_id, contact_by_address, last_box_of, lead_of_box, opportunity_of_box
from inboxcrm.ingest.events import MAIL_MADE_PRIVATE
from inboxcrm.ingest.outsiders.store import mails_of_outsiders, outsiders_of_box, strange_places
from inboxcrm.sales.store import documents_of_box

if TYPE_CHECKING:
    from inboxcrm.base.settings import Account
    from inboxcrm.base.work import Work
    from inboxcrm.crm.records import Box, Contact


class NotPrivate(Refused):
    """What others have a part in; says what goes instead."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"{reason}, so it stays; `file new` gives a mail a box of its own, `ignore` makes no lead of its sender,"
            " and whoever runs the program can erase a person: inboxcrm erase"
        )


def make_private(work: Work, scene: Scene) -> str:
    """Take the conversation out of the CRM: `private`. Raises Refused."""
    account = _own_mailbox(work, scene)
    box = box_of(work, scene)
    people = outsiders_of_box(work.session, work.settings, box.id)
    check_private(work, account, box, people)
    work.emit(MAIL_MADE_PRIVATE, ("box", box.id), box_id=box.id)
    if scene.message.box_id == box.id:
        scene.message.box_id = None  # so that the receipt is not among what is erased
    count = len(mails_of_outsiders(work.session, people))
    mails = "1 mail is" if count == 1 else f"{count} mails are"
    return (
        f"{mails} being taken out of here, with who wrote and what was made of it; it stays in {account.address}."
        " That is for good. What he writes from now on is judged by your `capture`; never_log in config.toml keeps"
        " an address out"
    )


def _own_mailbox(work: Work, scene: Scene) -> Account:
    """Give the speaker's own mailbox if the word is proven to come from it."""
    account = work.settings.account_of_user(scene.user.key)
    if account is None:
        raise Refused("no mailbox of yours is read here")
    if not (scene.message.is_own_sent or scene.message.sender == account.address):
        raise Refused(f"say it from {account.address} itself")
    return account


def check_private(work: Work, account: Account, box: Box, people: list[str]) -> None:
    """See that nobody but the owner of the mailbox has a part in it. Raises NotPrivate."""
    if opportunity_of_box(work.session, box.id) or documents_of_box(work.session, box.id):
        raise NotPrivate("it is a deal, or has papers")
    mails = mails_of_outsiders(work.session, people)
    if not people or {one.sender for one in mails} != set(people):
        raise NotPrivate(
            "others than those who wrote it are on it" if mails else "there is no outsider's mail in it"
        )
    known = [contact_by_address(work.session, one) for one in people]
    if any(one is not None and _was_known(work, one, box) for one in known):
        raise NotPrivate("somebody on it was known before, or is on other matters, too")
    if any(box_by_id(work.session, one).id != box.id for one in _other_boxes(work, people)):
        raise NotPrivate("those who wrote it are on other matters, too")
    if strange_places(work.session, people, account.address):
        raise NotPrivate(f"it lies in other mailboxes than {account.address}, too")


def _was_known(work: Work, contact: Contact, box: Box) -> bool:
    """Tell whether a contact was made before the lead, or by an import, or has another box."""
    last = last_box_of(work.session, contact)
    lead = lead_of_box(work.session, box.id)
    return lead is None or contact.created_at < lead.created_at or (last is not None and last.id != box.id)


def _other_boxes(work: Work, people: list[str]) -> set[int]:
    return {one.box_id for one in mails_of_outsiders(work.session, people) if one.box_id}
