"""What the owner of a mailbox is asked about it: earlier mail of a person who became known, or a wider policy (V11).

Nothing of such mail is known here before he says so, only whom it is about and up to when.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from inboxcrm.base.among import among
from inboxcrm.base.columns import EPOCH
from inboxcrm.base.database import Session
from inboxcrm.base.remembered import remembered
from inboxcrm.base.settings import Account
from inboxcrm.base.store import insert_or_ignore
from inboxcrm.base.work import Work
from inboxcrm.ingest.records import Folder, JunkMail, Location, MailAccount, Message, Offer, Thread
from inboxcrm.ingest.store import NEVER, account_by_address, folders_of

EARLIER, CAPTURE = "earlier", "capture"
WITHHELD = ("new", "asked", "refused")
EARLY = timedelta(days=2)  # a mail may be taken in some time after it came
KNOWN_FOR = timedelta(days=120)
MOST_NOISE = 2000
_MOMENT = timedelta(microseconds=1)


def note_known(work: Work, addresses: Iterable[str], at: datetime) -> None:
    """Note that people are known from a mail of this moment on: what came earlier is offered, not taken."""
    personal = [one.address for one in work.settings.account if one.kind == "personal"]
    if not personal:
        return
    found = work.session.scalars(select(MailAccount.id).where(MailAccount.address.in_(personal)))
    wanted = sorted(set(addresses))
    for address in wanted:
        remembered(work.session, "earliest offers").pop(address, None)
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


def relook_accounts(work: Work, since: datetime) -> None:
    """Let personal mailboxes judge again what came since a moment and was left out."""
    personal = [one.address for one in work.settings.account if one.kind == "personal"]
    marks = remembered(work.session, "relook")
    for address in personal if since < marks.get("from", NEVER) else ():
        account = account_by_address(work.session, address)
        if account is not None:
            before = account.relook_from
            # Never the same moment twice: a judging that is under way must see that there is more to judge.
            account.relook_from = min(before - _MOMENT, since) if before else since
    marks["from"] = min(since, marks.get("from", NEVER))


def learn_offers(session: Session, addresses: Iterable[str]) -> None:
    """Ask at once what `has_become_earlier` will be asked of these."""
    known, wanted = remembered(session, "earliest offers"), sorted(addresses)
    known.update(dict.fromkeys(wanted, EPOCH))
    query = select(Offer.about, func.max(Offer.before)).where(
        Offer.kind == EARLIER, among(session, Offer.about, wanted)
    )
    known.update((about, before) for about, before in session.execute(query.group_by(Offer.about)))


def has_become_earlier(session: Session, address: str, at: datetime) -> bool:
    """Tell whether somebody was taken to be known only since later than this: mail came out of order (V3)."""
    known = remembered(session, "earliest offers")
    if address not in known:
        learn_offers(session, [address])
    return bool(known[address] > at)


def withheld_until(session: Session, account: str, addresses: Collection[str]) -> dict[str, datetime]:
    """Give up to when mail of these people in a mailbox waits for its owner's word."""
    query = (
        select(Offer.about, Offer.before)
        .join(MailAccount, MailAccount.id == Offer.account_id)
        .where(MailAccount.address == account, Offer.kind == EARLIER, Offer.state.in_(WITHHELD))
    )
    rows = session.execute(query.where(among(session, Offer.about, addresses)))
    return dict(rows.all())


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
    before = select(Message.sender).where(
        Message.kind.in_(("bulk", "auto-reply")),
        Message.received_at > since - KNOWN_FOR,
        Message.taken_in_at <= since,
        among(session, Message.sender, found),
    )
    known = set(session.scalars(before.distinct()))
    new = [message for sender, message in found.items() if sender not in known]
    return sorted(new, key=lambda one: -one.id)[:most]


def left_out_before(session: Session, folder_id: int, before: datetime, most: int) -> list[int]:
    """Give the UIDs that the capture policy left out in a folder before a moment, the newest so many, ascending."""
    folder = session.get_one(Folder, folder_id)
    query = select(Location.uid).where(
        Location.folder_id == folder.id,
        Location.uidvalidity == folder.uidvalidity,
        Location.message_id.is_(None),
        Location.received_at < before,
        ~Location.is_gone,
    )
    return sorted(session.scalars(query.order_by(Location.received_at.desc()).limit(most)))


