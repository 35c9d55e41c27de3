"""Questions of synchronisation to the tables of intake."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.base.store import insert_or_change, insert_or_ignore
from inboxcrm.base.work import Office
from inboxcrm.ingest.records import Folder, Location, MailAccount, Message, Poller, Quarantine
from inboxcrm.ingest.store import account_by_address, folder_by_id, folders_of

FETCH_STAGE = "fetch"
STRIKES = 3
STALE_AFTER = timedelta(minutes=15)
SURE_AFTER = timedelta(minutes=2)  # whoever slept or was started anew has read his mailboxes by then
LAGS_AFTER = STALE_AFTER - SURE_AFTER


def copy_folder(office: Office, folder_id: int) -> Folder:
    """Give a folder as it is now, to be read after the transaction too."""
    with office.reading() as session:
        folder = folder_by_id(session, folder_id)
        session.expunge(folder)
        return folder


def copy_folders(office: Office, address: str) -> list[Folder]:
    """Give the folders of an account as they are now, to be read after the transaction too."""
    with office.reading() as session:
        account = account_by_address(session, address)
        folders = folders_of(session, account.id) if account else []
        session.expunge_all()
        return folders


def places_between(session: Session, folder: Folder, low: int, high: int) -> dict[int, bool]:
    """Give the UIDs in a span that stand in a location or in quarantine, with whether they are gone."""
    found: dict[int, bool] = {}
    for table in (Location, Quarantine):
        query = select(table.uid, table.is_gone).where(
            table.folder_id == folder.id,
            table.uidvalidity == folder.uidvalidity,
            table.uid.between(low, high),
        )
        found.update((uid, is_gone) for uid, is_gone in session.execute(query))
    return found


def revive_places(session: Session, folder: Folder, uids: Collection[int]) -> None:
    """Take back that these places are gone: the server shows them again."""
    for table in (Location, Quarantine):
        query = update(table).where(
            table.folder_id == folder.id,
            table.uidvalidity == folder.uidvalidity,
            among(session, table.uid, uids),
        )
        session.execute(query.values(is_gone=False).execution_options(synchronize_session=False))


def forget_places_from(session: Session, folder: Folder, uid: int) -> None:
    """Delete the places from a UID on, which the server says it has never given out."""
    for table in (Location, Quarantine):
        query = delete(table).where(
            table.folder_id == folder.id, table.uidvalidity == folder.uidvalidity, table.uid >= uid
        )
        session.execute(query.execution_options(synchronize_session=False))


def known_mails(session: Session, folder: Folder) -> dict[tuple[str, datetime], int]:
    """Give the messages of a folder that are not gone, by Message-ID and time of arrival."""
    query = (
        select(Message.message_id, Location.received_at, Message.id)
        .join(Message, Message.id == Location.message_id)
        .where(
            Location.folder_id == folder.id,
            Location.uidvalidity == folder.uidvalidity,
            Message.message_id.is_not(None),
            ~Location.is_gone,
        )
    )
    return {(str(mid), at): int(message_id) for mid, at, message_id in session.execute(query)}


def sample_ids(session: Session, folder: Folder, most: int) -> dict[int, str]:
    """Give the Message-IDs of the newest places of a folder, by UID."""
    query = (
        select(Location.uid, Message.message_id)
        .join(Message, Message.id == Location.message_id)
        .where(
            Location.folder_id == folder.id,
            Location.uidvalidity == folder.uidvalidity,
            Message.message_id.is_not(None),
        )
        .order_by(Location.is_gone, Location.uid.desc())
        .limit(most)
    )
    return {uid: str(mid) for uid, mid in session.execute(query)}


def messages_by_remote_id(session: Session, account_id: int, remote_ids: Iterable[str]) -> dict[str, int]:
    """Give the messages that this account's server calls by these ids."""
    query = (
        select(Location.remote_id, Location.message_id)
        .join(Folder, Folder.id == Location.folder_id)
        .where(
            Folder.account_id == account_id,
            among(session, Location.remote_id, remote_ids),
            Location.message_id.is_not(None),
        )
    )
    return {str(name): message_id for name, message_id in session.execute(query) if message_id}


