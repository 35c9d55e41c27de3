"""Takes UIDs of a folder in: what the policy allows, once per mail, around what the server does not hand out (I6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import TypeVar

from inboxcrm.ingest import events
from inboxcrm.ingest.ahead import Line
from inboxcrm.ingest.capture import HEAD_FIELDS, covered_uids
from inboxcrm.ingest.folders import ACTOR, FolderPlace
from inboxcrm.ingest.intake import leave_out, manner_of, take_in
from inboxcrm.ingest.policy import reads_heads_first
from inboxcrm.ingest.store import folder_by_id, lock_folder
from inboxcrm.ingest.sync.desk import Desk
from inboxcrm.ingest.sync.store import (
    STRIKES,
    copy_folder,
    forget_strikes,
    mark_partial,
    messages_by_remote_id,
    place_messages,
    places_between,
    refused_uids,
    strike,
)
from inboxcrm.mail.errors import MailboxConnectionLost, MailboxRefused
from inboxcrm.mail.fetched import Fetched, Glance, batches
from inboxcrm.mail.partial import BIG_MESSAGE

BATCH_MAILS = 250
GLANCES = 500
HEADERS = 200
ASK_AGAIN_AFTER = timedelta(minutes=1)
SENT_LABEL, DRAFT_LABEL = "\\sent", "\\draft"
Answer = TypeVar("Answer")


def line_into(desk: Desk, place: FolderPlace) -> Line:
    """Give the line on which mails of a folder come in."""
    return Line(desk.office, desk.account, place.folder_id, partial(_note_written, desk, place))


def take_uids(desk: Desk, place: FolderPlace, uids: Sequence[int]) -> int:
    """Take the mails with these ascending UIDs in, as far as they are not here yet; give how many were fetched."""
    with line_into(desk, place) as line:
        put_uids(desk, place, line, uids, moves_cursor=False)
    return line.taken


def put_uids(desk: Desk, place: FolderPlace, line: Line, uids: Sequence[int], *, moves_cursor: bool) -> None:
    """Put the mails with these ascending UIDs on the line, as far as they are not here yet."""
    with desk.office.reading() as session:
        is_judged = reads_heads_first(session, desk.office.settings, desk.account)
        line.manner = manner_of(session, folder_by_id(session, place.folder_id))
    at_once = HEADERS if is_judged else max(len(uids), 1)
    for start in range(0, len(uids), at_once):
        chunk = uids[start : start + at_once]
        if is_judged:
            line.finish()  # whom a mail has made known, the next one may be covered by
        with desk.office.reading() as session:
            here = places_between(session, folder_by_id(session, place.folder_id), chunk[0], chunk[-1])
        wanted = [uid for uid in chunk if uid not in here]
        if is_judged:
            # The cursor stays until the whole chunk is settled.
            _put_some(desk, place, line, _covered(desk, place, wanted), moves_cursor=False)
        else:
            _put_some(desk, place, line, wanted, moves_cursor=moves_cursor)
        if moves_cursor:
            line.then(partial(take_in, desk.office, desk.account, place.folder_id, [], chunk[-1]))


def take_left_out(desk: Desk, place: FolderPlace, uids: Sequence[int]) -> int:
    """Judge mails again that the policy left out, and take in what it covers by now (V11)."""
    with line_into(desk, place) as line:
        for start in range(0, len(uids), HEADERS):
            line.finish()
            covered = _covered(desk, place, uids[start : start + HEADERS])
            _put_some(desk, place, line, covered, moves_cursor=False)
    return line.taken


def _covered(desk: Desk, place: FolderPlace, uids: Sequence[int]) -> list[int]:
    """Look at a few headers, in memory; of what the policy does not cover only the place is kept (V11)."""
    heads = ask_around(desk, place, uids, lambda some: list(desk.mailbox.fetch_headers(some, HEAD_FIELDS)))
    covered = covered_uids(desk.office, desk.account, heads, place.name)
    left_out = [(head.uid, head.received_at) for head in heads if head.uid not in covered]
    leave_out(desk.office, place.folder_id, left_out)
    return sorted(covered)


def _put_some(desk: Desk, place: FolderPlace, line: Line, uids: Sequence[int], *, moves_cursor: bool) -> None:
    for start in range(0, len(uids), GLANCES):  # the next ones are looked at while the last ones are read
        some = uids[start : start + GLANCES]
        found = ask_around(desk, place, some, lambda few: list(desk.mailbox.glance_roughly(few)))
        for batch in batches(_place_known(desk, place, found), BATCH_MAILS):
            desk.before_batch(batch)
            for mails, cursor in _fetched(desk, place, batch):
                desk.office.reach("poller.fetched")
                line.put(mails, cursor if moves_cursor else 0)


def _place_known(desk: Desk, place: FolderPlace, glances: list[Glance]) -> list[Glance]:
    """Write down the places of mails that the server calls by an id that is known; give the others (I11).

    A copy in Sent is fetched all the same: it is evidence that its owner wrote it. A draft is nobody's mail yet.
    """
    drafts = [glance for glance in glances if DRAFT_LABEL in glance.labels]
    leave_out(desk.office, place.folder_id, [(one.uid, one.received_at) for one in drafts if one.received_at])
    mails = [glance for glance in glances if DRAFT_LABEL not in glance.labels]
    ids = [g.remote_id for g in mails if g.remote_id and SENT_LABEL not in g.labels]
    if not ids or place.special_use == "sent":
        return mails
    folder = copy_folder(desk.office, place.folder_id)
    with desk.office.reading() as session:
        known = messages_by_remote_id(session, folder.account_id, ids)
    rows = [
        {
            "folder_id": folder.id,
            "uidvalidity": folder.uidvalidity,
            "uid": glance.uid,
            "message_id": known[glance.remote_id],
            "received_at": glance.received_at,
            "is_gone": False,
            "remote_id": glance.remote_id,
            "labels": list(glance.labels) or None,
        }
        for glance in mails
        if glance.remote_id in known and SENT_LABEL not in glance.labels
    ]
    if rows:
        with desk.office.work("folder", actor=ACTOR) as work:
            place_messages(work.session, rows)
    placed = {row["uid"] for row in rows}
    return [glance for glance in mails if glance.uid not in placed]


def _fetched(desk: Desk, place: FolderPlace, batch: Sequence[Glance]) -> Iterator[tuple[list[Fetched], int]]:
    """Give the mails of a batch with the UID up to which all are settled: together, or singly if one is suspect."""
    suspects = desk.suspects.get(place.folder_id, set())
    is_suspect = not suspects.isdisjoint(glance.uid for glance in batch)
    for group in [[glance] for glance in batch] if is_suspect else [list(batch)]:
        mails = _fetch(desk, place, group)
        suspects.difference_update(glance.uid for glance in group)
        yield mails, group[-1].uid


def _fetch(desk: Desk, place: FolderPlace, group: Sequence[Glance]) -> list[Fetched]:
    """Fetch a group, around what the server refuses."""
    glances = {glance.uid: glance for glance in group}
    refused: set[int] = set()
    mails = ask_around(
        desk, place, list(glances), lambda uids: _download(desk, [glances[uid] for uid in uids]), refused
    )
    if desk.budget:
        desk.budget.spend(sum(len(mail.raw) for mail in mails), desk.office.clock.now())
    given = refused | {mail.uid for mail in mails}
    if len(given) < len(group):
        _strike_silent(desk, place, [glance for glance in group if glance.uid not in given])
    return mails


def _download(desk: Desk, group: Sequence[Glance]) -> list[Fetched]:
    """Fetch a group by one command; a big mail, which is always alone, without its big parts."""
    if len(group) == 1 and group[0].size > BIG_MESSAGE:
        mail = desk.mailbox.fetch_in_parts(group[0])
        return [mail] if mail else []
    return desk.mailbox.fetch(group)


def ask_around(
    desk: Desk,
    place: FolderPlace,
    uids: Sequence[int],
    ask: Callable[[Sequence[int]], list[Answer]],
    refused: set[int] | None = None,
) -> list[Answer]:
    """Ask about UIDs; halve them where the server refuses, until the one that it refuses stands alone (I6).

    A connection that breaks tells nothing yet: what was under way is under suspicion, and asked for singly next time.
    """
    try:
        return ask(uids) if uids else []
    except MailboxRefused as error:
        if desk.is_asked_to_pause(str(error)):
            raise
        if len(uids) == 1:
            _strike(desk, place, uids[0], str(error))
            if refused is not None:
                refused.add(uids[0])
            return []
        middle = len(uids) // 2
        first = ask_around(desk, place, uids[:middle], ask, refused)
        return first + ask_around(desk, place, uids[middle:], ask, refused)
    except MailboxConnectionLost as error:
        suspects = desk.suspects.setdefault(place.folder_id, set())
        is_asking = desk.is_asked_to_pause(str(error))
        if len(uids) == 1 and uids[0] in suspects and not is_asking:
            _strike(desk, place, uids[0], str(error))
        elif not is_asking:
            suspects.update(uids)
        raise


def _strike_silent(desk: Desk, place: FolderPlace, missing: Sequence[Glance]) -> None:
    """Tell those that went away meanwhile from those that the server has and gives no bytes of."""
    there = {glance.uid for glance in desk.mailbox.glance([glance.uid for glance in missing])}
    for uid in sorted(there):
        _strike(desk, place, uid, "the server lists it, and gives no bytes of it")


def _strike(desk: Desk, place: FolderPlace, uid: int, error: str) -> None:
    """Set a mail aside that the server did not hand out; it is asked for three times in all."""
    with desk.office.work("intake.strike", actor=ACTOR) as work:
        folder = lock_folder(work.session, place.folder_id)
        if strike(work.session, folder, uid, error, work.now) == STRIKES:
            subject = ("folder", folder.id)
            work.emit(events.MESSAGE_QUARANTINED, subject, is_quiet=True, uid=uid, error=error[:500])


def ask_again(desk: Desk, place: FolderPlace) -> int:
    """Ask once more for what the server did not hand out; give how many were taken in."""
    before = desk.office.clock.now() - ASK_AGAIN_AFTER
    with desk.office.reading() as session:
        uids = refused_uids(session, folder_by_id(session, place.folder_id), before)
    taken = 0
    for uid in uids:
        # One loss of the connection is enough to blame it: it was under suspicion before.
        desk.suspects.setdefault(place.folder_id, set()).add(uid)
        glances = ask_around(desk, place, [uid], lambda some: list(desk.mailbox.glance(some)))
        mails = _fetch(desk, place, glances) if glances else []
        desk.suspects[place.folder_id].discard(uid)
        if mails:
            with desk.office.work("intake.strike", actor=ACTOR) as work:
                folder = lock_folder(work.session, place.folder_id)
                forget_strikes(work.session, folder, uid)
                folder.server_count = -1  # should we end here, the comparison of places finds it
            take_in(desk.office, desk.account, place.folder_id, mails, 0)
            taken += 1
    return taken


def _note_written(desk: Desk, place: FolderPlace, mails: Sequence[Fetched]) -> None:
    """Do what follows from mails that were just taken in."""
    if uids := [mail.uid for mail in mails if mail.is_partial]:
        with desk.office.work("folder", actor=ACTOR) as work:
            mark_partial(work.session, lock_folder(work.session, place.folder_id), uids)
    _call_writers(desk, mails)


def _call_writers(desk: Desk, mails: Sequence[Fetched]) -> None:
    """Have a look into the Sent folder of every user who has written one of these mails, for its evidence (V10)."""
    settings = desk.office.settings
    places = {
        user.address.encode(): account.address
        for user in settings.user
        if (account := settings.account_of_user(user.key)) and account.address != desk.account.address
    }
    if not places:
        return
    senders = b"\n".join(_from_line(mail.raw) for mail in mails)
    for address, account_address in places.items():
        if address in senders:
            desk.call(account_address)


def _from_line(raw: bytes) -> bytes:
    """Give the From field of a mail as it stands, in lower case, cut to a thousand bytes."""
    end = raw.find(b"\r\n\r\n")
    head = (raw if end < 0 else raw[:end])[:100_000].lower()
    start = 0 if head.startswith(b"from:") else head.find(b"\nfrom:")
    return head[start : start + 1000].lstrip().partition(b"\r\n")[0] if start >= 0 else b""
