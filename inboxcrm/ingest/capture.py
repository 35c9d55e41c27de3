"""What a personal mailbox gives away: only mail that its capture policy covers (V11, I19).

The decision is made on a few headers, in memory. A mail is covered if the CRM's address is on it, if it answers
a mail that is on a box, or if somebody outside on it was known when it came.
"""

from __future__ import annotations

from inboxcrm.base.database import Session
from inboxcrm.base.settings import Settings
from inboxcrm.crm.store import known_addresses
from inboxcrm.ingest.store import filed_keys
from inboxcrm.ingest.thread import mid_hash
from inboxcrm.mail.envelope import delivered_to
from inboxcrm.mail.incoming import Incoming


def covered_uids(session: Session, settings: Settings, heads: dict[int, Incoming]) -> set[int]:
    """Give the UIDs of the mails that the policy `known` covers, from their headers alone."""
    outside = {
        address for head in heads.values() for address in _addresses(head) if not settings.is_inside(address)
    }
    known = known_addresses(session, outside)
    hashes = {mid_hash(mid) for head in heads.values() for mid in _ids(head)}
    filed = filed_keys(session, hashes)
    covered = set()
    for uid, head in heads.items():
        addresses = _addresses(head)
        if (
            any(settings.is_account_address(address) for address in addresses)
            or any(address in known for address in addresses)
            or any(mid_hash(mid) in filed for mid in _ids(head))
        ):
            covered.add(uid)
    return covered


def _addresses(head: Incoming) -> list[str]:
    sender = [head.sender] if head.sender else []
    return [*(address.address for address in (*sender, *head.to, *head.cc)), *delivered_to(head)]


def _ids(head: Incoming) -> list[str]:
    own = [head.message_id] if head.message_id else []
    return [*own, *head.in_reply_to, *head.references]
