"""Earlier mail of people who became known is offered to the owner of a mailbox, and taken in on his word (V11).

The mailbox is asked again, by headers and in memory: of what was left out nothing is kept here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from inboxcrm.ingest.capture import HEAD_FIELDS, is_on_list, read_head
from inboxcrm.ingest.folders import FolderPlace
from inboxcrm.ingest.offers.letter import About, Line, write_to_owner
from inboxcrm.ingest.offers.store import (
    EARLIER,
    left_out_before,
    offer_by_id,
    offers_of,
    open_capture_offer,
)
from inboxcrm.ingest.policy import policy_in_force
from inboxcrm.ingest.store import account_by_address
from inboxcrm.ingest.sync.desk import Desk
from inboxcrm.ingest.sync.fetching import HEADERS, ask_around, take_left_out

ACTOR = "poller"
GATHER_FOR = timedelta(hours=1)  # one look for all who became known in it
MOST_OFFERS = 50
MOST_MAILS = 5000
LABELLED_FOR = timedelta(days=14)
WHY = "What came before somebody was known to us is yours alone until you give it."


def ask_for_policy(desk: Desk) -> None:
    """Ask the owner once whether everything of his mailbox may be stored, if the configuration wishes it."""
    account = desk.account
    if account.kind != "personal" or account.policy != "all":
        return
    with desk.office.work("offer", actor=ACTOR) as work:
        row = account_by_address(work.session, account.address)
        if row is None or row.policy is not None:
            return
        offer = open_capture_offer(work.session, row.id, account.policy, work.now)
        if offer.state != "new":
            return
        offer.state = "asked"
        about = About(
            occasion=f"capture:{account.address}:{account.policy}",
            subject=f"May all mail of {account.address} be stored?",
            text=f"It is wished that all mail of {account.address} from now on is stored, except mail "
            "among colleagues and of people never to be logged. Until you say so, only mail with known people is.",
            why="A personal mailbox is opened wider by its owner alone.",
            row="V11",
            commands=[("yes", "all from now on"), ("no", "only mail with known customers, as now")],
        )
        write_to_owner(work, account, about, [Line("offer", offer.id, account.address, "capture all")])


def offer_earlier(desk: Desk, places: Sequence[FolderPlace]) -> None:
    """Count the earlier mails of people who became known, and offer those that there are, all in one mail."""
    with desk.office.reading() as session:
        new = offers_of(session, desk.account, EARLIER, "new")[:MOST_OFFERS]
        is_known = policy_in_force(session, desk.account).narrow == "known"
        wanted = {one.about: one.before for one in new}
        is_due = bool(new) and new[0].made_at <= desk.office.clock.now() - GATHER_FOR
        ids = [one.id for one in new]
    if not is_due:
        return
    counts: Counter[str] = Counter()
    for _, found in _earlier_mails(desk, places, wanted) if is_known else ():
        counts.update(found)
    with desk.office.work("offer", actor=ACTOR) as work:
        lines = []
        for offer in [offer_by_id(work.session, offer_id) for offer_id in ids]:
            offer.found = counts[offer.about]
            offer.state = "asked" if offer.found else "done"
            if offer.found:
                count = "1 earlier mail" if offer.found == 1 else f"{offer.found} earlier mails"
                lines.append(Line("offer", offer.id, offer.about, count))
        if lines:
            write_to_owner(work, desk.account, _about_earlier(desk, ids[0], lines), lines)


def _about_earlier(desk: Desk, first_id: int, lines: Sequence[Line]) -> About:
    address, first = desk.account.address, lines[0]
    many = len(lines) > 1
    who = f"{len(lines)} people" if many else first.who
    commands = [
        ("1 yes" if many else "yes", "these are taken in"),
        ("1 no" if many else "no", "these stay yours"),
    ]
    return About(
        occasion=f"earlier:{address}:{first_id}",
        subject=f"Earlier mail of {who} in your mailbox",
        text=f"These people are known now, and {address} holds earlier mail with them. It is not stored.",
        why=WHY,
        row="V11",
        commands=commands,
    )


def take_earlier(desk: Desk, places: Sequence[FolderPlace]) -> None:
    """Take in the earlier mails that the owner has given."""
    with desk.office.reading() as session:
        given = {
            one.id: (one.about, one.before) for one in offers_of(session, desk.account, EARLIER, "wanted")
        }
    if not given:
        return
    found: dict[FolderPlace, list[int]] = {}
    for (place, uid), _ in _earlier_mails(desk, places, dict(given.values())):
        found.setdefault(place, []).append(uid)
    for place, uids in found.items():
        _take(desk, place, uids)
    with desk.office.work("offer", actor=ACTOR) as work:
        for offer_id in given:
            offer_by_id(work.session, offer_id).state = "done"


def take_labelled(desk: Desk, places: Sequence[FolderPlace]) -> None:
    """Judge again what was left out of late: its owner may have labelled it since."""
    if not desk.account.label:
        return
    now = desk.office.clock.now()
    for place in places:
        with desk.office.reading() as session:
            old = set(left_out_before(session, place.folder_id, now - LABELLED_FOR, MOST_MAILS))
            recent = left_out_before(session, place.folder_id, now + LABELLED_FOR, MOST_MAILS)
        if uids := [uid for uid in recent if uid not in old]:
            _take(desk, place, uids)


def _take(desk: Desk, place: FolderPlace, uids: Sequence[int]) -> None:
    desk.mailbox.examine(place.name)
    take_left_out(desk, place, sorted(uids))
    desk.states.pop(place.folder_id, None)


def _earlier_mails(
    desk: Desk, places: Sequence[FolderPlace], wanted: Mapping[str, datetime]
) -> Iterator[tuple[tuple[FolderPlace, int], list[str]]]:
    """Give the place of each left-out mail of these people from before they were known, with whom it is of."""
    listed = (*desk.office.settings.capture.never_log, *desk.account.never_log)
    for place in places:
        with desk.office.reading() as session:
            uids = left_out_before(session, place.folder_id, max(wanted.values()), MOST_MAILS)
        if uids:
            desk.mailbox.examine(place.name)
        for start in range(0, len(uids), HEADERS):
            chunk = uids[start : start + HEADERS]
            heads = ask_around(
                desk, place, chunk, lambda some: list(desk.mailbox.fetch_headers(some, HEAD_FIELDS))
            )
            for fetched in heads:
                head = read_head(fetched)
                if any(is_on_list(one, listed) for one in head.addresses | head.beside):
                    continue
                found = [one for one in wanted if one in head.addresses and head.received_at < wanted[one]]
                if found:
                    yield (place, fetched.uid), found
