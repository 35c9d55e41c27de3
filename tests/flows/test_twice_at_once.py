"""Every job may run twice, also at the same time: the effects come once (V5, V7, V8, S2, S5)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from inboxcrm.base.secret import Secret
from inboxcrm.base.settings import Settings
from inboxcrm.base.store import set_switch
from inboxcrm.base.work import Office
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.starter_sets import STARTER
from inboxcrm.sales.kinds.invoice import finalise_invoice
from inboxcrm.sales.store import invoices_of_order
from inboxcrm.workers.topics import TOPICS, due_topics
from tests import build
from tests.flows.stage import Servers

TOGETHER = 4
ISSUERS = 50


def at_once(number: int, do: Callable[[int], object]) -> None:
    """Do something in so many threads, all let go at the same moment; the first error is raised."""
    gate = threading.Barrier(number)

    def run(place: int) -> None:
        gate.wait(20)
        do(place)

    with ThreadPoolExecutor(number) as pool:
        for done in [pool.submit(run, place) for place in range(number)]:
            done.result(60)


@pytest.fixture
def mail_settings(settings: Settings, servers: Servers, tmp_path: Path) -> Settings:
    """The settings of Kestrel with mailboxes of this test's own on the real servers."""
    doors = servers.doors
    login = {"security": "none", "password": Secret.from_value(doors.password), "host": doors.host}
    accounts = tuple(
        account.model_copy(
            update={
                "imap": account.imap.model_copy(
                    update=login | {"port": doors.imap_port, "user": f"{tmp_path.name}.{account.address}"}
                ),
                "smtp": account.smtp.model_copy(update=login | {"port": doors.smtp_port}),
            }
        )
        for account in settings.account
    )
    return settings.model_copy(update={"account": accounts})


@build.on_both_databases
def test_each_topic_done_by_four_at_once_has_its_effects_once(
    engine: Engine,
    make_office: Callable[[Settings], Office],
    mail_settings: Settings,
    clock: build.HandClock,
    servers: Servers,
) -> None:
    """Four workers get the same job at the same moment, topic by topic, from the stranger's mail to the invoice."""
    servers.smtp.set_faults([])
    before = len(servers.smtp.journal())
    office, rules = make_office(mail_settings), RuleBook(STARTER).open()
    with office.work("live", actor="test") as work:
        for account in mail_settings.account:
            set_switch(work.session, f"live:{account.address}", "live", work.now)
    asked = build.Mail("What would twenty licences cost?", message_id="ask@acme.example")

    build.deliver(office, asked)
    all_at_once(office, rules)
    [notice] = build.letters(office, "notice")
    command = build.Mail(
        "quote 20 x standard", sender=build.ANNA, subject="Re: lead", answers=notice.message_id
    )
    build.deliver(office, command)
    all_at_once(office, rules)
    draft = _one(engine, "select message_id from letter where form = 'draft' and state = 'laid'")
    words = "We accept.\n\nInvoice address: Acme B.V., Damrak 1, 1012 LG Amsterdam, Netherlands\n"
    build.deliver(office, build.Mail(words, answers=str(draft)))
    build.deliver(office, build.Mail("Yes, accepted!", answers=str(draft)))
    all_at_once(office, rules)
    clock.move(minutes=16)
    all_at_once(office, rules)
    clock.move(days=8)
    all_at_once(office, rules)

    assert _rows(engine, "select kind, count(*) from document group by kind order by kind") == [
        ("invoice", 1),
        ("order", 1),
        ("quote", 1),
    ]
    assert _one(engine, "select count(*) from lead") == 1
    assert _one(engine, "select count(*) from evidence") == 2
    assert _rows(engine, "select rule, count(*) from firing where rule in ('new-lead', 'accepted', 'renewal', "
                         "'invoice-to-finance') group by rule order by rule") == [
        ("accepted", 1),
        ("invoice-to-finance", 1),
        ("new-lead", 1),
        ("renewal", 1),
    ]  # fmt: skip
    assert _rows(engine, "select state, error from event where state <> 'done' or error is not null") == []
    assert _rows(engine, "select state from letter where state not in ('sent', 'laid')") == []
    sent = [line["message_id"] for line in servers.smtp.journal()[before:]]
    assert len(sent) == len(set(sent)) == _one(engine, "select count(*) from letter where form = 'letter'")
    with build_mailbox(mail_settings) as mailbox:
        assert mailbox.examine("Drafts").exists == 1


def all_at_once(office: Office, rules: RuleBook) -> None:
    """Let four perform every due topic at once, until nothing is due; every topic is performed at least once."""
    due = set(TOPICS)
    for _ in range(10):
        for topic in [name for name in TOPICS if name in due]:
            at_once(TOGETHER, lambda _place, topic=topic: TOPICS[topic].do(office, rules))
        due = due_topics(office, rules)
        if not due:
            return
    raise AssertionError(f"still due: {due}")


def build_mailbox(settings: Settings):
    """Anna's mailbox."""
    from inboxcrm.mail.imap import open_mailbox
    from inboxcrm.outbox.drafts import imap_server

    return open_mailbox(imap_server(settings.account[1]))


@build.on_both_databases
def test_fifty_issuers_at_once_draw_numbers_without_gap_or_double(
    engine: Engine, office: Office, clock: build.HandClock
) -> None:
    """V8, IV-1: fifty invoices, fifty threads, and each thread also tries its neighbour's: 0001 to 0050."""
    invoice_ids = []
    with office.work("orders", actor="test") as work:
        for number in range(ISSUERS):
            opportunity = build.an_opportunity(work, f"bob@acme{number}.example", f"Acme {number}")
            quote = build.a_quote(work, opportunity, occasion=f"mail:{number}:0")
            order = build.an_order(work, quote=quote)
            build.give_address(work, opportunity.box)
            invoice_ids += [invoice.id for invoice in invoices_of_order(work.session, order.id)]
    clock.move(minutes=16)

    def issue(place: int) -> None:
        for invoice_id in (invoice_ids[place], invoice_ids[place - 1]):
            with office.work("invoice.finalise", actor="sales") as work:
                finalise_invoice(work, invoice_id)

    at_once(ISSUERS, issue)

    numbers = [
        number for (number,) in _rows(engine, "select number from document where kind = 'invoice' order by 1")
    ]
    assert numbers == [f"I-2026-{number:04d}" for number in range(1, ISSUERS + 1)]
    assert _one(engine, "select last from number_series where name = 'I-2026'") == ISSUERS
    assert _one(engine, "select count(*) from event where kind = 'invoice.issued'") == ISSUERS


def _rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def _one(engine: Engine, query: str) -> object:
    [(value,)] = _rows(engine, query)
    return value
