"""Questions to the tables of intake."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import Text, and_, bindparam, case, cast, delete, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from inboxcrm.base.among import among
from inboxcrm.base.columns import is_row_number
from inboxcrm.ingest.records import (
    Filing,
    Folder,
    Location,
    MailAccount,
    Message,
    Quarantine,
    Thread,
    ThreadKey,
    ThreadsApart,
)
from inboxcrm.ingest.thread import KeyRow, Keys, mid_hash

FATES = ("on_boxes", "on_contacts", "internal", "noise", "parked", "left_out")
NOISE = ("bulk", "ignored")
IMPORTED = "import"  # the state of a folder that no server knows: its mail came out of files
NEVER = datetime.max.replace(tzinfo=UTC)
IS_COURTESY = cast(Message.intents, Text).contains('"courtesy"')  # it needs no answer (IN-13)
_T = TypeVar("_T")


def account_by_address(session: Session, address: str) -> MailAccount | None:
    """Give the state of a watched account."""
    return session.scalar(select(MailAccount).where(MailAccount.address == address))


def lock_account(session: Session, address: str) -> MailAccount:
    """Give the state of an account that nobody else can change before this transaction ends."""
    query = select(MailAccount).where(MailAccount.address == address).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def lock_folder(session: Session, folder_id: int) -> Folder:
    """Give a folder that nobody else can change before this transaction ends."""
    return session.get_one(Folder, folder_id, with_for_update=True, populate_existing=True)


def mark_gone(session: Session, folder: Folder, uids: Collection[int] | None) -> None:
    """Mark these places of a folder as gone, or all of them."""
    for table in (Location, Quarantine):
        query = update(table).where(table.folder_id == folder.id, table.uidvalidity == folder.uidvalidity)
        narrowed = query if uids is None else query.where(among(session, table.uid, uids))
        session.execute(narrowed.values(is_gone=True))


def forget_gone(session: Session, folder: Folder, sha256: str) -> None:
    """Forget the places in quarantine that are gone, of a mail that has come up at another place of its folder."""
    gone = (Quarantine.folder_id == folder.id, Quarantine.raw_sha256 == sha256, Quarantine.is_gone)
    session.execute(delete(Quarantine).where(*gone))


def folder_by_id(session: Session, folder_id: int) -> Folder:
    """Give a folder."""
    return session.get_one(Folder, folder_id)


def live_from_of(session: Session, folder: Folder) -> datetime:
    """Give since when the mail of a folder counts as live (IN-16); what is imported from files never does."""
    if folder.state == IMPORTED:
        return NEVER
    return session.get_one(MailAccount, folder.account_id).live_from


def folder_by_name(session: Session, account_id: int, name: str) -> Folder | None:
    """Give a folder of an account."""
    return session.scalar(select(Folder).where(Folder.account_id == account_id, Folder.name == name))


def folders_of(session: Session, account_id: int) -> list[Folder]:
    """Give the folders of an account."""
    return list(session.scalars(select(Folder).where(Folder.account_id == account_id).order_by(Folder.id)))


def messages_by_ident(session: Session, idents: Iterable[str]) -> dict[str, int]:
    """Give the ids of the messages that are here already, by their identity."""
    query = select(Message.ident, Message.id).where(among(session, Message.ident, idents))
    return {str(ident): int(message_id) for ident, message_id in session.execute(query)}


def message_by_id(session: Session, message_id: int) -> Message:
    """Give a message."""
    return session.get_one(Message, message_id)


def find_message(session: Session, words: str) -> Message | None:
    """Give a message by its number, or by its Message-ID with or without brackets."""
    if is_row_number(words):
        return session.get(Message, int(words))
    return session.scalar(select(Message).where(Message.message_id == words.strip("<>")))


def keys_of(session: Session, hashes: Iterable[str]) -> Keys:
    """Give the threads that know each of these keys, with their people, in one question."""
    found = Keys()
    columns = (ThreadKey.mid_hash, ThreadKey.thread_id, ThreadKey.people, ThreadKey.is_tokened)
    query = select(*columns).where(among(session, ThreadKey.mid_hash, hashes))
    for key, thread_id, people, is_tokened in session.execute(query):
        found.rows.setdefault(key, {})[thread_id] = KeyRow(thread_id, set(people), is_tokened)
    return found


def filed_keys(session: Session, hashes: Iterable[str]) -> set[str]:
    """Give those of the keys that a thread with a box knows."""
    query = select(ThreadKey.mid_hash).join(Thread, Thread.id == ThreadKey.thread_id)
    is_known = among(session, ThreadKey.mid_hash, hashes)
    return set(session.scalars(query.where(is_known, Thread.box_id.is_not(None))))


def count_of_threads(session: Session, threads: Collection[int]) -> dict[int, int]:
    """Count the messages of each of these threads."""
    query = select(Message.thread_id, func.count()).where(among(session, Message.thread_id, threads))
    counted = session.execute(query.group_by(Message.thread_id))
    return dict.fromkeys(threads, 0) | dict(counted.all())


def move_thread(session: Session, loser: int, survivor: int) -> None:
    """Put the messages of a thread into another one; its keys are the caller's to write anew."""
    session.execute(update(Message).where(Message.thread_id == loser).values(thread_id=survivor))
    session.execute(delete(ThreadKey).where(ThreadKey.thread_id == loser))


