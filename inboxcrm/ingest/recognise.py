"""Finds the letter of ours that a mail answers, by our token in any of the four ways that it travels (T2, P17)."""

from __future__ import annotations

from collections.abc import Collection

from inboxcrm.base.settings import Settings, without_plus
from inboxcrm.base.work import Work
from inboxcrm.mail.incoming import Address, Incoming
from inboxcrm.mail.letter_token import marks_in, read_message_id, token_in_address
from inboxcrm.outbox.store import answered_letter

# Where servers write the address that a mail was really sent to, when it stands in neither To nor Cc.
DELIVERED = frozenset(("delivered-to", "x-original-to", "envelope-to", "x-envelope-to"))


def find_answered_letter(work: Work, incoming: Incoming, rewritten: Collection[str]) -> int | None:
    """Give the letter that a mail answers; `rewritten` are the ids that mail clients gave to drafts of ours.

    A letter to one of us is answered by us alone: an outsider has its token from somebody who forwarded it to him.
    """
    names = token_names(work.settings, work.key, incoming, rewritten)
    letter = answered_letter(work.session, work.key, names) if names else None
    if letter is None or (letter.user is not None and _is_from_outside(work.settings, incoming)):
        return None
    return letter.id


def _is_from_outside(settings: Settings, incoming: Incoming) -> bool:
    return incoming.sender is not None and not settings.is_inside(incoming.sender.address)


def token_names(
    settings: Settings, key: bytes, incoming: Incoming, rewritten: Collection[str] = ()
) -> list[str]:
    """Give the names in a mail that bear our right code, or are `rewritten`, the most telling last."""
    return [
        name
        for name in (*_tokens_of(settings, incoming), *names_of(incoming))
        if name in rewritten or read_message_id(key, name)
    ]


def people_of(incoming: Incoming) -> list[Address]:
    """Give the sender and all addressees."""
    return [*([incoming.sender] if incoming.sender else []), *incoming.to, *incoming.cc]


def names_of(incoming: Incoming) -> list[str]:
    """Give the ids that a mail names as before it."""
    return [*incoming.references, *incoming.in_reply_to]


def _tokens_of(settings: Settings, incoming: Incoming) -> list[str]:
    """Give what looks like our token, the most telling last: quoted in the text, then in an address of ours."""
    told = [value.strip("<> ").lower() for value in incoming.all_headers(*DELIVERED)]
    addresses = [*told, *(person.address for person in people_of(incoming) if "+" in person.address)]
    ours = {account.address for account in settings.account}
    in_addresses = [
        token
        for address in addresses
        if (token := token_in_address(address)) and without_plus(address) in ours
    ]
    return [*reversed(marks_in(incoming.text)), *in_addresses]
