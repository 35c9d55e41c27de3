"""The whole story on Dovecot, a real SMTP server, Valkey and each database: nobody logs in anywhere.

A stranger's mail becomes a lead, a quote, an order, an invoice, a closed order; people use plain mail clients and
the product runs as `inboxcrm run`. Expected values are worked out by hand: 20 x 49.00 = 980.00, VAT 21 % = 205.80,
total 1185.80; sixty days before 3 March 2026 is 2 January 2026.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from inboxcrm.demo.people import Person, attachments_of, bounce_for, text_of
from tests.flows.script import ACCEPTANCE, mail_about, with_paper
from tests.flows.snapshot import doubles
from tests.flows.stage import Servers, Stage, set_stage

LEASE_S = 2.0
PATIENCE_S = 90.0


@pytest.mark.parametrize(("database", "first"), [("sqlite", "delivered"), ("postgres", "paid")])
def test_a_stranger_becomes_a_customer_whose_order_is_closed(
    servers: Servers, database: str, first: str
) -> None:
    """The story of the demo, act by act (LD-1, QU-1, QU-5, IV-1, SO-6, RN-9, OP-9, MG-2, V1, V2, V6, V10)."""
    with set_stage(servers, database, f"{database}story", lease_s=LEASE_S, patience_s=PATIENCE_S) as stage:
        stage.start_whole()
        for act in (ask, answer, noise, quote, forge, accept, invoice):
            act(stage)
            stage.settle()
        deliver_and_pay(stage, first)
        check_records(stage)
        quiet_deal(stage)
        check_mailboxes(stage)


def ask(stage: Stage) -> None:
    """A stranger's mail is a lead with a first-contact task, and its owner has a notice."""
    cast = stage.cast
    cast.bob.write(cast.sales, "Licences for Brouwer Bouw", "What would 20 licences cost?\n\nBob Brouwer")
    mail_about(stage, cast.anna, "New lead: Bob Brouwer")

    assert stage.ask("select state, owner, source from lead") == [("Assigned", "anna", "Email")]
    assert stage.ask("select kind, owner, state from task") == [("first contact", "anna", "open")]


def answer(stage: Stage) -> None:
    """The rep answers from her own client; the product sees it in her Sent folder."""
    cast = stage.cast
    asked = mail_about(stage, cast.house, "Licences for Brouwer Bouw")
    cast.anna.write(cast.bob.address, "Re: Licences for Brouwer Bouw", "You have it today.", answers=asked)
    stage.wait_for_row("the lead to be In Process", "select 1 from lead where state = 'In Process'")

    assert stage.ask("select state from task where kind = 'first contact'") == [("done",)]


def noise(stage: Stage) -> None:
    """An absence, a newsletter and a bounce, all with accepting words, do nothing."""
    cast = stage.cast
    absence = cast.bob.compose(
        cast.sales, "Automatic reply: Licences", "I am out of office. We accept parcels."
    )
    absence["Auto-Submitted"] = "auto-replied"
    cast.bob.submit(absence, login=cast.bob.address)
    shop = cast.person("Daily Deals", "deals@news.test")
    letter = shop.compose(cast.sales, "We accept your order of the day!", "Ten deals that you will love.")
    letter["List-Unsubscribe"], letter["Precedence"] = "<https://news.test/out>", "bulk"
    shop.submit(letter, login=shop.address)
    shop.submit(bounce_for(cast.sales, stage.clock.now()), login=None)
    before = stage.one("select count(*) from letter")
    stage.wait_for("three mails", lambda: len(noises(stage)) == 3)
    stage.settle()

    assert noises(stage) == ["auto-reply", "bounce", "bulk"]
    assert stage.one("select count(*) from lead") == 1
    assert stage.one("select count(*) from contact") == 1
    assert stage.one("select count(*) from letter") == before


def noises(stage: Stage) -> list[str]:
    kinds = "('auto-reply', 'bulk', 'bounce')"
    return sorted(kind for (kind,) in stage.ask(f"select kind from message where kind in {kinds}"))


