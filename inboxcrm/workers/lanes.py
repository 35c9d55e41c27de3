"""The two lanes of an account: new mail as it comes, and history with the other folders on a connection of its own.

The live lane waits in IDLE and is never held up by the other one, which goes to work only while the live lane is
well, and stays within the provider's budget.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from inboxcrm.base.settings import Account
from inboxcrm.ingest.folders import FolderPlace
from inboxcrm.ingest.lease import LeasedOffice
from inboxcrm.ingest.reading import read_changes, read_new_mail
from inboxcrm.ingest.sync.budget import ByteBudget
from inboxcrm.ingest.sync.desk import Desk
from inboxcrm.ingest.sync.finding import find_places
from inboxcrm.ingest.sync.history import read_back
from inboxcrm.ingest.sync.pulse import is_beat_due, load_budget, note_beat
from inboxcrm.ingest.sync.store import copy_folder
from inboxcrm.ingest.tending import is_tending_due, tend_account
from inboxcrm.mail.bell import Bell
from inboxcrm.mail.fetched import Glance
from inboxcrm.mail.imap import Mailbox
from inboxcrm.mail.providers import provider_of

log = structlog.get_logger()
LIST_EVERY_S = 60.0
OTHERS_EVERY_S = 60.0
SHOW_EVERY_S = 60.0


class LaneOver(Exception):
    """The lane is to end now."""


class HistoryWaits(Exception):
    """No more history may be downloaded for some seconds (I16)."""

    def __init__(self, pause_s: float) -> None:
        self.pause_s = pause_s
        super().__init__(f"the budget for history is used up for {pause_s:.0f} s")


@dataclass(slots=True)
class Lanes:
    """One account under one lease: what its two lanes share.

    `is_well` is set while the live lane's last look succeeded, `slow_due` while the other one has something to do,
    `over` when both are to end.
    """

    office: LeasedOffice
    account: Account
    stop: threading.Event
    bell: Bell
    call: Callable[[str], None]
    budget: ByteBudget = field(init=False)
    suspects: dict[int, set[int]] = field(default_factory=dict)
    places: Sequence[FolderPlace] = ()
    is_well: threading.Event = field(default_factory=threading.Event)
    slow_due: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    beat_at: datetime | None = None

    def __post_init__(self) -> None:
        self.budget = load_budget(self.office, self.account, provider_of(self.account.provider_key))

    @property
    def is_over(self) -> bool:
        """Tell whether the lanes are to end."""
        return self.stop.is_set() or self.over.is_set()

    def end(self) -> None:
        """Let both lanes end."""
        self.is_well.clear()
        self.over.set()
        self.slow_due.set()

    def desk(self, mailbox: Mailbox) -> Desk:
        """Give a desk on a new connection; what was learnt on the last one stays."""
        provider = provider_of(self.account.provider_key)
        return Desk(self.office, self.account, mailbox, provider, self.budget, self.suspects, call=self.call)


def run_live_lane(lanes: Lanes, mailbox: Mailbox) -> None:
    """Take new mail in as it comes, until told to stop. Raises MailboxError, LeaseLost, database errors."""
    desk = lanes.desk(mailbox)
    has_news, listed_s = True, 0.0
    lanes.beat_at = None
    while not lanes.is_over:
        if lanes.beat_at is None or time.monotonic() - listed_s >= LIST_EVERY_S:
            lanes.places, listed_s = find_places(desk), time.monotonic()
            taken = read_new_mail(desk, _live(lanes.places))
            if has_slow_work(lanes):
                lanes.slow_due.set()
        else:
            taken = read_changes(desk, _live(lanes.places), has_news=has_news)
        if taken:
            log.info("taken_in", account=lanes.account.address, messages=taken)
        if is_beat_due(lanes.beat_at, lanes.office.clock.now()):
            lanes.beat_at = note_beat(lanes.office, lanes.account, lanes.budget)
        lanes.is_well.set()
        has_news = _wait(lanes, mailbox)


def _wait(lanes: Lanes, mailbox: Mailbox) -> bool:
    """Wait for news in the open folder, for a ring, or until it is time to look at Sent."""
    if lanes.is_over:
        return False
    poll_s = lanes.office.settings.running.poll_s
    if not mailbox.offers("IDLE"):
        lanes.bell.wait(poll_s)
        return True
    has_news = mailbox.wait_for_change(poll_s, lanes.bell)
    lanes.bell.hear()
    return has_news


def _live(places: Sequence[FolderPlace]) -> list[FolderPlace]:
    return [place for place in places if place.is_live]


def has_slow_work(lanes: Lanes) -> bool:
    """Tell whether the other lane has to do: a history, a folder beside INBOX and Sent, or Junk and questions."""
    has_mail = any(
        not place.is_live or copy_folder(lanes.office, place.folder_id).back_hi > 0 for place in lanes.places
    )
    return has_mail or is_tending_due(lanes.office, lanes.account)


def run_slow_lane(lanes: Lanes, mailbox: Mailbox) -> None:
    """Read the other folders and all history, newest first; return when there is nothing left to wait for.

    Raises HistoryWaits, LaneOver, MailboxError, LeaseLost, database errors.
    """
    desk = lanes.desk(mailbox)
    desk.before_batch = lambda batch: _may_fetch(lanes, batch)
    while not lanes.is_over:
        if is_tending_due(lanes.office, lanes.account):
            tend_account(desk, lanes.places)
        others = [place for place in lanes.places if not place.is_live]
        if others:
            _log_taken(lanes, read_new_mail(desk, others))
        for place in lanes.places:
            _read_back(lanes, desk, place)
        if not others:
            lanes.slow_due.clear()
            return
        lanes.over.wait(min(OTHERS_EVERY_S, 12 * lanes.office.settings.running.poll_s))


def _read_back(lanes: Lanes, desk: Desk, place: FolderPlace) -> None:
    if copy_folder(lanes.office, place.folder_id).back_hi <= 0:
        return
    desk.mailbox.examine(place.name)
    log.info("history_begins", account=lanes.account.address, folder=place.name)
    told_s = time.monotonic()
    for _ in read_back(desk, place):
        folder = copy_folder(lanes.office, place.folder_id)
        is_over = folder.back_hi <= 0
        if is_over or time.monotonic() - told_s >= SHOW_EVERY_S:
            told_s = time.monotonic()
            progress = {"done": folder.back_done, "total": folder.back_total, "is_over": is_over}
            log.info("history", account=lanes.account.address, folder=place.name, **progress)
        if lanes.is_over:
            return


def _log_taken(lanes: Lanes, taken: int) -> None:
    if taken:
        log.info("taken_in", account=lanes.account.address, messages=taken)


def _may_fetch(lanes: Lanes, batch: Sequence[Glance]) -> None:
    """Let a batch of history be fetched only while the live lane is well, and the budget allows it."""
    if lanes.is_over or not lanes.is_well.is_set():
        raise LaneOver
    now = lanes.office.clock.now()
    pause_s = lanes.budget.history_pause_s(sum(glance.size for glance in batch), now)
    if pause_s > 0:
        raise HistoryWaits(pause_s)