def drop_keys(session: Session, thread_id: int, keys: Iterable[str]) -> None:
    """Let a thread no longer know these keys."""
    is_meant = among(session, ThreadKey.mid_hash, keys)
    session.execute(delete(ThreadKey).where(ThreadKey.thread_id == thread_id, is_meant))


def keys_of_thread(session: Session, thread_id: int) -> set[str]:
    """Give all keys that a thread knows."""
    return set(session.scalars(select(ThreadKey.mid_hash).where(ThreadKey.thread_id == thread_id)))


_FIRST, _SECOND = aliased(Message), aliased(Message)  # made once: that takes longer than asking
_APART = (
    select(_FIRST.thread_id, _SECOND.thread_id)
    .join(ThreadsApart, ThreadsApart.first_id == _FIRST.id)
    .join(_SECOND, ThreadsApart.second_id == _SECOND.id)
    .where(_FIRST.thread_id.in_(bindparam("threads", expanding=True)))
    .where(_SECOND.thread_id.in_(bindparam("threads", expanding=True)))
)


def threads_apart(session: Session, threads: Collection[int]) -> dict[int, set[int]]:
    """Give, for each of these threads, the others of them from which a person keeps it apart."""
    pairs: dict[int, set[int]] = {}
    for one, other in session.execute(_APART, {"threads": list(threads)}):
        pairs.setdefault(one, set()).add(other)
        pairs.setdefault(other, set()).add(one)
    return pairs


def thread_by_id(session: Session, thread_id: int) -> Thread:
    """Give a thread."""
    return session.get_one(Thread, thread_id)


def boxes_of_threads(session: Session, threads: Iterable[int]) -> dict[int, int | None]:
    """Give the boxes of these threads."""
    query = select(Thread.id, Thread.box_id).where(among(session, Thread.id, threads))
    return dict(session.execute(query).all())


def message_that_made(session: Session, box_id: int) -> Message | None:
    """Give the mail that made the lead of a box."""
    query = select(Message).where(Message.box_id == box_id, Message.made_lead)
    return session.scalar(query.order_by(Message.id).limit(1))


def messages_since(session: Session, box_id: int, at: datetime) -> list[Message]:
    """Give the messages of a box that were taken in after a moment."""
    query = select(Message).where(Message.box_id == box_id, Message.taken_in_at > at)
    return list(session.scalars(query.order_by(Message.id)))


def recent_subjects_of_box(session: Session, box_id: int, since: datetime) -> list[tuple[str, list[str]]]:
    """Give subject and outsiders of the newest mails of a box since a moment, two hundred at most."""
    query = select(Message.subject, Message.outside).where(
        Message.box_id == box_id, Message.received_at >= since
    )
    newest = query.order_by(Message.received_at.desc(), Message.id.desc()).limit(200)
    return [(subject, outside) for subject, outside in session.execute(newest)]


