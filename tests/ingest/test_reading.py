"""Reading real mailboxes (Dovecot): history makes no work, the ledger is even."""

from __future__ import annotations

import imaplib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office
from inboxcrm.ingest.reading import read_account
from inboxcrm.mail.imap import open_mailbox
from inboxcrm.outbox.drafts import imap_server
from inboxcrm.reports.ledger import count_ledger
from inboxcrm.workers.reactions import react_to_events
from tests.build import NO_RULES
from tests.ingest.building import (
    Died,
    DyingReach,
    HandClock,
    ask,
    count,
    make_office,
    make_settings,
    raw_mail,
    same_office,
)
from tests.servers.dovecot import ImapTestServer

LONG_AGO = datetime(2024, 5, 1, 9, 0, tzinfo=UTC)
GO_LIVE = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CARLA = "carla@brouwer.test"


class Mailboxes:
    """The mailboxes of one test on the server, and the product that reads them."""

    def __init__(self, imap: ImapTestServer, engine: Engine, local: str, **more: Any) -> None:
        self.imap = imap
        self.settings: Settings = make_settings(imap=imap.port, local=local)
        self.sales, self.anna = (account.address for account in self.settings.account)
        self.office = make_office(engine, clock=HandClock(GO_LIVE), settings=self.settings, **more)

    def lay(self, address: str, *raws: bytes, folder: str = "INBOX", at: datetime = GO_LIVE) -> None:
        """Put mails into a folder as its server would."""
        with imaplib.IMAP4(self.imap.host, self.imap.port) as client:
            client.login(address, "pw")
            for number, raw in enumerate(raws, start=1):
                when = imaplib.Time2Internaldate(at + timedelta(seconds=number))
                assert client.append(folder, "", when, raw)[0] == "OK"

    def change(self, address: str, act: Callable[[imaplib.IMAP4], object]) -> None:
        """Let another mail client do something in INBOX."""
        with imaplib.IMAP4(self.imap.host, self.imap.port) as client:
            client.login(address, "pw")
            client.select("INBOX")
            act(client)

    def read(self, number: int = 0, office: Office | None = None) -> int:
        account = self.settings.account[number]
        with open_mailbox(imap_server(account)) as mailbox:
            return read_account(office or self.office, account, mailbox)

    def ledger(self) -> list[tuple[int, int, int, int]]:
        """INBOX of the shared account, then Anna's: server, locations, quarantine, difference."""
        names = ("server", "locations", "quarantine", "difference")
        rows = [row for row in count_ledger(self.office) if row["folder"] == "INBOX"]
        return [tuple(row[name] for name in names) for row in rows]  # type: ignore[misc]


@pytest.fixture
def boxes(imap: ImapTestServer, engine: Engine, request: pytest.FixtureRequest) -> Mailboxes:
    return Mailboxes(imap, engine, f".{abs(hash(request.node.name)) % 10**9}")


def customers(number: int, to: str) -> list[bytes]:
    return [
        raw_mail(f"buyer{n}@firm{n}.test", to, f"Order {n}", f"text {n}", mid=f"<{n}@{to}>")
        for n in range(number)
    ]


def test_two_hundred_old_mails_make_history_and_no_work(boxes: Mailboxes, engine: Engine) -> None:
    """IN-16: at first sight of a mailbox its old mail makes no lead, no task, no letter, nothing to react to."""
    boxes.lay(boxes.sales, *customers(200, boxes.sales), at=LONG_AGO)

    assert boxes.read() == 200
    for table in ("lead", "task", "letter", "box"):
        assert count(engine, table) == 0
    assert count(engine, "event", "state = 'pending'") == 0
    assert count(engine, "contact") == 200

    boxes.lay(
        boxes.sales, raw_mail("new@stranger.test", boxes.sales, "Hello"), at=GO_LIVE + timedelta(hours=1)
    )
    assert boxes.read() == 1
    assert count(engine, "lead") == 1
    assert boxes.ledger()[0] == (201, 201, 0, 0)


def test_a_mail_of_the_very_second_in_which_we_went_live_is_live(
    imap: ImapTestServer, engine: Engine
) -> None:
    """IMAP tells the time of arrival in whole seconds: the first customer is not taken for history."""
    late_in_the_second = GO_LIVE + timedelta(milliseconds=900)
    settings = make_settings(imap=imap.port, local=".second")
    office = make_office(engine, clock=HandClock(late_in_the_second), settings=settings)
    boxes = Mailboxes.__new__(Mailboxes)
    boxes.imap, boxes.settings, boxes.office = imap, settings, office
    boxes.lay(settings.account[0].address, *customers(1, "x@y.test"), at=GO_LIVE - timedelta(seconds=1))

    boxes.read()

    assert count(engine, "lead") == 1


