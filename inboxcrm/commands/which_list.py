"""Of which mail of ours a number names a line: of the very one that is answered, by its own token, for ever.

Never of the newest digest: who answers Monday's on Thursday means Monday's lines. Where it cannot be told, nothing is
done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.mail.letter_token import marks_in, read_message_id, token_in_address
from inboxcrm.outbox.store import letter_by_id, letters_with_lines

if TYPE_CHECKING:
    from inboxcrm.base.work import Work
    from inboxcrm.ingest.records import Message


class ListUnknown(Refused):
    """A number, and no mail of ours that it could be a line of."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"I cannot tell which mail's line {number} you mean, as yours answers none of mine that has lines;"
            " answer the digest or notice itself, with its words quoted"
        )


class ListDoubtful(Refused):
    """A number, and several mails of ours of which it could be a line."""

    def __init__(self, number: int, subjects: list[str]) -> None:
        named = " or ".join(repr(subject) for subject in subjects)
        super().__init__(
            f"line {number} of {named}? Your mail quotes both and answers neither; answer one of them alone"
        )


def list_meant(work: Work, message: Message, number: int) -> int:
    """Give the letter whose numbered line a mail means. Raises ListUnknown and ListDoubtful."""
    letter_id = message.answers_letter_id
    if letter_id is None:
        raise ListUnknown(number)
    if not _is_sure(work, message):
        serials = {serial for mark in marks_in(message.text) if (serial := read_message_id(work.key, mark))}
        listing = letters_with_lines(work.session, serials)
        if len(listing) > 1:
            raise ListDoubtful(number, [letter_by_id(work.session, one).subject for one in listing])
    if not letters_with_lines(work.session, [letter_by_id(work.session, letter_id).serial]):
        raise ListUnknown(number)
    return letter_id


def _is_sure(work: Work, message: Message) -> bool:
    """Tell whether the mail itself says what it answers: in its headers, or by the address that it was sent to."""
    named = (*message.reference_ids, *(token_in_address(one) or "" for one in message.recipients))
    return any(name and read_message_id(work.key, name) for name in named)
