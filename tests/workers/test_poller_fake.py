"""Pollers on a server that misbehaves: IDLE that lies, silence, throttling, and a mailbox beside it that is well."""

from __future__ import annotations

import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from inboxcrm.base.settings import Running
from inboxcrm.mail.access import imap_server
from inboxcrm.mail.imap import open_mailbox
from inboxcrm.workers import poller
from inboxcrm.workers.poller import poll, watch_account
from tests.ingest.building import ask, count, raw_mail, same_office
from tests.ingest.fakes import LATER, LONG_AGO, FakeBoxes, fake_boxes, letters
from tests.servers.fake_imap import FakeFolder, FakeImap, Fault, fake_imap

PATIENCE_S = 90.0  # more than a poller's patience with a silent server


def wait_for(look: Callable[[], Any]) -> Any:
    until, pause = time.monotonic() + PATIENCE_S, threading.Event()
    while not (found := look()):
        assert time.monotonic() < until, "it did not happen in time"
        pause.wait(0.01)
    return found


def hurry(boxes: FakeBoxes, poll_s: float) -> None:
    """Let the poller of this product look every so many seconds."""
    settings = boxes.settings.model_copy(update={"running": Running(poll_s=poll_s)})
    boxes.settings, boxes.office = settings, same_office(boxes.office, settings=settings)


@contextmanager
def watching(boxes: FakeBoxes) -> Iterator[threading.Event]:
    """A poller of all accounts at work, until the end of the block."""
    stop = threading.Event()
    thread = threading.Thread(target=poll, args=(boxes.office, stop))
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def quick_timeout(monkeypatch: pytest.MonkeyPatch, timeout_s: float) -> None:
    """Let connections of pollers lose patience sooner than after a minute."""
    monkeypatch.setattr(
        poller,
        "open_account",
        lambda _office, account: open_mailbox(replace(imap_server(account), timeout_s=timeout_s)),
    )


def test_news_in_one_packet_with_the_answer_to_idle_is_heard(engine: Engine) -> None:
    """I14: coalesced bytes wake no poll on the socket; the next look by the clock would be in half a minute."""
    with fake_boxes(engine) as boxes:
        hurry(boxes, 30)

        def arrive() -> bytes:
            if boxes.fake.inbox.mails:
                return b""
            boxes.fake.inbox.lay(*letters(1, 1), at=LATER)
            return b"* 1 EXISTS\r\n"

        boxes.fake.at_idle = arrive
        begun = time.monotonic()
        with watching(boxes):
            wait_for(lambda: count(engine, "message") == 1)
        assert time.monotonic() - begun < 30


def are_both_waiting(boxes: FakeBoxes) -> bool:
    """Tell whether both accounts wait for news: one of them alone may begin to wait twice."""
    return len({number for number, line in boxes.fake.said if " IDLE" in line}) >= 2


def test_news_in_pieces_is_heard(engine: Engine) -> None:
    """I14: a line that is split over packets breaks neither the waiting nor the connection."""
    with fake_boxes(engine) as boxes:
        hurry(boxes, 30)
        with watching(boxes):
            wait_for(lambda: are_both_waiting(boxes))
            boxes.fake.inbox.lay(*letters(1, 1), at=LATER)
            boxes.fake.faults = [Fault("DONE", "STS\r\n{tag} OK over\r\n", times=2)]
            boxes.fake.tell_idlers("* 1 EXI")
            wait_for(lambda: count(engine, "message") == 1)
        assert boxes.fake.connections == 2  # one for each account, and none was lost


def test_a_connection_that_is_closed_while_we_wait_is_opened_anew(engine: Engine) -> None:
    """I14, I13: end of file is no news; a new connection brings what came meanwhile."""
    with fake_boxes(engine) as boxes:
        hurry(boxes, 0.3)
        with watching(boxes):
            wait_for(lambda: are_both_waiting(boxes))
            boxes.fake.inbox.lay(*letters(1, 1), at=LATER)
            boxes.fake.hang_up()
            before = boxes.fake.connections
            wait_for(lambda: count(engine, "message") == 1)
        assert boxes.fake.connections > before


