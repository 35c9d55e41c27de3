"""Which mail came back: the id in the headers that a notice returns."""

from __future__ import annotations

import re

from inboxcrm.mail.header_text import message_id, message_ids
from inboxcrm.mail.letter_token import is_own_reference

_MESSAGE_ID = re.compile(
    r"^[ \t>]{0,8}(?:original-)?message-id[ \t]{0,4}:([^\n]{0,1000}(?:\n[ \t][^\n]{1,1000})?)", re.I | re.M
)
_REFERENCES = re.compile(
    r"^[ \t>]{0,8}references[ \t]{0,4}:([^\n]{0,2000}(?:\n[ \t][^\n]{1,2000}){0,200})", re.I | re.M
)


def id_in_head(head: str) -> str | None:
    """The Message-ID among the headers of a returned mail.

    A letter of ours whose id was rewritten on its way is known by its last reference, which is to itself; in an
    answer to it another one follows.
    """
    references = _REFERENCES.search(head)
    last = message_ids(references[1])[-1:] if references else ()
    if last and is_own_reference(last[0]):
        return last[0]
    found = _MESSAGE_ID.search(head)
    return message_id(found[1]) if found else None
