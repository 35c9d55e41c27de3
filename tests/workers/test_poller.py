"""Pollers: a server that is away is waited for, a wrong password is one clear line, a dead poller is replaced."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import Engine
from structlog.testing import capture_logs

from inboxcrm.base.secret import Secret
from inboxcrm.base.work import Office
from inboxcrm.ingest.lease import release_lease, take_lease
from inboxcrm.workers import poller
from inboxcrm.workers.poller import watch_account
from tests.ingest.building import ask, count, make_office, make_settings, raw_mail, same_office, write
from tests.ingest.test_reading import Mailboxes
from tests.servers.dovecot import ImapTestServer, free_port


class Waits(threading.Event):
    """A stop that notes how long somebody would have waited, lets something happen, and stops after so many."""

    def __init__(self, most: int, then: dict[int, Any] | None = None) -> None:
        super().__init__()
        self.most, self.then, self.seconds = most, then or {}, list[float]()

    def wait(self, timeout: float | None = None) -> bool:
        self.seconds.append(timeout or 0.0)
        self.then.get(len(self.seconds), lambda: None)()
        if len(self.seconds) >= self.most:
            self.set()
        return self.is_set()


class Looking:
    """A bell that nobody rings."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop

    def hear(self) -> bool:
        return False

    def wait(self, _seconds: float) -> bool:
        self.stop.set()
        return False


def errors(logs: list[Any]) -> list[dict[str, Any]]:
    return [entry for entry in logs if entry["log_level"] == "error"]


def test_a_server_that_is_away_is_tried_again_later_and_later(engine: Engine) -> None:
    """5, 10, 20, 40, 60, 60 seconds; each try is one line, and the account's row says why it is not read."""
    port = free_port()
    office = make_office(engine, settings=make_settings(imap=port))
    stop = Waits(6)
    with capture_logs() as logs:
        watch_account(office, office.settings.account[0], stop)

    assert stop.seconds == [5, 10, 20, 40, 60, 60]
    assert [entry["event"] for entry in errors(logs)] == ["account_not_read"] * 6
    assert all("\n" not in entry["error"] for entry in errors(logs))
    [(error,)] = ask(engine, "select error from account where id = 1")
    assert f"127.0.0.1:{port}" in error


def test_once_it_is_back_mail_comes_in_and_the_waits_go_on_growing_until_it_is_steady(
    imap: ImapTestServer, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I14: away twice, back and lost at once (20), lost again (40); after a steady connection 5 again."""
    boxes = Mailboxes(imap, engine, ".poller-back")
    boxes.lay(boxes.sales, raw_mail("c@brouwer.test", boxes.sales))
    away = {"is": True}
    real, live = poller.open_account, poller.run_live_lane

    def open_it(*args: Any) -> Any:
        if away["is"]:
            raise poller.MailboxError("away")
        return real(*args)

    def lose_after_a_look(lanes: Any, mailbox: Any) -> None:
        stopped = lanes.stop
        lanes.stop = threading.Event()
        lanes.bell = Looking(lanes.stop)
        monkeypatch.setattr(mailbox, "wait_for_change", lambda *_: lanes.stop.set(), raising=False)
        live(lanes, mailbox)
        lanes.stop = stopped
        raise poller.MailboxError("lost")

    monkeypatch.setattr(poller, "open_account", open_it)
    monkeypatch.setattr(poller, "run_live_lane", lose_after_a_look)
    stop = Waits(
        5,
        {2: lambda: away.update({"is": False}), 4: lambda: monkeypatch.setattr(poller, "STEADY_S", 0.0)},
    )
    with capture_logs() as logs:
        watch_account(boxes.office, boxes.settings.account[0], stop)

    assert stop.seconds == [5, 10, 20, 40, 5]
    assert count(engine, "lead") == 1
    assert len(errors(logs)) == 5


def test_a_wrong_password_is_one_clear_line(imap: ImapTestServer, engine: Engine) -> None:
    """P13: which account, which server, that it is the login; and never the password itself."""
    settings = make_settings(imap=imap.port)
    wrong = settings.account[0].imap.model_copy(update={"password": Secret(plain="hunter2-secret")})
    account = settings.account[0].model_copy(update={"imap": wrong})
    office = make_office(
        engine, settings=settings.model_copy(update={"account": (account, settings.account[1])})
    )
    with capture_logs() as logs:
        watch_account(office, account, Waits(1))

    [entry] = errors(logs)
    assert "login was refused" in entry["error"]
    assert account.address in entry["error"]
    assert "hunter2" not in str(logs)
    assert "login was refused" in ask(engine, "select error from account where id = 1")[0][0]


def test_a_fault_of_ours_does_not_end_the_watching(
    imap: ImapTestServer, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P11, P13: the account is tried again and says so; the words of a mail do not come into the log."""
    office = make_office(engine, settings=make_settings(imap=imap.port))

    words = "aunt " + "Agatha"

    def break_down(*_: object) -> int:
        raise RuntimeError(words)

    monkeypatch.setattr(poller, "run_live_lane", break_down)
    stop = Waits(3)
    with capture_logs() as logs:
        watch_account(office, office.settings.account[0], stop)

    assert stop.seconds == [5, 10, 20]
    assert words not in str(logs)
    assert ask(engine, "select error from account where id = 1") == [
        ("a fault of the program: RuntimeError",)
    ]


def test_a_dead_pollers_accounts_are_taken_over_after_its_lease_and_not_before(
    office: Office, engine: Engine
) -> None:
    """By the database's own clock, whatever time the processes believe."""
    account = office.settings.account[0]
    assert take_lease(office, account, "first:1")
    assert not take_lease(office, account, "second:2")
    office.clock.moment = office.clock.moment.replace(year=2040)  # type: ignore[attr-defined]
    assert not take_lease(office, account, "second:2")

    write(engine, "update account set lease_until = 1 where id = 1")
    assert take_lease(office, account, "second:2")
    assert not take_lease(office, account, "first:1")
    assert ask(engine, "select lease_fence from account where id = 1") == [(2,)]


def test_a_poller_that_ends_gives_its_accounts_back(office: Office, engine: Engine) -> None:
    """After a restart nobody waits a minute for mail; what another one holds is left to it."""
    account = office.settings.account[0]
    take_lease(office, account, "first:1")
    release_lease(office, account, "other:9")
    assert not take_lease(office, account, "second:2")
    release_lease(office, account, "first:1")

    assert take_lease(office, account, "second:2")


def test_two_pollers_at_once_get_one_lease(both: Engine) -> None:
    """V1: at the same moment, on both databases."""
    office = make_office(both)
    start = threading.Barrier(4)
    got: list[bool] = []

    def try_it(name: str) -> None:
        start.wait()
        got.append(take_lease(same_office(office), office.settings.account[0], name) is not None)

    pollers = [threading.Thread(target=try_it, args=(f"p{n}",)) for n in range(4)]
    for one in pollers:
        one.start()
    for one in pollers:
        one.join()

    assert sorted(got) == [False, False, False, True]