def quote(stage: Stage) -> None:
    """One line in reply to the notice makes the quote and the rep's draft, which she sends."""
    cast = stage.cast
    cast.anna.answer(mail_about(stage, cast.anna, "New lead"), "quote 20 x standard")
    [draft] = stage.wait_for("the draft", cast.anna.drafts)
    assert list(attachments_of(draft)) == ["Q-2025-0001.pdf"]
    assert attachments_of(draft)["Q-2025-0001.pdf"].startswith(b"%PDF-")
    cast.anna.send_draft(draft)
    stage.wait_for_row(
        "the quote to be sent", "select 1 from document where kind = 'quote' and state = 'sent'"
    )

    assert stage.ask("select number, net_minor from document") == [("Q-2025-0001", 98_000)]
    assert stage.ask("select state from lead") == [("Converted",)]


def forge(stage: Stage) -> None:
    """An acceptance in the customer's name that nothing proves is shown to the rep and not carried out."""
    cast = stage.cast
    forged = cast.bob.compose(cast.sales, "Re: Licences for Brouwer Bouw", "We accept. PO 6666.")
    cast.bob.submit(forged, login=None)
    mail_about(stage, cast.anna, "nothing was done")
    stage.settle()

    assert stage.one("select count(*) from document where kind = 'order'") == 0
    assert stage.one("select count(*) from evidence") == 0


def accept(stage: Stage) -> None:
    """The customer accepts in plain words and says so twice: one order, two pieces of evidence."""
    cast = stage.cast
    sent = stage.wait_for("the quote in Bob's INBOX", lambda: with_paper(cast.bob, "Q-2025-0001"))
    cast.bob.answer(sent, ACCEPTANCE)
    mail_about(stage, cast.anna, "is accepted")
    stage.settle()
    assert stage.ask("select signatory, authentication, decided_by from evidence") == [
        (cast.bob.address, "aligned, token", "evidence")
    ]
    cast.bob.answer(sent, "Yes, accepted!")
    stage.wait_for_row(
        "the second yes",
        "select 1 from message where new_words like 'Yes, accepted%' and acted_at is not null",
    )
    stage.settle()

    orders = stage.ask("select number, state, reference, net_minor from document where kind = 'order'")
    assert orders == [("O-2025-0001", "released", "PO 4711", 98_000)]
    assert stage.one("select count(*) from document where kind = 'invoice'") == 1
    assert stage.one("select state from opportunity where kind = 'new'") == "Closed Won"
    renewals = "select state, cast(wake_on as varchar(10)), is_asleep from opportunity o join box b on b.id = o.box_id"
    [(_, wake_on, is_asleep)] = stage.ask(f"{renewals} where o.kind = 'renewal'")
    assert (wake_on, bool(is_asleep)) == ("2026-01-02", True)


def invoice(stage: Stage) -> None:
    """After the cooling time the invoice goes out as PDF, and finance is told."""
    cast = stage.cast
    assert stage.ask("select number, state from document where kind = 'invoice'") == [(None, "provisional")]
    stage.move_clock(timedelta(minutes=16))
    mail = stage.wait_for("the invoice", lambda: with_paper(cast.bob, "I-2025-0001"))
    assert cast.sales in str(mail["From"])
    assert "EUR 1,185.80" in text_of(mail)
    assert "1185.80" in str(mail_about(stage, cast.fred, "goes out")["Subject"])

    [row] = stage.ask("select number, state, net_minor, total_minor, cast(due_on as varchar(10)) "
                      "from document where kind = 'invoice'")  # fmt: skip
    assert row == ("I-2025-0001", "issued", 98_000, 118_580, "2025-04-02")


