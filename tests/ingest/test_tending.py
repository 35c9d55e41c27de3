"""What a mailbox's owner is asked and shown, on a real server: earlier mail, a wider policy, Junk, what waited."""

from __future__ import annotations

import imaplib
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from inboxcrm.base.work import Work
from inboxcrm.ingest.chosen import choose_lead
from inboxcrm.ingest.offers.store import lock_message, offer_by_id, want_junk
from inboxcrm.ingest.offers.waiting import waiting_conversations
from inboxcrm.ingest.reading import read_account
from inboxcrm.ingest.sync.desk import Desk
from inboxcrm.ingest.sync.finding import find_places
from inboxcrm.ingest.tending import is_tending_due, tend_account
from inboxcrm.mail.imap import open_mailbox
from inboxcrm.mail.providers import provider_of
from inboxcrm.outbox.drafts import imap_server
from inboxcrm.reports.ledger import count_ledger
from tests.ingest.building import ask, count, raw_mail, same_office
from tests.ingest.test_reading import CARLA, GO_LIVE, LONG_AGO, Mailboxes
from tests.servers.dovecot import ImapTestServer


@pytest.fixture
def boxes(imap: ImapTestServer, engine: Engine, request: pytest.FixtureRequest) -> Mailboxes:
    return Mailboxes(imap, engine, f".t{abs(hash(request.node.name)) % 10**9}")


def tend(boxes: Mailboxes, number: int = 0) -> None:
    """Tend an account as its poller does beside reading it."""
    account = boxes.settings.account[number]
    with open_mailbox(imap_server(account)) as mailbox:
        desk = Desk(boxes.office, account, mailbox, provider_of(account.provider_key))
        tend_account(desk, find_places(desk))


def read_all(boxes: Mailboxes) -> None:
    for number, account in enumerate(boxes.settings.account):
        with open_mailbox(imap_server(account)) as mailbox:
            read_account(boxes.office, account, mailbox)
        assert boxes.settings.account[number] is account


def write(boxes: Mailboxes) -> Work:
    return boxes.office.work("test", actor="user:anna")


def lines_of_mail(engine: Engine) -> list[tuple[object, ...]]:
    query = (
        "select l.user, n.subject_kind, n.number from letter l join letter_line n on n.letter_id = l.id"
        " where l.kind = 'mailbox' order by l.id, n.number"
    )
    return ask(engine, query)


def test_earlier_mail_of_who_became_known_is_offered_and_taken_on_its_owners_word(
    boxes: Mailboxes, engine: Engine
) -> None:
    """V11: before that not a word of it is here; after a no neither."""
    before, after = GO_LIVE - timedelta(days=2), GO_LIVE + timedelta(hours=2)
    for n in range(3):
        boxes.lay(boxes.anna, raw_mail(CARLA, boxes.anna, f"Early {n}", mid=f"<e{n}@b>"), at=before)
    boxes.lay(boxes.anna, raw_mail("aunt@home.test", boxes.anna, "Sunday"), at=before)
    boxes.lay(boxes.sales, raw_mail(CARLA, boxes.sales, "A question", mid="<q@b>"), at=after)
    read_all(boxes)
    boxes.lay(boxes.anna, raw_mail(CARLA, boxes.anna, "To Anna", mid="<l@b>"), at=after + timedelta(hours=1))
    read_all(boxes)
    assert ask(engine, "select subject from message order by id") == [("A question",), ("To Anna",)]

    tend(boxes, 1)
    assert count(engine, "letter") == 0
    boxes.office.clock.move(timedelta(hours=2))
    tend(boxes, 1)
    tend(boxes, 1)

    assert ask(engine, "select about, found, state from offer") == [(CARLA, 3, "asked")]
    assert lines_of_mail(engine) == [("anna", "offer", 1)]
    with write(boxes) as work:
        offer_by_id(work.session, 1).state = "wanted"
    assert is_tending_due(boxes.office, boxes.settings.account[1])
    tend(boxes, 1)
    assert count(engine, "message", "subject like 'Early%'") == 3
    assert count(engine, "message") == 5
    assert ask(engine, "select state from offer") == [("done",)]
    assert count(engine, "lead") == 1
    assert boxes.ledger()[1] == (5, 5, 0, 0)


def test_nobody_but_its_owner_opens_a_personal_mailbox_wider(boxes: Mailboxes, engine: Engine) -> None:
    """V11: the configuration only asks, once."""
    shared, anna = boxes.settings.account
    tables = {"account": (shared, anna.model_copy(update={"capture": "all"}))}
    boxes.settings = boxes.settings.model_copy(update=tables)
    boxes.office = same_office(boxes.office, settings=boxes.settings)
    boxes.lay(boxes.anna, raw_mail("aunt@home.test", boxes.anna, "Sunday"))
    read_all(boxes)
    tend(boxes, 1)
    tend(boxes, 1)

    assert count(engine, "message") == 0
    assert ask(engine, "select kind, about, state from offer") == [("capture", "all", "asked")]
    assert lines_of_mail(engine) == [("anna", "offer", 1)]


