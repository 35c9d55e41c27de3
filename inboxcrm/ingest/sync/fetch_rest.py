"""Fetches what was left on the server of a big message, once somebody wants it."""

from __future__ import annotations

from inboxcrm.base.store import keep_blobs
from inboxcrm.base.work import Office
from inboxcrm.ingest.folders import ACTOR
from inboxcrm.ingest.store import message_by_id
from inboxcrm.ingest.sync.store import places_of_message
from inboxcrm.mail.access import open_account
from inboxcrm.mail.errors import MailboxError
from inboxcrm.mail.imap import Mailbox
from inboxcrm.mail.parse import parse_mail


class RestMissing(Exception):
    """The rest of a message cannot be had: it lies in no mailbox any more that we read, or another mail lies there."""

    def __init__(self, message_id: int, reason: str) -> None:
        super().__init__(f"message {message_id}: its big attachments cannot be fetched ({reason})")


def fetch_rest(office: Office, message_id: int) -> None:
    """Fetch a partial message whole, from the first place that still has it; its identity stays.

    Not inside a transaction. Raises RestMissing, and UnparsableMail if the server gives something else.
    """
    with office.reading() as session:
        message = message_by_id(session, message_id)
        is_partial, ident = message.is_partial, message.ident
        places = places_of_message(session, message_id)
    if not is_partial:
        return
    reason = "it is in no folder any more"
    for address, folder, uidvalidity, uid in places:
        account = next((one for one in office.settings.account if one.address == address), None)
        if account is None:
            continue
        try:
            with open_account(office, account) as mailbox:
                raw = _whole(mailbox, folder, uidvalidity, uid)
        except MailboxError as error:
            reason = str(error)
            continue
        if raw is not None and parse_mail(raw).ident == ident:
            _keep_whole(office, message_id, raw)
            return
    raise RestMissing(message_id, reason)


def _whole(mailbox: Mailbox, folder: str, uidvalidity: int, uid: int) -> bytes | None:
    if mailbox.examine(folder).uidvalidity != uidvalidity:
        return None
    return next((mail.raw for mail in mailbox.fetch_raw([uid])), None)


def _keep_whole(office: Office, message_id: int, raw: bytes) -> None:
    files = parse_mail(raw).attachments
    with office.work("intake.rest", actor=ACTOR) as work:
        message = message_by_id(work.session, message_id)
        [message.raw_sha256] = keep_blobs(work.session, [raw])
        message.attachments = [
            {"name": a.name, "content_type": a.content_type, "size": a.size, "sha256": a.sha256}
            for a in files
        ]
        message.is_partial = False
