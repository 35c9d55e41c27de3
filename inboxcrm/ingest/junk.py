"""The Junk folder: looked at by headers alone, some days back; mail of known people there is reported, never taken.

Of all other junk nothing is kept. What a person releases is taken in as if it had come to INBOX.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from inboxcrm.base.database import Session
from inboxcrm.base.settings import Account
from inboxcrm.base.spelled import spell_moment
from inboxcrm.base.work import Office, Work
from inboxcrm.crm.store import known_addresses
from inboxcrm.ingest import events
from inboxcrm.ingest.capture import HEAD_FIELDS, covered_uids
from inboxcrm.ingest.intake import take_in
from inboxcrm.ingest.offers.letter import About, Line, write_to_owner
from inboxcrm.ingest.offers.store import junk_of, wanted_junk
from inboxcrm.ingest.recognise import token_names
from inboxcrm.ingest.records import Folder, JunkMail
from inboxcrm.ingest.store import account_by_address, folder_by_name, lock_account
from inboxcrm.mail.errors import UnparsableMail
from inboxcrm.mail.fetched import FetchedHead, FolderState
from inboxcrm.mail.imap import Mailbox
from inboxcrm.mail.incoming import Incoming
from inboxcrm.mail.parse import parse_headers
from inboxcrm.mail.scrub import scrub_line

ACTOR = "poller"
ASIDE = "aside"  # the state of a folder that is never read like the others
MOST = 2000
WHY = "Mail servers err: what a customer wrote may lie in Junk."


def look_at_junk(office: Office, account: Account, mailbox: Mailbox) -> None:
    """Look at what is new in the Junk folder of a mailbox; write down what is of a known person or has our token."""
    days = office.settings.capture.junk_days
    name = next((one.name for one in mailbox.folders() if one.special_use == "junk"), None)
    if name is None or not days or name in account.wanted_folders:
        return
    state = mailbox.examine(name)
    cursor = _open(office, account, name, state)
    since_on = (office.clock.now() - timedelta(days=days)).date()
    uids = mailbox.uids_since(since_on, cursor + 1)[-MOST:]
    heads = list(mailbox.fetch_headers(uids, f"{HEAD_FIELDS} Subject")) if uids else []
    covered = covered_uids(office, account, heads, name)
    told = {head.uid: (head, incoming) for head in heads if head.uid in covered and (incoming := _read(head))}
    with office.reading() as session:
        found = [(*told[uid], why) for uid, why in _tellable(office, session, told).items()]
    _write_down(office, account, name, found, max(uids, default=cursor))


def _open(office: Office, account: Account, name: str, state: FolderState) -> int:
    """Give up to which UID the folder was looked at; its row is kept aside from those that are read."""
    with office.work("junk", actor=ACTOR) as work:
        account_id = lock_account(work.session, account.address).id
        folder = folder_by_name(work.session, account_id, name)
        if folder is None:
            folder = Folder(account_id=account_id, name=name, special_use="junk", state=ASIDE)
            folder.live_uid = 0
            work.session.add(folder)
        if folder.uidvalidity != state.uidvalidity:
            folder.uidvalidity, folder.live_uid = state.uidvalidity, 0
        return folder.live_uid


def _read(head: FetchedHead) -> Incoming | None:
    try:
        return parse_headers(head.header)
    except UnparsableMail:
        return None


def _tellable(
    office: Office, session: Session, told: dict[int, tuple[FetchedHead, Incoming]]
) -> dict[int, str]:
    senders = {one.sender.address for _, one in told.values() if one.sender}
    known = known_addresses(session, {one for one in senders if not office.settings.is_inside(one)})
    found = {}
    for uid, (_, incoming) in told.items():
        if incoming.sender and incoming.sender.address in known:
            found[uid] = "its sender is known"
        elif incoming.sender and token_names(office.settings, office.key, incoming):
            found[uid] = "it answers a letter of ours"
    return found


def _write_down(
    office: Office,
    account: Account,
    name: str,
    found: Sequence[tuple[FetchedHead, Incoming, str]],
    cursor: int,
) -> None:
    with office.work("junk", actor=ACTOR) as work:
        account_id = lock_account(work.session, account.address).id
        folder = folder_by_name(work.session, account_id, name)
        if folder is None or folder.live_uid >= cursor:
            return
        folder.live_uid = cursor
        known = {one.uid for one in junk_of(work.session, folder, [head.uid for head, _, _ in found])}
        rows = [
            JunkMail(
                folder_id=folder.id,
                uidvalidity=folder.uidvalidity,
                uid=head.uid,
                received_at=head.received_at,
                sender=incoming.sender.address[:320] if incoming.sender else "",
                subject=scrub_line(incoming.subject)[:300],
                why=why,
                state="seen",
                seen_at=work.now,
            )
            for head, incoming, why in found
            if head.uid not in known
        ]
        work.session.add_all(rows)
        work.session.flush()
        for row in rows:
            work.emit(events.JUNK_FOUND, ("junk", row.id), sender=row.sender, account=account.address)
        if rows and account.kind == "personal":
            _tell_owner(work, account, rows)


def _tell_owner(work: Work, account: Account, rows: Sequence[JunkMail]) -> None:
    """Tell the owner of a personal mailbox alone; finds in a shared one stand in the managers' digest."""
    zone = work.settings.company.zone
    about = About(
        occasion=f"junk:{account.address}:{rows[0].id}",
        subject=f"In the Junk folder of {account.address}: mail of people you know",
        text=f"These mails lie in the Junk folder of {account.address}, and are of people you know.",
        why=WHY,
        row="IN-10",
        commands=[("1 release" if len(rows) > 1 else "release", "it is taken in as if it had come to INBOX")],
    )
    lines = [
        Line("junk", one.id, one.sender, one.subject, spell_moment(one.received_at, zone)) for one in rows
    ]
    write_to_owner(work, account, about, lines)


def take_released(office: Office, account: Account, mailbox: Mailbox) -> int:
    """Take in what persons have released out of Junk; give the number. Done again it changes nothing."""
    with office.reading() as session:
        row = account_by_address(session, account.address)
        wanted = wanted_junk(session, row.id) if row else []
        folders = {folder.id: (folder.name, folder.uidvalidity) for _, folder in wanted}
        places = [(junk.id, junk.folder_id, junk.uidvalidity, junk.uid) for junk, _ in wanted]
    taken = 0
    for junk_id, folder_id, uidvalidity, uid in places:
        name, numbering = folders[folder_id]
        is_there = mailbox.examine(name).uidvalidity == uidvalidity == numbering
        mails = list(mailbox.fetch_raw([uid])) if is_there else []
        if mails:
            take_in(office, account, folder_id, mails, 0)
        with office.work("junk", actor=ACTOR) as work:
            work.session.get_one(JunkMail, junk_id, with_for_update=True).state = "taken" if mails else "gone"
        taken += len(mails)
    return taken