def test_junk_is_looked_at_by_headers_and_only_known_people_are_told_of(
    boxes: Mailboxes, engine: Engine
) -> None:
    """IN-10: in the shared mailbox for the digest, in Anna's for her alone; the ledger minds neither."""
    boxes.lay(boxes.sales, raw_mail(CARLA, boxes.sales, "A question", mid="<q@b>"))
    for address in (boxes.sales, boxes.anna):
        boxes.change(address, lambda client: client.create("Junk"))
        with imaplib.IMAP4(boxes.imap.host, boxes.imap.port) as client:
            client.login(address, "pw")
            client.append("Junk", "", None, raw_mail("pills@spam.test", address, "geheim pills", "geheim"))
            client.append(
                "Junk", "", None, raw_mail(CARLA, address, "Our order", "20, please", mid=f"<o@{address}>")
            )
    read_all(boxes)
    for number in (0, 1, 0, 1):
        tend(boxes, number)

    assert ask(engine, "select sender, subject, state from junk_mail") == [(CARLA, "Our order", "seen")] * 2
    assert lines_of_mail(engine) == [("anna", "junk", 1)]
    assert count(engine, "message") == 1
    assert len(count_ledger(boxes.office)) == 4
    with write(boxes) as work:
        assert want_junk(work.session, 1).state == "wanted"
    assert is_tending_due(boxes.office, boxes.settings.account[0])
    tend(boxes)
    tend(boxes)
    with write(boxes) as work:
        assert want_junk(work.session, 1).state == "taken"

    assert ask(engine, "select subject, kind, box_id from message order by id") == [
        ("A question", "customer", 1),
        ("Our order", "customer", 1),
    ]
    assert count(engine, "lead") == 1
    assert all(row["difference"] == 0 for row in count_ledger(boxes.office))


@pytest.mark.parametrize("minutes", [10, 60], ids=["the default", "as configured"])
def test_how_often_junk_is_looked_at_is_said_for_each_mailbox(boxes: Mailboxes, minutes: int) -> None:
    account = boxes.settings.account[0]
    if minutes != account.relook_minutes:
        account = account.model_copy(update={"relook_minutes": minutes})
    read_all(boxes)
    tend(boxes)

    boxes.office.clock.move(timedelta(minutes=minutes) - timedelta(seconds=1))
    assert not is_tending_due(boxes.office, account)
    boxes.office.clock.move(timedelta(seconds=1))
    assert is_tending_due(boxes.office, account)


def test_conversations_that_waited_when_we_began_are_listed_once(boxes: Mailboxes, engine: Engine) -> None:
    """IN-16: the last mail is a customer's, of the last thirty days, no noise, no thanks, not answered elsewhere."""
    lately = GO_LIVE - timedelta(days=3)
    noise = {"List-Id": "<news.x.test>"}
    boxes.lay(boxes.sales, raw_mail("old@x.test", boxes.sales, "Old"), at=LONG_AGO)
    boxes.lay(
        boxes.sales,
        raw_mail("a@x.test", boxes.sales, "Waits", "Could you send a price?", mid="<w1@x>"),
        raw_mail("b@x.test", boxes.sales, "Answered", "How much?", mid="<b1@x>"),
        raw_mail("c@x.test", boxes.sales, "News", headers=noise),
        raw_mail("d@x.test", boxes.sales, "Thanks", "Thank you very much!"),
        raw_mail("a@x.test", boxes.sales, "Re: Waits", "Any news?", mid="<w2@x>", refs="<w1@x>"),
        at=lately,
    )
    answer = raw_mail(boxes.anna, "b@x.test", "Re: Answered", refs="<b1@x>")
    boxes.lay(boxes.anna, answer, folder="Sent", at=lately + timedelta(days=1))
    with open_mailbox(imap_server(boxes.settings.account[0])) as mailbox:
        read_account(boxes.office, boxes.settings.account[0], mailbox)
    tend(boxes)
    assert count(engine, "letter") == 0  # Anna's mailbox may hold the answers

    read_all(boxes)
    assert is_tending_due(boxes.office, boxes.settings.account[0])
    tend(boxes)
    tend(boxes, 1)
    tend(boxes)

    assert lines_of_mail(engine) == [("ben", "message", 1)]
    assert ask(engine, "select m.subject from letter_line n join message m on m.id = n.subject_id") == [
        ("Re: Waits",)
    ]
    assert count(engine, "lead") == 0

    [(chosen,)] = ask(engine, "select subject_id from letter_line")
    anna = boxes.settings.user_by_key("anna")
    for is_new in (True, False):
        with write(boxes) as work:
            box, is_made = choose_lead(work, lock_message(work.session, chosen), anna)
            assert (box.name, box.owner, is_made) == ("Re: Waits", "anna", is_new)
    assert ask(engine, "select subject from message where box_id = 1 order by id") == [
        ("Waits",),
        ("Re: Waits",),
    ]
    assert ask(engine, "select kind, owner from task") == [("first contact", "anna")]
    with boxes.office.reading() as session:
        assert waiting_conversations(session, boxes.settings.account[0]) == []