def test_a_poller_that_dies_while_reading_loses_and_doubles_nothing(boxes: Mailboxes, engine: Engine) -> None:
    """V1, I1: killed after the fetch, before and after the commit; the next one goes on."""
    boxes.lay(boxes.sales, *customers(30, boxes.sales))
    for point in ("poller.fetched", "intake.before_commit", "intake.after_commit"):
        with pytest.raises(Died):
            boxes.read(office=same_office(boxes.office, reach=DyingReach(point)))
        boxes.lay(boxes.sales, raw_mail("a@b.test", boxes.sales, point))
    boxes.read()

    assert (count(engine, "message"), count(engine, "location")) == (33, 33)
    assert count(engine, "lead") == 31
    assert boxes.ledger()[0] == (33, 33, 0, 0)


def test_a_reply_that_was_read_before_the_customer_was_known_is_taken_up_later(
    boxes: Mailboxes, engine: Engine
) -> None:
    """V11, V3: Anna's own mailbox is read first; once the customer is known her answer is on his box."""
    boxes.lay(boxes.anna, raw_mail("friend@privaat.test", boxes.anna, "Old friend"), at=LONG_AGO)
    boxes.lay(
        boxes.anna,
        raw_mail(boxes.anna, CARLA, "Re: A question", mid="<2@k>", refs="<1@b>"),
        folder="Sent",
        at=GO_LIVE + timedelta(minutes=5),
    )
    assert boxes.read(1) == 0
    boxes.lay(boxes.sales, raw_mail(CARLA, boxes.sales, "A question", mid="<1@b>"), at=GO_LIVE)
    boxes.read()

    assert boxes.read(1) == 1
    assert ask(engine, "select kind, box_id from message order by id") == [("customer", 1), ("outbound", 1)]
    assert ask(engine, "select state from lead") == [("In Process",)]
    assert boxes.read(1) == 0


def test_flags_are_neither_read_nor_set(boxes: Mailboxes, engine: Engine) -> None:
    """I2, P10: what somebody has read already is taken in too, and nothing looks different afterwards."""
    boxes.lay(boxes.sales, *customers(4, boxes.sales))
    boxes.change(boxes.sales, lambda client: client.store("1:2", "+FLAGS", "(\\Seen \\Flagged)"))
    seen: list[object] = []
    boxes.change(boxes.sales, lambda client: seen.append(client.fetch("1:*", "(FLAGS)")))

    boxes.read()
    boxes.change(boxes.sales, lambda client: seen.append(client.fetch("1:*", "(FLAGS)")))

    assert count(engine, "message") == 4
    assert str(seen[0]).replace("\\\\Recent", "") == str(seen[1]).replace("\\\\Recent", "")


def test_what_was_expunged_is_gone_and_stays_known(boxes: Mailboxes, engine: Engine) -> None:
    """V2, I5: the place is marked gone, the message stays on its box, the ledger is even."""
    boxes.lay(boxes.sales, *customers(5, boxes.sales))
    boxes.read()
    boxes.change(boxes.sales, lambda client: (client.store("2,4", "+FLAGS", "(\\Deleted)"), client.expunge()))
    boxes.read()

    assert ask(engine, "select uid from location where is_gone order by uid") == [(2,), (4,)]
    assert count(engine, "message", "box_id is not null") == 5
    assert boxes.ledger()[0] == (3, 3, 0, 0)


def test_a_folder_that_is_made_anew_doubles_nothing(imap: ImapTestServer, engine: Engine) -> None:
    """I3, I5: another UIDVALIDITY; the same mails get new places and no second message, lead or event."""
    values = make_settings(imap=imap.port, local=".anew")
    shared = values.account[0].model_copy(update={"folders": ("Deals",)})
    settings = values.model_copy(update={"account": (shared, values.account[1])})
    boxes = Mailboxes(imap, engine, ".anew")
    boxes.settings = settings
    boxes.office = same_office(boxes.office, settings=settings)
    mails = customers(6, boxes.sales)
    boxes.change(boxes.sales, lambda client: client.create("Deals"))
    boxes.lay(boxes.sales, *mails, folder="Deals")
    assert boxes.read() == 6
    boxes.change(boxes.sales, lambda client: (client.delete("Deals"), client.create("Deals")))
    boxes.lay(boxes.sales, *mails[1:], raw_mail("z@z.test", boxes.sales, "new"), folder="Deals")
    boxes.read()

    assert len(ask(engine, "select distinct uidvalidity from location")) == 2
    assert count(engine, "message") == 7
    assert count(engine, "lead") == 7
    assert count(engine, "event", "kind = 'message.received'") == 7
    assert all(row["difference"] == 0 for row in count_ledger(boxes.office))


