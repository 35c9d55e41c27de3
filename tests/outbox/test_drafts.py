"""Prepared answers in the rep's Drafts folder (Dovecot): laid once, and known again when she sends them (EM-3)."""

from __future__ import annotations

import imaplib
import re
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from inboxcrm.base.work import Office
from inboxcrm.crm.lead import convert_lead
from inboxcrm.crm.store import lead_of_box
from inboxcrm.ingest.reading import read_account
from inboxcrm.mail.imap import open_mailbox
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.drafts import imap_server, lay_due_drafts
from inboxcrm.outbox.letter import Plan, write_letter
from inboxcrm.sales.content import Ordered
from inboxcrm.sales.kinds.quote import issue_quote
from inboxcrm.sales.paper import make_due_papers
from tests.ingest.building import (
    SALES,
    Died,
    DyingReach,
    HandClock,
    ask,
    count,
    make_office,
    make_settings,
    open_box,
    raw_mail,
    same_office,
)
from tests.outbox.letters import expire_claims, say, state
from tests.servers.dovecot import ImapTestServer

CARLA = "carla@brouwer.test"
FACTS = {
    "name": "Carla",
    "sender": "Anna",
    "number": "Q-1",
    "total": "EUR 980.00",
    "valid_until": "2026-04-01",
    "lines": [],
    "company": "Kestrel",
}


class Rep:
    """Anna's mail client."""

    def __init__(self, imap: ImapTestServer, office: Office) -> None:
        self.imap, self.office = imap, office
        self.account = office.settings.account[1]

    def folder(self, name: str) -> list[bytes]:
        with imaplib.IMAP4(self.imap.host, self.imap.port) as client:
            client.login(self.account.address, "pw")
            client.select(name, readonly=True)
            numbers = client.search(None, "ALL")[1][0].split()
            return [client.fetch(n.decode(), "(BODY.PEEK[])")[1][0][1] for n in numbers]  # type: ignore[index]

    def send(self, raw: bytes) -> None:
        """The copy that a mail client lays into Sent."""
        with imaplib.IMAP4(self.imap.host, self.imap.port) as client:
            client.login(self.account.address, "pw")
            assert (
                client.append("Sent", "", imaplib.Time2Internaldate(self.office.clock.now()), raw)[0] == "OK"
            )

    def let_read(self) -> None:
        with open_mailbox(imap_server(self.account)) as mailbox:
            read_account(self.office, self.account, mailbox)


@pytest.fixture
def rep(imap: ImapTestServer, engine: Engine, request: pytest.FixtureRequest) -> Rep:
    local = f".{abs(hash(request.node.nodeid)) % 10**9}"
    office = make_office(engine, clock=HandClock(), settings=make_settings(imap=imap.port, local=local))
    return Rep(imap, office)


def put_draft(
    rep: Rep, awaits: str | None = None, document_id: int | None = None, box_id: int | None = None
) -> int:
    with rep.office.work("test", actor="test") as work:
        plan = Plan(
            kind="quote",
            form="draft",
            dedupe="quote:1:1:draft",
            account=rep.account.address,
            to=[Address("Carla", CARLA)],
            subject="Re: Licences",
            facts=FACTS,
            awaits=awaits,
            document_id=document_id,
            box_id=box_id,
        )
        return write_letter(work, plan).id


def put_quote(rep: Rep) -> int:
    """A customer's mail, her opportunity, and a quote with its draft; give the quote's number."""
    open_box(rep.office).take(raw_mail(CARLA, SALES, "Licences", mid="<1@b>"))
    with rep.office.work("test", actor="test") as work:
        lead = lead_of_box(work.session, 1)
        assert lead is not None
        opportunity = convert_lead(work, lead, by="anna", name="Brouwer 20 standard")
        product = work.settings.product[0]
        ordered = [Ordered(Decimal(20), product)]
        quote = issue_quote(work, opportunity, ordered, occasion="test:1", thread={})
        quote_id = quote.id
    put_draft(rep, awaits=f"document:{quote_id}", document_id=quote_id, box_id=1)
    return quote_id


