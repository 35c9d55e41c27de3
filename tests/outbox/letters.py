"""Builders for tests of sending: an office on the test's SMTP server, letters, and what the server got."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from inboxcrm.base.store import set_switch
from inboxcrm.base.work import Office
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, write_letter
from tests.ingest.building import SALES, HandClock, ask, make_office, make_settings
from tests.servers.dovecot import ImapTestServer
from tests.servers.smtp import SmtpTestServer

FACTS = {"lines": [], "note": "hello", "name": "Carla"}


def sending_office(engine: Engine, smtp: SmtpTestServer, imap: ImapTestServer, **more: Any) -> Office:
    """An office whose accounts send by the test's server; live for outsiders."""
    settings = make_settings(imap=imap.port, smtp=smtp.port)
    office = make_office(engine, settings=settings, clock=more.pop("clock", None) or HandClock(), **more)
    say(office, f"live:{SALES}", "live")
    return office


def say(office: Office, switch: str, word: str) -> None:
    with office.work("test", actor="test") as work:
        set_switch(work.session, switch, word, work.now)


def put(office: Office, *to: str, dedupe: str = "one", **more: Any) -> int:
    """Write a letter; give its number."""
    values = {
        "subject": "Your quote", "facts": FACTS, "template": "receipt", "kind": "notice", "account": SALES, **more,
    }  # fmt: skip
    with office.work("test", actor="test") as work:
        plan = Plan(dedupe=dedupe, to=[Address("", one) for one in to], **values)
        return write_letter(work, plan).id


def state(engine: Engine, letter_id: int = 1) -> str:
    return str(ask(engine, "select state from letter where id = :id", id=letter_id)[0][0])


def fates(engine: Engine, letter_id: int = 1) -> list[tuple[str, str]]:
    """Each recipient with what became of the letter there."""
    query = "select address, state from letter_recipient where letter_id = :id order by id"
    return [(a, b) for a, b in ask(engine, query, id=letter_id)]


def got(smtp: SmtpTestServer) -> list[tuple[str, str]]:
    """(recipient, Message-ID) of every copy that the server has stored, in order."""
    return [
        (recipient, line["message_id"])
        for line in smtp.journal()
        if "stored" in line["outcome"]
        for recipient in line["rcpt"]
    ]


def expire_claims(engine: Engine) -> None:
    """Let the leases of all claimers end."""
    with engine.begin() as connection:
        connection.exec_driver_sql("update letter set claimed_until = 0 where state = 'claimed'")