def test_a_mail_that_cannot_be_worked_is_counted(
    boxes: Mailboxes, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """V2, I6: quarantine and locations together are what the server holds, also after reading again."""

    def refuse(work: object, *more: object, **named: object) -> object:
        raise ValueError("no lead today")

    boxes.lay(
        boxes.sales,
        *customers(3, boxes.sales),
        raw_mail("bot@x.test", boxes.sales, headers={"List-Id": "<l>"}),
    )
    monkeypatch.setattr("inboxcrm.ingest.effects.customer.make_lead", refuse)
    boxes.read()
    boxes.read()

    assert boxes.ledger()[0] == (4, 1, 3, 0)
    assert ask(engine, "select distinct error from quarantine") == [("ValueError: no lead today",)]


def deals_too(boxes: Mailboxes) -> None:
    """Watch the folder Deals of the shared account."""
    shared = boxes.settings.account[0].model_copy(update={"folders": ("Deals",)})
    boxes.settings = boxes.settings.model_copy(update={"account": (shared, boxes.settings.account[1])})
    boxes.office = same_office(boxes.office, settings=boxes.settings)
    boxes.change(boxes.sales, lambda client: client.create("Deals"))


def test_a_renamed_folder_is_followed_and_nothing_is_downloaded_again(
    boxes: Mailboxes, engine: Engine
) -> None:
    """I5: Dovecot keeps UIDVALIDITY and UIDs, and has no MAILBOXID: known by some of its mails."""
    deals_too(boxes)
    boxes.lay(boxes.sales, *customers(6, boxes.sales), folder="Deals")
    boxes.read()
    boxes.change(boxes.sales, lambda client: client.rename("Deals", "Deals2026"))
    fetched = count(engine, "event", "kind = 'message.received'")
    assert boxes.read() == 0

    assert ask(engine, "select state from folder where name = 'Deals2026'") == [("open",)]
    assert count(engine, "location", "is_gone") == 0
    boxes.lay(boxes.sales, raw_mail("z@z.test", boxes.sales, "new"), folder="Deals2026")
    assert boxes.read() == 1
    assert count(engine, "event", "kind = 'message.received'") == fetched + 1
    assert all(row["difference"] == 0 for row in count_ledger(boxes.office))


def test_a_folder_that_went_away_and_comes_back_is_taken_up_where_it_was(
    boxes: Mailboxes, engine: Engine
) -> None:
    """I5: gone is soft: its places, marked when it went, are there again, and only what is new is fetched."""
    deals_too(boxes)
    boxes.lay(boxes.sales, *customers(6, boxes.sales), folder="Deals")
    boxes.read()
    with engine.begin() as connection:  # as if the server had not listed it for a while
        connection.exec_driver_sql("update folder set state = 'gone' where name = 'Deals'")
        connection.exec_driver_sql("update location set is_gone = 1")
    boxes.lay(boxes.sales, raw_mail("z@z.test", boxes.sales, "new"), folder="Deals")
    assert boxes.read() == 1

    assert count(engine, "message") == 7
    assert count(engine, "location", "not is_gone") == 7
    assert all(row["difference"] == 0 for row in count_ledger(boxes.office))


def test_a_configured_folder_that_its_server_has_no_more_is_told(boxes: Mailboxes, engine: Engine) -> None:
    """I5, P13: once, to the manager; the ledger goes on with the other folders."""
    deals_too(boxes)
    boxes.lay(boxes.sales, *customers(3, boxes.sales), folder="Deals")
    boxes.read()
    boxes.change(boxes.sales, lambda client: client.delete("Deals"))
    before = {row["folder"]: row["difference"] for row in count_ledger(boxes.office)}
    assert (before["INBOX"], before["Deals"]) == (0, -3)
    boxes.read()
    boxes.read()

    assert count(engine, "event", "kind = 'folder.missing'") == 1
    react_to_events(boxes.office, NO_RULES)
    assert ask(engine, "select subject from letter") == [(f"The folder Deals of {boxes.sales} is not read",)]
    assert all(row["difference"] == 0 for row in count_ledger(boxes.office))