@pytest.mark.parametrize(
    "point",
    [
        "letter.claim.after_commit",
        "draft.before_append",
        "draft.after_append",
        "draft.outcome.before_commit",
        "draft.outcome.after_commit",
    ],
)
def test_killed_anywhere_a_draft_is_laid_once(rep: Rep, engine: Engine, point: str) -> None:
    """EM-3, V1: also between the APPEND and our note of it."""
    put_draft(rep)
    with suppress(Died):
        lay_due_drafts(same_office(rep.office, reach=DyingReach(point)))
    expire_claims(engine)
    lay_due_drafts(rep.office)
    lay_due_drafts(rep.office)

    assert len(rep.folder("Drafts")) == 1
    assert state(engine) == "laid"
    assert count(engine, "event", "kind = 'draft.laid'") == 1


def test_a_draft_that_she_sent_before_our_note_is_not_laid_again(rep: Rep, engine: Engine) -> None:
    """She is faster than our restart: the draft is in Sent and no longer in Drafts."""
    put_draft(rep)
    with suppress(Died):
        lay_due_drafts(same_office(rep.office, reach=DyingReach("draft.after_append")))
    [draft] = rep.folder("Drafts")
    rep.send(draft)
    with imaplib.IMAP4(rep.imap.host, rep.imap.port) as client:
        client.login(rep.account.address, "pw")
        client.select("Drafts")
        client.store("1", "+FLAGS", "(\\Deleted)")
        client.expunge()
    expire_claims(engine)
    lay_due_drafts(rep.office)

    assert rep.folder("Drafts") == []


def test_a_draft_waits_for_its_paper_and_not_for_live(rep: Rep, engine: Engine) -> None:
    """V8: no draft without its PDF. On hold it is laid all the same: the rep sends it herself."""
    put_quote(rep)
    say(rep.office, "sending", "stopped")
    assert lay_due_drafts(rep.office) == 0

    assert make_due_papers(rep.office) == 1
    assert lay_due_drafts(rep.office) == 1
    [draft] = rep.folder("Drafts")
    assert b"application/pdf" in draft
    assert b"auto-submitted" not in draft.lower()


def test_a_draft_whose_message_id_was_rewritten_is_known_by_its_pdf(rep: Rep, engine: Engine) -> None:
    """T2: her mail client gave it another Message-ID; the customer's answer to that one answers our letter."""
    put_quote(rep)
    make_due_papers(rep.office)
    lay_due_drafts(rep.office)
    [draft] = rep.folder("Drafts")
    rep.send(re.sub(rb"(?i)message-id: <[^>]+>", b"Message-ID: <own.9@client.test>", draft, count=1))
    rep.let_read()

    assert ask(engine, "select state, sent_message_id from letter") == [("sent", "own.9@client.test")]
    assert ask(engine, "select state from document") == [("sent",)]
    open_box(rep.office).take(
        raw_mail(CARLA, SALES, "Other subject", "We accept.", refs="<own.9@client.test>")
    )
    assert ask(engine, "select answers_letter_id, box_id from message order by id desc limit 1") == [(1, 1)]


def test_a_quote_whose_pdf_she_changed_is_not_the_frozen_one(rep: Rep, engine: Engine) -> None:
    """V8: another PDF under our Message-ID: the draft is sent, the quote of the CRM is not."""
    put_quote(rep)
    make_due_papers(rep.office)
    lay_due_drafts(rep.office)
    [(message_id,)] = ask(engine, "select message_id from letter")
    rep.send(
        raw_mail(
            rep.account.address,
            CARLA,
            "Re: Licences",
            mid=f"<{message_id}>",
            files=(("Q.pdf", b"%PDF other"),),
        )
    )
    rep.let_read()

    assert ask(engine, "select state from letter") == [("sent",)]
    assert ask(engine, "select state from document") == [("issued",)]


def test_a_mailbox_that_is_away_keeps_the_draft_waiting(rep: Rep, engine: Engine) -> None:
    away = make_settings(imap=1)
    put_draft(rep)
    settings = rep.office.settings
    account = settings.account[1].model_copy(update={"imap": away.account[1].imap})
    broken = settings.model_copy(update={"account": (settings.account[0], account)})

    assert lay_due_drafts(same_office(rep.office, settings=broken)) == 0
    assert state(engine) == "waiting"
    assert "cannot be reached" in ask(engine, "select error from letter")[0][0]
    assert lay_due_drafts(rep.office) == 0  # not before a minute is over
    rep.office.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]
    assert lay_due_drafts(rep.office) == 1
