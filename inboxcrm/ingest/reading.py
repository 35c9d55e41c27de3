"""Reads one account: new mail of each folder by UID, what the policy allows, and what has gone (V1, V2, V11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from inboxcrm.base.settings import Account
from inboxcrm.base.work import Office
from inboxcrm.ingest.folders import FolderPlace, forget_relook, relook_since
from inboxcrm.ingest.store import folder_by_id, left_out_uids
from inboxcrm.ingest.sync.comparing import keep_even
from inboxcrm.ingest.sync.desk import Desk
from inboxcrm.ingest.sync.fetching import ask_again, line_into, put_uids, take_left_out
from inboxcrm.ingest.sync.finding import find_places
from inboxcrm.ingest.sync.history import read_back
from inboxcrm.ingest.sync.numbering import settle_folder
from inboxcrm.mail.errors import FolderMissing, MailboxRefused
from inboxcrm.mail.imap import Mailbox
from inboxcrm.mail.providers import provider_of


def read_account(office: Office, account: Account, mailbox: Mailbox) -> int:
    """Take in all that an account's folders hold, new mail first; give the number of messages taken in."""
    desk = Desk(office, account, mailbox, provider_of(account.provider_key))
    places = find_places(desk)
    return read_new_mail(desk, places) + read_history(desk, places)


def read_new_mail(desk: Desk, places: Sequence[FolderPlace]) -> int:
    """Take in what is new in these folders, and what the policy has come to cover; the last one is left open.

    Sent goes before INBOX: it holds the evidence for commands that come there.
    """
    taken = sum(_read_folder(desk, place) for place in in_order(places))
    return taken + judge_again(desk, places)


def read_changes(desk: Desk, places: Sequence[FolderPlace], *, has_news: bool) -> int:
    """Take in what is new as cheaply as can be: folders that are not open are asked for their counts only.

    `has_news`: the open one, which is the last, is to be looked into.
    """
    *others, last = in_order(places)
    changed = [place for place in others if _has_changed(desk, place)]
    taken = sum(_read_folder(desk, place) for place in changed)
    taken += judge_again(desk, places)
    if has_news or last.folder_id not in desk.states or desk.mailbox.open_folder != last.name:
        taken += _read_folder(desk, last)
    return taken


def in_order(places: Sequence[FolderPlace]) -> list[FolderPlace]:
    """Give the folders as they are to be read: the one that is waited in, INBOX or All Mail, at the end."""
    return sorted(places, key=lambda place: place.special_use in ("inbox", "all"))


def _has_changed(desk: Desk, place: FolderPlace) -> bool:
    seen = desk.states.get(place.folder_id)
    try:
        now = desk.mailbox.status(place.name)
    except MailboxRefused as error:
        if desk.is_asked_to_pause(str(error)):
            raise
        return True
    return seen is None or now != replace(seen, remote_id=None)


def read_history(desk: Desk, places: Sequence[FolderPlace]) -> int:
    """Take in what lay in these folders before they were watched, to the end."""
    taken = 0
    for place in places:
        desk.mailbox.examine(place.name)
        taken += sum(read_back(desk, place))
        taken += _read_folder(desk, place)
    return taken


def judge_again(desk: Desk, places: Sequence[FolderPlace]) -> int:
    """Look again at what the policy left out, if somebody on it has become known since."""
    if desk.account.kind != "personal":
        return 0
    since = relook_since(desk.office, desk.account)
    if since is None:
        return 0
    taken = 0
    for place in places:
        with desk.office.reading() as session:
            uids = left_out_uids(session, folder_by_id(session, place.folder_id), since)
        if uids:
            desk.mailbox.examine(place.name)
            taken += take_left_out(desk, place, uids)
            desk.states.pop(place.folder_id, None)
    forget_relook(desk.office, desk.account, since)
    return taken


def _read_folder(desk: Desk, place: FolderPlace) -> int:
    try:
        state = desk.mailbox.examine(place.name)
    except FolderMissing:
        return 0  # the next look at the list of folders says what became of it
    mark = settle_folder(desk, place, state)
    if mark is None:
        return 0
    cursor, settled = mark.live_uid, 0
    with line_into(desk, place) as line:
        while uids := desk.mailbox.uids_from(cursor + 1):  # a window of at most 2,000 at a time
            put_uids(desk, place, line, uids, moves_cursor=True)
            cursor, settled = uids[-1], settled + len(uids)
    taken = line.taken + ask_again(desk, place)
    taken += keep_even(desk, place, state, mark, settled)
    desk.states[place.folder_id] = state
    return taken
