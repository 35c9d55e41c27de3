"""What the owner of a mailbox is asked about it: earlier mail of a person who became known, or a wider policy (V11).

Nothing of such mail is known here before he says so, only whom it is about and up to when.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select, update

from inboxcrm.base.database import Session
from inboxcrm.base.settings import Account
from inboxcrm.base.store import insert_or_ignore
from inboxcrm.base.work import Work
from inboxcrm.ingest.records import MailAccount, Offer
from inboxcrm.ingest.store import account_by_address

EARLIER, CAPTURE = "earlier", "capture"
WITHHELD = ("new", "asked", "refused")
PART = 500


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