def place_messages(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write places of messages that are here already."""
    insert_or_ignore(session, Location.__table__, list(rows))


def strike(session: Session, folder: Folder, uid: int, error: str, at: datetime) -> int:
    """Note that the server did not hand a message out; give how often that was so."""
    row = session.get(Quarantine, (folder.id, folder.uidvalidity, uid), with_for_update=True)
    if row is None:
        place = {"folder_id": folder.id, "uidvalidity": folder.uidvalidity, "uid": uid}
        row = Quarantine(**place, raw_sha256="", stage=FETCH_STAGE, attempts=0, received_at=at)
        session.add(row)
    row.attempts, row.error, row.at = row.attempts + 1, error[:2000], at
    return row.attempts


def mark_partial(session: Session, folder: Folder, uids: Collection[int]) -> None:
    """Note that of the messages at these places only parts were fetched."""
    query = select(Location.message_id).where(
        Location.folder_id == folder.id,
        Location.uidvalidity == folder.uidvalidity,
        Location.uid.in_(sorted(uids)),
    )
    change = update(Message).where(Message.id.in_(query)).values(is_partial=True)
    session.execute(change.execution_options(synchronize_session=False))


def labels_of_places(
    session: Session, folder: Folder, uids: Iterable[int], *, is_left_out: bool
) -> dict[int, list[str]]:
    """Give the labels at those of these places whose mail was taken in, or was left out, by UID."""
    has_message = Location.message_id.is_(None) if is_left_out else Location.message_id.is_not(None)
    query = select(Location.uid, Location.labels).where(
        Location.folder_id == folder.id,
        Location.uidvalidity == folder.uidvalidity,
        among(session, Location.uid, uids),
        has_message,
    )
    return {uid: list(labels or ()) for uid, labels in session.execute(query)}


def set_labels(session: Session, folder: Folder, labels: Mapping[int, Sequence[str]]) -> None:
    """Write the labels at places, by UID."""
    place = {"folder_id": folder.id, "uidvalidity": folder.uidvalidity}
    rows = [{**place, "uid": uid, "labels": list(theirs) or None} for uid, theirs in labels.items()]
    session.execute(update(Location), rows)


def places_of_message(session: Session, message_id: int) -> list[tuple[str, str, int, int]]:
    """Give (account, folder, UIDVALIDITY, UID) of every place where a message still is, the newest first."""
    query = (
        select(MailAccount.address, Folder.name, Location.uidvalidity, Location.uid)
        .join(Folder, Folder.account_id == MailAccount.id)
        .join(Location, Location.folder_id == Folder.id)
        .where(Location.message_id == message_id, ~Location.is_gone)
        .order_by(Location.received_at.desc(), Location.folder_id, Location.uid)
    )
    return [(address, name, validity, uid) for address, name, validity, uid in session.execute(query)]


def refused_uids(session: Session, folder: Folder, before: datetime) -> list[int]:
    """Give the UIDs that the server did not hand out, and that are to be asked for once more."""
    query = select(Quarantine.uid).where(
        Quarantine.folder_id == folder.id,
        Quarantine.uidvalidity == folder.uidvalidity,
        Quarantine.stage == FETCH_STAGE,
        Quarantine.attempts < STRIKES,
        Quarantine.at <= before,
        ~Quarantine.is_gone,
    )
    return list(session.scalars(query.order_by(Quarantine.uid)))


def forget_strikes(session: Session, folder: Folder, uid: int) -> None:
    """Take a UID out of quarantine that was there only because the server did not hand it out."""
    query = delete(Quarantine).where(
        Quarantine.folder_id == folder.id,
        Quarantine.uidvalidity == folder.uidvalidity,
        Quarantine.uid == uid,
        Quarantine.stage == FETCH_STAGE,
    )
    session.execute(query.execution_options(synchronize_session=False))


def hold_fence(session: Session, address: str) -> int | None:
    """Give the fence of an account's lease, and keep it from changing until this transaction ends."""
    query = select(MailAccount.lease_fence).where(MailAccount.address == address)
    return session.scalar(query.with_for_update(read=True))


def extend_leases(session: Session, owner: str, addresses: Collection[str], until: datetime) -> None:
    """Let the leases that this owner still has on these accounts last until then."""
    query = update(MailAccount).where(
        MailAccount.lease_owner == owner, MailAccount.address.in_(sorted(addresses))
    )
    session.execute(query.values(lease_until=until).execution_options(synchronize_session=False))


def note_poller(session: Session, name: str, until: datetime) -> None:
    """Write down until when a poller surely lives."""
    insert_or_change(session, Poller.__table__, [{"name": name, "until": until}], "until")


def forget_poller(session: Session, name: str, now: datetime) -> None:
    """Delete the row of a poller that ends, and those of pollers that ended without a word."""
    query = delete(Poller).where(or_(Poller.name == name, Poller.until < now))
    session.execute(query.execution_options(synchronize_session=False))


def live_pollers(session: Session, now: datetime) -> set[str]:
    """Give the names of the pollers that have lately said that they live."""
    return set(session.scalars(select(Poller.name).where(Poller.until > now)))


def count_leases(session: Session, addresses: Collection[str], now: datetime) -> dict[str, int]:
    """Count the leases on these accounts by their holder."""
    query = select(MailAccount.lease_owner, func.count()).where(
        MailAccount.address.in_(sorted(addresses)), MailAccount.lease_until > now
    )
    rows = session.execute(query.group_by(MailAccount.lease_owner))
    return {str(owner): int(number) for owner, number in rows if owner}


def stale_accounts(session: Session, now: datetime, after: timedelta = STALE_AFTER) -> list[MailAccount]:
    """Give the accounts whose server was not looked at for longer than that, by address (P13)."""
    last = func.coalesce(MailAccount.heartbeat_at, MailAccount.live_from)
    return list(session.scalars(select(MailAccount).where(last < now - after).order_by(MailAccount.address)))


def accounts_with_news(session: Session, now: datetime) -> list[int]:
    """Give the accounts that have come to lag, that lag for long and of which nobody was told, or lag no more (P13)."""
    last = func.coalesce(MailAccount.heartbeat_at, MailAccount.live_from)
    seen_at, told = MailAccount.stale_seen_at, MailAccount.stale_since.is_not(None)
    is_news = or_(
        and_(last < now - LAGS_AFTER, seen_at.is_(None)),
        and_(last < now - STALE_AFTER, seen_at <= now - SURE_AFTER, ~told),
        and_(last >= now - LAGS_AFTER, or_(told, seen_at.is_not(None))),
    )
    return list(session.scalars(select(MailAccount.id).where(is_news).order_by(MailAccount.id)))


def folders_read_back(session: Session) -> list[tuple[str, Folder]]:
    """Give (address, folder) of all folders whose history is still being read."""
    query = select(MailAccount.address, Folder).join(Folder, Folder.account_id == MailAccount.id)
    query = query.where(Folder.back_hi > 0, Folder.state == "open").order_by(MailAccount.address, Folder.name)
    return [(address, folder) for address, folder in session.execute(query)]
