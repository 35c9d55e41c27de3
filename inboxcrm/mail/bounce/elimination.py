"""Who must have failed, where a notice says it in words that nobody knows: the one address that it can mean."""

from __future__ import annotations

import re

from inboxcrm.mail.bounce.address import clean_address
from inboxcrm.mail.bounce.families import ADDRESS, Said
from inboxcrm.mail.bounce.signs import BOUNCE_SUBJECT, is_daemon
from inboxcrm.mail.incoming import Incoming

_ADDRESS = re.compile(ADDRESS)
_TO = re.compile(r"^[ \t>]{0,8}to[ \t]{0,4}:([^\n]{0,1000}(?:\n[ \t][^\n]{1,1000}){0,20})", re.I | re.M)
_FAILED = re.compile(
    r"undeliver|not (?:be )?(?:be delivered|delivered|reach|exist|found)|unable to deliver|deliver\w{0,8} (?:has )?fail"
    r"|unknown (?:user|recipient|address)|(?:user|recipient|address|mailbox|quota) (?:is |was )?"
    r"(?:unknown|not found|full|unavailable|exceeded|rejected)|could not|permanent|rejected|no such user|invalid"
    r"|n'a pas pu|konnte nicht|nicht zugestellt|kon niet|no se pudo|no se ha podido|non è stato|impossibile"
    r"|nie można|не доставлен|не может быть|できません|できなかった|无法|kunde inte|kunne ikke",
    re.IGNORECASE,
)
MAX_WORDS = 20_000


def eliminate(incoming: Incoming, words: str, pasted: str) -> list[Said]:
    """The single address in the words that is neither ours nor the server's; else the single addressee of the mail
    that came back. Only of a notice whose subject and words both speak of failure.
    """
    if not (BOUNCE_SUBJECT.search(incoming.subject[:200]) and _FAILED.search(words[:MAX_WORDS])):
        return []
    ours = {one.address for one in (*incoming.to, *incoming.cc)}
    ours.update([incoming.sender.address] if incoming.sender else [])
    for named in (_addresses(words[:MAX_WORDS]), _addressees(incoming, words, pasted)):
        left = [one for one in dict.fromkeys(named) if one not in ours and not is_daemon(one)]
        if left:
            return [Said(left[0], words[:1000])] if len(left) == 1 else []
    return []


def _addresses(text: str) -> list[str]:
    return [clean_address(found) for found in _ADDRESS.findall(text)]


def _addressees(incoming: Incoming, words: str, pasted: str) -> list[str]:
    """To whom the returned mail went, by its own headers."""
    if incoming.attached:
        return [one.address for one in incoming.attached[0].to]
    found = _TO.search(pasted)
    return _addresses(found[1]) if found else []