def is_history_read(session: Session, addresses: Collection[str]) -> bool:
    """Tell whether all that lay in these mailboxes was read; one that cannot be opened is not waited for."""
    for address in addresses:
        row = account_by_address(session, address)
        if row is None:
            return False
        folders = [one for one in folders_of(session, row.id) if one.state == "open"]
        is_read = bool(folders) and all(one.uidvalidity and one.back_hi <= 0 for one in folders)
        if not is_read and row.error is None:
            return False
    return True


def waiting_messages(session: Session, account: MailAccount, since: datetime, most: int) -> list[Message]:
    """Give the last mail of each conversation that waited for our answer when an account went live, newest first.

    A customer wrote it after `since`, nobody of us has written in its thread or to him later, and it is on no box.
    """
    in_account = (
        select(Location.message_id)
        .join(Folder, Folder.id == Location.folder_id)
        .where(Location.message_id == Message.id, Folder.account_id == account.id)
    )
    query = (
        select(Message)
        .join(Thread, Thread.id == Message.thread_id)
        .where(Message.kind == "customer", Message.is_archived, Message.box_id.is_(None))
        .where(Thread.box_id.is_(None), Message.received_at >= since, in_account.exists())
    )
    last: dict[int, Message] = {}
    for message in session.scalars(
        query.order_by(Message.received_at.desc(), Message.id.desc()).limit(MOST_NOISE)
    ):
        last.setdefault(message.thread_id, message)
    answered = _last_answers(session, since)
    waiting = [
        one
        for one in last.values()
        if one.received_at > answered.get(("thread", one.thread_id), since)
        and one.received_at > answered.get(("contact", one.contact_id or 0), since)
    ]
    return waiting[:most]


def _last_answers(session: Session, since: datetime) -> dict[tuple[str, int], datetime]:
    """Give when one of us last wrote, by thread and by contact."""
    found: dict[tuple[str, int], datetime] = {}
    for name, column in (("thread", Message.thread_id), ("contact", Message.contact_id)):
        query = select(column, func.max(Message.received_at)).where(
            Message.kind.in_(("outbound", "own")), Message.received_at > since, column.is_not(None)
        )
        found.update(((name, key or 0), at) for key, at in session.execute(query.group_by(column)))
    return found


def wanted_junk(session: Session, account_id: int) -> list[tuple[JunkMail, Folder]]:
    """Give what is to be taken out of the Junk folder of an account."""
    query = select(JunkMail, Folder).join(Folder, Folder.id == JunkMail.folder_id)
    query = query.where(Folder.account_id == account_id, JunkMail.state == "wanted").order_by(JunkMail.uid)
    return [(junk, folder) for junk, folder in session.execute(query)]


def junk_of(session: Session, folder: Folder, uids: Iterable[int]) -> list[JunkMail]:
    """Give what was written down of these mails of a Junk folder."""
    query = select(JunkMail).where(
        JunkMail.folder_id == folder.id, JunkMail.uidvalidity == folder.uidvalidity
    )
    return list(session.scalars(query.where(JunkMail.uid.in_(list(uids))).order_by(JunkMail.uid)))


def has_wanted(session: Session, account_id: int) -> bool:
    """Tell whether somebody has said that mail of an account is to be taken in."""
    query = select(Offer.id).where(Offer.account_id == account_id, Offer.state == "wanted").limit(1)
    return session.scalar(query) is not None or bool(wanted_junk(session, account_id))


def open_capture_offer(session: Session, account_id: int, policy: str, now: datetime) -> Offer:
    """Give the question to an owner whether a policy may be in force; make it if it is new."""
    row = {
        "account_id": account_id,
        "kind": CAPTURE,
        "about": policy,
        "before": now,
        "state": "new",
        "found": 0,
        "made_at": now,
    }
    insert_or_ignore(session, Offer.__table__, [row])
    query = select(Offer).where(Offer.account_id == account_id, Offer.kind == CAPTURE, Offer.about == policy)
    return session.scalars(query.with_for_update()).one()


def account_address(session: Session, account_id: int) -> str:
    """Give the address of an account."""
    return session.get_one(MailAccount, account_id).address
