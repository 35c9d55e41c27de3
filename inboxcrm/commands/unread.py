"""A mail of a user with commands and an outsider on it: never carried out, and its author is told so."""

from __future__ import annotations

from inboxcrm.base.work import Event, Work
from inboxcrm.commands.grammar import read_commands
from inboxcrm.commands.notice import write_receipt
from inboxcrm.commands.table import BY_NAME
from inboxcrm.commands.tongues.tongue import tongue_of
from inboxcrm.ingest.store import message_by_id


def tell_unread(work: Work, event: Event) -> None:
    """Tell the author of a mail to us and an outsider that its commands were not read (docs/architecture.md)."""
    message = message_by_id(work.session, event.subject_id)
    user = work.settings.user_by_address(message.sender)
    if user is None or not any(work.settings.is_account_address(one) for one in message.recipients):
        return
    reading = read_commands(message.new_words, BY_NAME, tongue_of(work.settings.commands, BY_NAME))
    if not reading.commands:
        return
    reason = f"{', '.join(message.outside)} is on this mail, too; write it to us alone"
    lines = [{"source": line.source, "text": reason, "is_done": False} for line in reading.commands]
    write_receipt(work, message, user, lines, "")
