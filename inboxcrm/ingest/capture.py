"""What a mailbox gives away: only mail that its capture policy covers is fetched and stored (V11, I19, P23).

The decision is made on a few headers, in memory. Lists of those whose mail is never stored win over everything; then
the owner's own label; then the policy. Mail among colleagues stays private in a personal mailbox under every policy,
unless it carries the label or went to the CRM.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from inboxcrm.base.settings import Account, Settings, without_plus
from inboxcrm.base.work import Office
from inboxcrm.crm.store import known_addresses
from inboxcrm.ingest.offers.store import withheld_until
from inboxcrm.ingest.policy import Policy, policy_in_force
from inboxcrm.ingest.store import filed_keys
from inboxcrm.ingest.thread import mid_hash
from inboxcrm.mail.envelope import addresses_in, delivered_to
from inboxcrm.mail.errors import UnparsableMail
from inboxcrm.mail.fetched import FetchedHead
from inboxcrm.mail.incoming import Incoming
from inboxcrm.mail.letter_token import read_message_id
from inboxcrm.mail.parse import parse_headers

HEAD_FIELDS = (
    "From Sender Reply-To To Cc Bcc Message-ID In-Reply-To References List-Id Delivered-To X-Original-To"
    " X-Delivered-To Envelope-To X-Envelope-To X-Rcpt-To"
)


@dataclass(frozen=True, slots=True)
class Head:
    """What the decision looks at in one mail; `incoming` is None if nobody can read its headers."""

    incoming: Incoming | None
    addresses: frozenset[str]
    beside: frozenset[str]  # in Sender and Reply-To: only the lists mind them
    received_at: datetime
    keywords: frozenset[str]
    raw: bytes

    @property
    def sender(self) -> str:
        """Give the From address, or nothing."""
        return self.incoming.sender.address if self.incoming and self.incoming.sender else ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the decision needs besides the mail, asked for once for a whole batch."""

    settings: Settings
    account: Account
    key: bytes
    policy: Policy
    never_log: tuple[str, ...]
    folder: str
    known: Collection[str]
    filed: Collection[str]
    withheld: Mapping[str, datetime]  # earlier mail of these waits for the owner's word


def covered_uids(
    office: Office, account: Account, heads: Sequence[FetchedHead], folder: str = ""
) -> set[int]:
    """Give the UIDs of the mails of a folder that may be fetched and stored, from their headers alone."""
    settings, read = office.settings, {head.uid: read_head(head) for head in heads}
    outside = {one for head in read.values() for one in head.addresses if not settings.is_inside(one)}
    hashes = {mid_hash(mid) for head in read.values() for mid in _ids(head)}
    with office.reading() as session:
        facts = Facts(
            settings=settings,
            account=account,
            key=office.key,
            policy=policy_in_force(session, account),
            never_log=(*settings.capture.never_log, *account.never_log),
            folder=folder,
            known=known_addresses(session, outside),
            filed=filed_keys(session, hashes),
            withheld=withheld_until(session, account.address, outside),
        )
    return {uid for uid, head in read.items() if is_covered(facts, head)}


def is_covered(facts: Facts, head: Head) -> bool:
    """Tell whether a mail may be stored; the first line that decides, decides."""
    if head.incoming is None:
        return _is_covered_unread(facts, head)
    if any(is_on_list(address, facts.never_log) for address in head.addresses | head.beside):
        return False
    if _has_label(facts, head):
        return True
    policy, is_ours = facts.policy.at(head.received_at), _is_ours(facts, head)
    if policy == "label":
        return is_ours and head.sender in _own_addresses(facts)
    if is_ours or (policy == "all" and facts.account.kind == "shared"):
        return True
    outside = [one for one in head.addresses if not facts.settings.is_inside(one)]
    return bool(outside) and (policy == "all" or _is_known(facts, head, outside))


def _is_covered_unread(facts: Facts, head: Head) -> bool:
    """What nobody can read is taken where all is, unless somebody of the lists is named anywhere in it."""
    is_all = facts.account.kind == "shared" and facts.policy.name == "all"
    words = head.raw.lower()
    return is_all and not any(one.encode("utf-8", "replace") in words for one in facts.never_log)


def _has_label(facts: Facts, head: Head) -> bool:
    label = facts.account.label
    return bool(label) and (facts.folder == label or label.lower() in head.keywords)


def _is_ours(facts: Facts, head: Head) -> bool:
    """Tell whether a shared address of ours is on it, in whatever way."""
    return any(facts.settings.is_account_address(address) for address in head.addresses)


def _own_addresses(facts: Facts) -> tuple[str, ...]:
    user = facts.settings.user_by_key(facts.account.user or "")
    return (facts.account.address, *([user.address] if user else []))


def _is_known(facts: Facts, head: Head, outside: Iterable[str]) -> bool:
    """Known people count from when they became known; an answer in a filed thread counts if an outsider wrote it.

    What one of us sent counts by its recipients alone (IN-5), or as a draft of ours that has left.
    """
    known = [one for one in outside if one in facts.known]
    if any(head.received_at >= facts.withheld.get(one, head.received_at) for one in known):
        return True
    # Our own draft, also where the mail client gave it another Message-ID: it names one of ours still.
    if any(read_message_id(facts.key, mid) for mid in _ids(head)):
        return True
    if known or facts.settings.is_inside(head.sender):
        return False
    return any(mid_hash(mid) in facts.filed for mid in _ids(head))


def is_on_list(address: str, never_log: Iterable[str]) -> bool:
    """Tell whether an address is never to be logged: itself, or its domain or one above that."""
    domain = "." + address.rpartition("@")[2]
    return any(
        one in (address, without_plus(address)) if "@" in one else domain.endswith("." + one)
        for one in never_log
    )


def read_head(head: FetchedHead) -> Head:
    """Read the headers of a mail; who is on it is everybody in From, Sender, To, Cc, Bcc and the envelope's lines."""
    try:
        incoming = parse_headers(head.header)
    except UnparsableMail:
        return Head(None, frozenset(), frozenset(), head.received_at, frozenset(), head.header)
    sender = [incoming.sender] if incoming.sender else []
    named = [person.address for person in (*sender, *incoming.to, *incoming.cc)]
    addresses = frozenset((*named, *delivered_to(incoming)))
    beside = frozenset((*(one.address for one in incoming.reply_to), *_senders(incoming)))
    keywords = frozenset(word.lower() for word in head.keywords)
    return Head(incoming, addresses, beside, head.received_at, keywords, head.header)


def _senders(incoming: Incoming) -> list[str]:
    return [one for value in incoming.all_headers("sender") for one in addresses_in(value)]


def _ids(head: Head) -> list[str]:
    if head.incoming is None:
        return []
    own = [head.incoming.message_id] if head.incoming.message_id else []
    return [*own, *head.incoming.in_reply_to, *head.incoming.references]
