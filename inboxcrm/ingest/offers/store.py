"""What the owner of a mailbox is asked about it: earlier mail of a person who became known, or a wider policy (V11).

Nothing of such mail is known here before he says so, only whom it is about and up to when.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update

from inboxcrm.base.database import Session
from inboxcrm.base.settings import Account
from inboxcrm.base.store import insert_or_ignore
from inboxcrm.base.work import Work
from inboxcrm.ingest.records import Folder, JunkMail, Location, MailAccount, Message, Offer
from inboxcrm.ingest.store import account_by_address

EARLIER, CAPTURE = "earlier", "capture"
WITHHELD = ("new", "asked", "refused")
PART = 500
EARLY = timedelta(days=2)  # a mail may be taken in some time after it came
KNOWN_FOR = timedelta(days=120)
MOST_NOISE = 2000


def note_known(work: Work, addresses: Iterable[str], at: datetime) -> None:
    """Note that people are known from a mail of this moment on: what came earlier is offered, not taken."""
    personal = [one.address for one in work.settings.account if one.kind == "personal"]
    found = work.session.scalars(select(MailAccount.id).where(MailAccount.address.in_(personal)))
    wanted = sorted(set(addresses))
    rows = [
        {
            "account_id": account_id,
            "kind": EARLIER,
            "about": address[:320],
            "before": at,
            "state": "new",
            "found": 0,
            "made_at": work.now,
        }
        for account_id in found
        for address in wanted
    ]
    if not rows:
        return
    insert_or_ignore(work.session, Offer.__table__, rows)
    changed = update(Offer).where(Offer.kind == EARLIER, Offer.about.in_(wanted), Offer.before > at)
    work.session.execute(changed.values(before=at).execution_options(synchronize_session=False))


def has_become_earlier(session: Session, address: str, at: datetime) -> bool:
    """Tell whether somebody was taken to be known only since later than this: mail came out of order (V3)."""
    query = select(Offer.id).where(Offer.kind == EARLIER, Offer.about == address, Offer.before > at)
    return session.scalar(query.limit(1)) is not None


def withheld_until(session: Session, account: str, addresses: Collection[str]) -> dict[str, datetime]:
    """Give up to when mail of these people in a mailbox waits for its owner's word."""
    found: dict[str, datetime] = {}
    wanted = sorted(addresses)
    for start in range(0, len(wanted), PART):
        query = (
            select(Offer.about, Offer.before)
            .join(MailAccount, MailAccount.id == Offer.account_id)
            .where(MailAccount.address == account, Offer.kind == EARLIER, Offer.state.in_(WITHHELD))
        )
        rows = session.execute(query.where(Offer.about.in_(wanted[start : start + PART])))
        found.update((about, before) for about, before in rows)
    return found


def offers_of(session: Session, account: Account, kind: str, state: str) -> list[Offer]:
    """Give the offers about a mailbox of a kind in a state, oldest first."""
    row = account_by_address(session, account.address)
    query = select(Offer).where(Offer.kind == kind, Offer.state == state).order_by(Offer.id)
    return list(session.scalars(query.where(Offer.account_id == row.id))) if row else []


def offer_by_id(session: Session, offer_id: int) -> Offer:
    """Give an offer that nobody else can change before this transaction ends."""
    return session.get_one(Offer, offer_id, with_for_update=True, populate_existing=True)


def lock_message(session: Session, message_id: int) -> Message:
    """Give a message that nobody else can change before this transaction ends."""
    return session.get_one(Message, message_id, with_for_update=True, populate_existing=True)


def want_junk(session: Session, junk_id: int) -> JunkMail:
    """Note that a person wants a mail out of Junk; what was taken stays so."""
    junk = session.get_one(JunkMail, junk_id, with_for_update=True, populate_existing=True)
    if junk.state in ("seen", "told"):
        junk.state = "wanted"
    return junk


def junk_since(session: Session, accounts: Collection[str], since: datetime, most: int) -> list[JunkMail]:
    """Give what was found in Junk of these mailboxes since a moment and was not taken yet, newest first."""
    query = (
        select(JunkMail)
        .join(Folder, Folder.id == JunkMail.folder_id)
        .join(MailAccount, MailAccount.id == Folder.account_id)
        .where(MailAccount.address.in_(accounts), JunkMail.seen_at > since, JunkMail.state == "seen")
    )
    return list(session.scalars(query.order_by(JunkMail.received_at.desc()).limit(most)))


def first_noise_since(
    session: Session, accounts: Collection[str], since: datetime, most: int
) -> list[Message]:
    """Give live mail of these mailboxes kept as noise since a moment, newest first, one of each sender.

    Whose noise was kept before, in the last months, is a newsletter that is known, and stays away.
    """
    is_noise = Message.kind.in_(("bulk", "auto-reply")) & ~Message.is_archived
    recent = select(Message).where(
        is_noise, Message.received_at > since - EARLY, Message.taken_in_at > since, Message.sender != ""
    )
    in_accounts = (
        select(Location.message_id)
        .join(Folder, Folder.id == Location.folder_id)
        .join(MailAccount, MailAccount.id == Folder.account_id)
        .where(Location.message_id == Message.id, MailAccount.address.in_(accounts))
    )
    found: dict[str, Message] = {}
    for message in session.scalars(recent.where(in_accounts.exists()).order_by(Message.id).limit(MOST_NOISE)):
        found.setdefault(message.sender, message)
    known = set[str]()
    senders = sorted(found)
    for start in range(0, len(senders), PART):
        before = select(Message.sender).where(
            Message.kind.in_(("bulk", "auto-reply")),
            Message.received_at > since - KNOWN_FOR,
            Message.taken_in_at <= since,
            Message.sender.in_(senders[start : start + PART]),
        )
        known.update(session.scalars(before.distinct()))
    new = [message for sender, message in found.items() if sender not in known]
    return sorted(new, key=lambda one: -one.id)[:most]
