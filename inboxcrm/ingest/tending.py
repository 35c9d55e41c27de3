"""What is done for a mailbox now and then, besides reading it: questions to its owner, Junk, lists (V11, IN-16)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from inboxcrm.base.settings import Account
from inboxcrm.base.work import Office
from inboxcrm.ingest.folders import FolderPlace
from inboxcrm.ingest.junk import look_at_junk, take_released
from inboxcrm.ingest.offers.earlier import ask_for_policy, offer_earlier, take_earlier, take_labelled
from inboxcrm.ingest.offers.store import has_wanted, is_history_read
from inboxcrm.ingest.offers.waiting import is_list_due, tell_waiting
from inboxcrm.ingest.store import account_by_address, lock_account
from inboxcrm.ingest.sync.desk import Desk
from inboxcrm.ingest.sync.labels import follow_labels

ACTOR = "poller"


def is_tending_due(office: Office, account: Account) -> bool:
    """Tell whether a mailbox is to be tended: every so many minutes, or at once if a person has said something."""
    every = timedelta(minutes=account.relook_minutes)
    with office.reading() as session:
        row = account_by_address(session, account.address)
        if row is None:
            return False
        is_time = row.tended_at is None or office.clock.now() - row.tended_at >= every
        return is_time or has_wanted(session, row.id) or is_list_due(session, office.settings, account)


def tend_account(desk: Desk, places: Sequence[FolderPlace]) -> None:
    """Ask and tell the owner of a mailbox what is due, take in what was given, look at Junk."""
    office, account = desk.office, desk.account
    with office.work("tending", actor=ACTOR) as work:
        lock_account(work.session, account.address).tended_at = work.now
    tell_waiting(office, account)
    has_labels = follow_labels(desk, places)
    if account.kind == "personal":
        ask_for_policy(desk)
        take_earlier(desk, places)
        if not has_labels:
            take_labelled(desk, places)
        with office.reading() as session:
            is_read = is_history_read(session, [account.address])
        if is_read:
            offer_earlier(desk, places)
    take_released(office, account, desk.mailbox)
    look_at_junk(office, account, desk.mailbox)