def deliver_and_pay(stage: Stage, first: str) -> None:
    """The order closes at the second of the two words, whichever comes last (SO-6)."""
    cast = stage.cast
    accepted, goes_out = mail_about(stage, cast.anna, "is accepted"), mail_about(stage, cast.fred, "goes out")
    words: dict[str, Callable[[], object]] = {
        "delivered": lambda: cast.anna.answer(accepted, "delivered"),
        "paid": lambda: cast.fred.answer(goes_out, "paid"),
    }
    words.pop(first)()
    noted = {"delivered": "order.delivered", "paid": "invoice.paid"}[first]
    stage.wait_for_row(f"{first} to be noted", "select 1 from event where kind = :kind", kind=noted)
    stage.settle()
    assert stage.one("select state from document where kind = 'order'") == "released"
    [second] = words.values()
    second()
    stage.wait_for_row("the end", "select 1 from document where kind = 'order' and state = 'closed'")
    stage.settle()


def check_records(stage: Stage) -> None:
    """The end of the first deal."""
    documents = stage.ask("select number, state from document order by number")
    assert documents == [("I-2025-0001", "paid"), ("O-2025-0001", "closed"), ("Q-2025-0001", "accepted")]
    assert stage.ask("select amount_minor, currency, said_by from payment") == [(118_580, "EUR", "fred")]
    assert stage.one("select count(*) from lead") == 1
    assert stage.one("select count(*) from event where state <> 'done'") == 0
    assert stage.one("select count(*) from letter where state not in ('sent')") == 0
    ledger = json.loads(stage.command("ledger", "--json"))
    assert len(ledger) == 4  # INBOX and Sent of sales@ and of anna@
    assert [row["difference"] for row in ledger] == [0, 0, 0, 0]


def quiet_deal(stage: Stage) -> None:
    """A second deal goes quiet; after eight days the rep is reminded, and the manager acts on her digest."""
    cast = stage.cast
    cast.carla.write(cast.sales, "Price for five users", "Hi, what do five licences cost?\n\nCarla, Dune")
    cast.anna.answer(mail_about(stage, cast.anna, "New lead: Carla Dune"), "quote 5 x standard")
    [draft] = stage.wait_for("the second draft", cast.anna.drafts)
    cast.anna.send_draft(draft)
    stage.wait_for_row(
        "the quote to be sent", "select 1 from document where kind = 'quote' and state = 'sent'"
    )
    stage.settle()
    stage.move_clock(timedelta(days=8))
    mail_about(stage, cast.anna, "Quiet for a week")
    digest = mail_about(stage, cast.maria, "to do")
    [line] = [one for one in text_of(digest).splitlines() if "Ask what they think of the quote" in one]
    cast.maria.answer(digest, f"{line.split('.')[0].strip()} snooze 3 days")
    receipt = mail_about(stage, cast.maria, "Re:")
    stage.settle()

    assert "Done" in text_of(receipt)
    assert stage.one("select net_minor from document where number = 'Q-2025-0002'") == 24_500
    assert stage.one("select count(*) from event where kind = 'task.snoozed'") == 1
    assert stage.one("select count(*) from firing where rule = 'quiet-opportunity'") == 1


def check_mailboxes(stage: Stage) -> None:
    """No letter came twice, and the product changed nothing on the server but what it laid into Drafts."""
    cast = stage.cast
    assert doubles(stage) == []
    for person in (cast.house, cast.anna):
        assert flags_of(person, "INBOX") == set()
    assert flags_of(cast.anna, "Sent") == {"\\Seen"}  # her own client's
    assert (len(cast.house._read("Sent")), len(cast.house._read("Drafts"))) == (0, 0)


def flags_of(person: Person, folder: str) -> set[str]:
    """All flags that messages of a folder have, but \\Recent, which is the server's own."""
    with person._mailbox() as imap:
        imap.select(folder, readonly=True)
        _, found = imap.fetch("1:*", "(FLAGS)")
    lists = [row.decode().rstrip(")").split("(")[-1] for row in found if isinstance(row, bytes)]
    return {flag for flags in lists for flag in flags.split()} - {"\\Recent"}