def answers_around(session: Session, message: Message) -> list[Message]:
    """Give what others of us wrote on a message's box between the same two mails of its customer, thanks left out."""
    on_box = select(Message.received_at).where(
        Message.box_id == message.box_id, Message.kind == "customer", ~IS_COURTESY
    )
    before = session.scalar(
        on_box.where(Message.received_at <= message.received_at).order_by(Message.received_at.desc()).limit(1)
    )
    after = session.scalar(
        on_box.where(Message.received_at > message.received_at).order_by(Message.received_at).limit(1)
    )
    if before is None:
        return []
    query = select(Message).where(
        Message.box_id == message.box_id,
        Message.kind == "outbound",
        Message.acted_at.is_not(None),
        Message.sender != message.sender,
        Message.id != message.id,
        Message.received_at >= before,
    )
    return list(session.scalars(query.where(Message.received_at < after) if after else query))


def filings_of(session: Session, senders: Iterable[str]) -> dict[str, Filing]:
    """Give what persons have said of these senders, by address and by @domain."""
    wanted = {key for sender in senders for key in (sender, "@" + sender.rpartition("@")[2])}
    query = select(Filing).where(among(session, Filing.sender, wanted))
    return {row.sender: row for row in session.scalars(query)}


def all_filings(session: Session) -> list[Filing]:
    """Give everything that persons have said of senders."""
    return list(session.scalars(select(Filing).order_by(Filing.sender)))


def messages_of_thread(session: Session, thread_id: int) -> list[Message]:
    """Give the messages of a thread, oldest first."""
    return list(session.scalars(select(Message).where(Message.thread_id == thread_id).order_by(Message.id)))


def unfiled_of_thread(session: Session, thread_id: int) -> list[Message]:
    """Give the messages of a thread that stand on no box, oldest first."""
    query = select(Message).where(Message.thread_id == thread_id, Message.box_id.is_(None))
    return list(session.scalars(query.order_by(Message.id)))


def messages_of_box(session: Session, box_id: int) -> list[Message]:
    """Give the mails of a box in the order in which they were received."""
    query = select(Message).where(Message.box_id == box_id).order_by(Message.received_at, Message.id)
    return list(session.scalars(query))


def last_customer_message(session: Session, box_id: int) -> Message | None:
    """Give the newest mail that a customer wrote on a box."""
    query = select(Message).where(Message.box_id == box_id, Message.kind == "customer")
    return session.scalar(query.order_by(Message.received_at.desc(), Message.id.desc()).limit(1))


def last_asking_message(session: Session, box_id: int) -> Message | None:
    """Give the newest mail on a box in which a customer asks: his own, a form of his, or one forwarded by one of us."""
    query = select(Message).where(
        Message.box_id == box_id, Message.kind.in_(("customer", "form", "forwarded"))
    )
    query = query.where(Message.acted_at.is_not(None))
    return session.scalar(query.order_by(Message.received_at.desc(), Message.id.desc()).limit(1))


def has_mail_by_plus(session: Session, address: str) -> bool:
    """Tell whether a mail was ever taken in that went to this address with something behind a plus."""
    local, _, domain = address.rpartition("@")
    written = cast(Message.recipients, Text).like(f'%"{local}+%@{domain}"%')
    query = select(Message.recipients).where(written).order_by(Message.id.desc()).limit(100)
    return any(
        one.startswith(f"{local}+") and one.endswith(f"@{domain}")
        for recipients in session.scalars(query)
        for one in recipients
    )


def left_out_uids(session: Session, folder: Folder, since: datetime) -> list[int]:
    """Give the UIDs that the capture policy left out since a moment."""
    query = select(Location.uid).where(
        Location.folder_id == folder.id,
        Location.uidvalidity == folder.uidvalidity,
        Location.message_id.is_(None),
        Location.received_at >= since,
        ~Location.is_gone,
    )
    return list(session.scalars(query.order_by(Location.uid)))


def held_uids(session: Session, folder: Folder) -> set[int]:
    """Give the UIDs of a folder that stand in a location or in quarantine and are not gone."""
    uids: set[int] = set()
    for table in (Location, Quarantine):
        query = select(table.uid).where(
            table.folder_id == folder.id, table.uidvalidity == folder.uidvalidity, ~table.is_gone
        )
        uids |= set(session.scalars(query))
    return uids


