"""`capture`: the owner of a mailbox says what is stored of it; and his answer to what he was asked about it (V11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.settings import Account
from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene, lines_meant
from inboxcrm.ingest.offers.store import CAPTURE, account_address, offer_by_id
from inboxcrm.ingest.policy import policy_in_force, set_policy
from inboxcrm.outbox.store import lines_of_letter

if TYPE_CHECKING:
    from inboxcrm.ingest.records import Offer

MEANINGS = {
    "all": "all mail of {0} is stored from now on, except among colleagues",
    "known": "of {0} only mail with people who are known is stored",
    "label": "of {0} only mail with the label {1!r} is stored",
}


def set_capture(work: Work, scene: Scene) -> str:
    """Put a policy in force on the speaker's own mailbox: `capture known`."""
    account = work.settings.account_of_user(scene.user.key)
    if account is None:
        raise Refused("no mailbox of yours is read here")
    policy = scene.line.rest.lower()
    if policy not in MEANINGS:
        raise Refused("say `capture known`, `capture label` or `capture all`")
    return _put_in_force(work, scene, account, policy)


def _put_in_force(work: Work, scene: Scene, account: Account, policy: str) -> str:
    """Do it if the word is proven to come from that very mailbox."""
    if account.user != scene.user.key:
        raise Refused(f"only the owner of {account.address} can say that")
    if not (scene.message.is_own_sent or scene.message.sender == account.address):
        raise Refused(f"say it from {account.address} itself")
    if policy == "label" and not account.label:
        raise Refused(f"no label is configured for {account.address}: `label` in config.toml names it")
    old = policy_in_force(work.session, account).name
    set_policy(work, account, policy)
    return f"{MEANINGS[policy].format(account.address, account.label)}; to undo: capture {old}"


def offer_meant(work: Work, scene: Scene) -> Offer | None:
    """Give the question about the speaker's mailbox that a line answers, if it answers one."""
    letter_id = scene.message.answers_letter_id
    if letter_id is None or all(kind != "offer" for kind, _ in lines_of_letter(work.session, letter_id)):
        return None
    [(_, offer_id)] = lines_meant(work, scene, [])
    return offer_by_id(work.session, offer_id)


def answer_offer(work: Work, scene: Scene, offer: Offer, *, is_yes: bool) -> str:
    """Carry out the owner's yes or no, once."""
    address = account_address(work.session, offer.account_id)
    account = next((one for one in work.settings.account if one.address == address), None)
    if account is None or account.user != scene.user.key:
        raise Refused(f"only the owner of {address} can say that")
    if offer.state not in ("asked", "refused"):
        return "you have said yes to that already"
    if offer.kind == CAPTURE and is_yes:
        said = _put_in_force(work, scene, account, offer.about)
        offer.state = "done"
        return said
    offer.state = "wanted" if is_yes else "refused"
    if offer.kind == CAPTURE:
        return f"all stays as it is with {address}; to undo: capture {offer.about}"
    mails = f"the earlier mail of {offer.about}"
    return f"{mails} is taken in within minutes" if is_yes else f"{mails} stays in your mailbox; to undo: yes"