def test_a_server_that_falls_silent_is_left_and_asked_again_less_and_less(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I14: a black hole costs no time of the processor, and at last one connection a minute."""
    with fake_boxes(engine) as boxes:
        boxes.fake.faults = [Fault("EXAMINE", then="hang")]
        quick_timeout(monkeypatch, 0.1)
        waits: list[float] = []

        class Stop(threading.Event):
            def wait(self, timeout: float | None = None) -> bool:
                waits.append(timeout or 0)
                if len(waits) == 7:
                    self.set()
                return self.is_set()

        before = resource.getrusage(resource.RUSAGE_THREAD).ru_utime
        watch_account(boxes.office, boxes.account, Stop())

        assert waits == [5, 10, 20, 40, 60, 60, 60]
        assert boxes.fake.connections == 7
        assert resource.getrusage(resource.RUSAGE_THREAD).ru_utime - before < 0.5


def test_sent_is_looked_at_as_soon_as_its_owner_wrote_elsewhere(engine: Engine) -> None:
    """V10, I14: Anna's mail to sales@ wakes the look into her Sent folder, which the clock would not for a minute."""
    server = FakeImap(folders={"INBOX": FakeFolder(), "Sent": FakeFolder(use="\\Sent")})
    with fake_boxes(engine) as boxes, fake_imap(server) as personal:
        accounts = list(boxes.settings.account)
        accounts[1] = accounts[1].model_copy(
            update={"imap": accounts[1].imap.model_copy(update={"port": personal.port}), "capture": "all"}
        )
        boxes.settings = boxes.settings.model_copy(update={"account": tuple(accounts)})
        hurry(boxes, 60)
        mail = raw_mail("anna@kestrel.test", "sales@kestrel.test", "done 1", mid="<a@k>")
        with watching(boxes):
            wait_for(lambda: server.lines(" IDLE") and boxes.fake.lines(" IDLE"))
            server.folders["Sent"].lay(mail, at=LATER)
            boxes.fake.inbox.lay(mail, at=LATER)
            boxes.fake.tell_idlers("* 1 EXISTS\r\n")
            wait_for(lambda: count(engine, "message", "is_own_sent") == 1)
        assert count(engine, "message") == 1  # the same mail in both places


@pytest.mark.parametrize(
    ("pattern", "words", "least_s"),
    [
        ("LOGIN", "{tag} NO [ALERT] Too many simultaneous connections. (Failure)\r\n", 300),
        ("UID FETCH .*BODY", "{tag} NO [OVERQUOTA] Account exceeded command or bandwidth limits.\r\n", 3600),
        ("EXAMINE", "* BYE Request is throttled. Suggested Backoff Time: 92000 milliseconds\r\n", 92),
        ("LIST", "{tag} NO [UNAVAILABLE] Temporary failure\r\n", 30),
    ],
)
def test_a_server_that_asks_for_a_pause_gets_it(
    engine: Engine, pattern: str, words: str, least_s: float
) -> None:
    """I16: at least as long as it asks, a quarter more at most, and then all is read."""
    with fake_boxes(engine) as boxes:
        boxes.fake.inbox.lay(*letters(1, 3), at=LATER)
        boxes.fake.faults = [Fault(pattern, words, "close" if "BYE" in words else "", times=1)]
        waits: list[float] = []
        clock = boxes.clock

        class Stop(threading.Event):
            def wait(self, timeout: float | None = None) -> bool:
                waits.append(timeout or 0)
                clock.moment = clock.moment.replace(year=clock.moment.year + 1)
                return self.is_set()

        stop = Stop()
        thread = threading.Thread(target=watch_account, args=(boxes.office, boxes.account, stop))
        thread.start()
        wait_for(lambda: count(engine, "message") == 3)
        stop.set()
        thread.join(PATIENCE_S)

        assert least_s <= waits[0] <= least_s * 1.25
        assert count(engine, "quarantine") == 0


def test_new_mail_goes_first_after_a_pause_and_other_mailboxes_wait_for_nobody(engine: Engine) -> None:
    """I16, P11: while sales@ is throttled anna@ is read; then the live lane looks before history goes on."""
    with fake_boxes(engine) as boxes, fake_imap() as other:
        accounts = list(boxes.settings.account)
        accounts[1] = accounts[1].model_copy(
            update={"imap": accounts[1].imap.model_copy(update={"port": other.port}), "kind": "shared"}
        )
        boxes.settings = boxes.settings.model_copy(update={"account": tuple(accounts)})
        hurry(boxes, 0.05)
        boxes.fake.inbox.lay(*letters(1, 30), at=LONG_AGO)
        boxes.fake.faults = [Fault("EXAMINE", "{tag} NO [LIMIT] slow down\r\n", times=1)]
        with watching(boxes):
            wait_for(lambda: ask(engine, "select 1 from account where backoff_until is not null"))
            wait_for(lambda: other.lines(" IDLE"))
            other.inbox.lay(*letters(100, 100, to="anna@kestrel.test"), at=LATER)
            other.tell_idlers("* 1 EXISTS\r\n")
            wait_for(lambda: count(engine, "message") == 1)
            assert count(engine, "message", "subject = 'Order 100'") == 1
            assert boxes.fake.connections == 1
        boxes.clock.moment = boxes.clock.moment.replace(year=2027)
        with watching(boxes):
            wait_for(lambda: count(engine, "message") == 31)

        after = [(number, line) for number, line in boxes.fake.said if number > 1]
        live = next(number for number, line in after if "EXAMINE" in line)
        body = next(number for number, line in after if "BODY.PEEK[]" in line)
        assert live < body


def test_pollers_end_at_once_when_they_are_told(engine: Engine) -> None:
    """A stop does not wait for the next look: the bell calls the reader away from the server."""
    with fake_boxes(engine) as boxes:
        hurry(boxes, 300)
        started = 0.0
        with watching(boxes):
            wait_for(lambda: are_both_waiting(boxes))
            started = time.monotonic()
        assert time.monotonic() - started < 5
        assert ask(engine, "select lease_until from account") == [(None,), (None,)]