def count_held(session: Session, folder: Folder) -> tuple[int, int]:
    """Count a folder's locations and its quarantine, gone ones left out."""
    counts = []
    for table in (Location, Quarantine):
        query = select(func.count()).select_from(table).where(table.folder_id == folder.id, ~table.is_gone)
        counts.append(session.scalar(query.where(table.uidvalidity == folder.uidvalidity)) or 0)
    return counts[0], counts[1]


def count_fates(session: Session, folder: Folder) -> dict[str, int]:
    """Count a folder's locations, gone ones left out, by what became of their mails; each has one fate (IN-1)."""
    fate = case(
        (Location.message_id.is_(None), "left_out"),
        (Message.box_id.is_not(None), "on_boxes"),
        (and_(Message.match_confidence == "unsure", ~Message.is_archived), "parked"),
        (Message.kind == "internal", "internal"),
        (Message.kind.in_(NOISE), "noise"),
        (Message.contact_id.is_not(None), "on_contacts"),
        else_="noise",
    )
    query = (
        select(fate, func.count())
        .select_from(Location)
        .outerjoin(Message, Message.id == Location.message_id)
        .where(Location.folder_id == folder.id, Location.uidvalidity == folder.uidvalidity, ~Location.is_gone)
        .group_by(fate)
    )
    return dict.fromkeys(FATES, 0) | {str(name): int(count) for name, count in session.execute(query)}


def quarantined(session: Session) -> list[tuple[Quarantine, Folder, MailAccount]]:
    """Give what could not be worked with its folder and account, oldest first."""
    query = (
        select(Quarantine, Folder, MailAccount)
        .join(Folder, Folder.id == Quarantine.folder_id)
        .join(MailAccount, MailAccount.id == Folder.account_id)
        .order_by(Quarantine.at, Quarantine.folder_id, Quarantine.uid)
    )
    return [(row, folder, account) for row, folder, account in session.execute(query)]


def locations_of(session: Session, message_id: int) -> list[tuple[str, str, int]]:
    """Give (account, folder, UID) of every place where a message was seen."""
    query = (
        select(MailAccount.address, Folder.name, Location.uid)
        .join(Folder, Folder.account_id == MailAccount.id)
        .join(Location, Location.folder_id == Folder.id)
        .where(Location.message_id == message_id)
    )
    return [(address, name, uid) for address, name, uid in session.execute(query)]


def places_of(session: Session, message_id: int) -> list[tuple[str, str, str | None, int, bool]]:
    """Give (account, folder, its special use, UID, whether gone) of every place of a message, the first seen first."""
    query = (
        select(MailAccount.address, Folder.name, Folder.special_use, Location.uid, Location.is_gone)
        .join(Folder, Folder.account_id == MailAccount.id)
        .join(Location, Location.folder_id == Folder.id)
        .where(Location.message_id == message_id)
        .order_by(Location.received_at, Location.folder_id, Location.uid)
    )
    return [(address, name, use, uid, gone) for address, name, use, uid, gone in session.execute(query)]


def same_message_id(session: Session, message: Message) -> list[Message]:
    """Give the other messages that claim the Message-ID of this one, the first one first (I9)."""
    if not message.message_id:
        return []
    query = select(ThreadKey.thread_id).where(ThreadKey.mid_hash == mid_hash(message.message_id))
    found = messages_with_id(session, message.message_id, list(session.scalars(query)))
    return [one for one in found if one.id != message.id]


def messages_with_id(session: Session, message_id: str, threads: Collection[int]) -> list[Message]:
    """Give the messages of these threads with a Message-ID, the first one first."""
    query = select(Message).where(Message.thread_id.in_(threads), Message.message_id == message_id)
    return list(session.scalars(query.order_by(Message.id)))


def count_messages(session: Session) -> int:
    """Count the messages."""
    return session.scalar(select(func.count()).select_from(Message)) or 0


def count_quarantine(session: Session) -> int:
    """Count the quarantine, without what a server never handed out and no longer has."""
    query = select(func.count()).select_from(Quarantine)
    return session.scalar(query.where(or_(Quarantine.raw_sha256 != "", ~Quarantine.is_gone))) or 0
