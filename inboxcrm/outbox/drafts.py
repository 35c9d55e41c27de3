"""Lays prepared answers into a rep's Drafts folder: each once, whatever dies on the way (EM-3).

The claim is committed before the APPEND. Whoever takes a draft up again after a crash first looks whether
the folder, or Sent, holds it already.
"""

from __future__ import annotations

from datetime import timedelta

from inboxcrm.base.work import Office
from inboxcrm.mail.access import imap_server as imap_server  # others name it from here
from inboxcrm.mail.access import open_account
from inboxcrm.mail.errors import MailboxError
from inboxcrm.mail.imap import Mailbox
from inboxcrm.outbox import events
from inboxcrm.outbox.delivery import ACTOR, Claim, claim_letter, recover_claims
from inboxcrm.outbox.letter import emit_letter_event, move_letter
from inboxcrm.outbox.sequence import Judge
from inboxcrm.outbox.store import due_letter_ids, letter_by_id, lock_letter

PAUSE = timedelta(minutes=1)  # a mailbox that is away is not asked at every look of the ticker (I15)


def lay_due_drafts(office: Office, judge: Judge | None = None) -> int:
    """Lay all drafts that wait; give their number. `judge` tells of those of sequences whether they still may be."""
    recover_claims(office)
    with office.reading() as session:
        due = due_letter_ids(session, office.clock.now(), "draft")
    return sum(_lay_one(office, letter_id, judge) for letter_id in due)


def _lay_one(office: Office, letter_id: int, judge: Judge | None) -> bool:
    claim = claim_letter(office, letter_id, judge)
    if claim is None:
        return False
    account = next(a for a in office.settings.account if a.address == claim.account)
    try:
        with open_account(office, account) as mailbox:
            _append_once(office, mailbox, claim)
    except MailboxError as error:
        _note(office, claim, "waiting", str(error))
        return False
    _note(office, claim, "laid", None)
    return True


def _append_once(office: Office, mailbox: Mailbox, claim: Claim) -> None:
    folders = {folder.special_use: folder.name for folder in mailbox.folders() if folder.special_use}
    drafts = folders.get("drafts", "Drafts")
    with office.reading() as session:
        message_id = letter_by_id(session, claim.letter_id).message_id
    places = [drafts, *([folders["sent"]] if "sent" in folders else [])]
    if claim.fence > 1 and any(mailbox.find_message_id(folder, message_id) for folder in places):
        return
    with office.reading() as session:
        letter = letter_by_id(session, claim.letter_id)
        if letter.state != "claimed" or letter.fence != claim.fence:
            return  # this claimer was thought dead; another one lays it
    office.reach("draft.before_append")
    mailbox.append(drafts, claim.raw, office.clock.now(), ("\\Draft", "\\Seen"))
    office.reach("draft.after_append")


def _note(office: Office, claim: Claim, state: str, error: str | None) -> None:
    with office.work("draft.outcome", actor=ACTOR) as work:
        letter = lock_letter(work.session, claim.letter_id)
        if letter.state != "claimed" or letter.fence != claim.fence:
            return
        move_letter(work, letter, state, error)
        if state == "waiting":
            letter.due_at = work.now + PAUSE
        if state == "laid":
            emit_letter_event(work, letter, events.DRAFT_LAID)
