"""Big mail on a real server: its big parts stay there until they are wanted, and it is the same mail either way."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Engine

from inboxcrm.ingest.sync.fetch_rest import RestMissing, fetch_rest
from inboxcrm.mail import partial
from inboxcrm.mail.access import imap_server
from inboxcrm.mail.imap import open_mailbox
from inboxcrm.mail.parse import parse_mail
from tests.ingest.building import ask, count, raw_mail
from tests.ingest.test_reading import Mailboxes
from tests.servers.dovecot import ImapTestServer

BIG = bytes(range(256)) * 1200  # 307,200 bytes; 420,379 in transit


@pytest.fixture
def boxes(
    imap: ImapTestServer, engine: Engine, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Mailboxes:
    monkeypatch.setattr("inboxcrm.ingest.sync.fetching.BIG_MESSAGE", 300_000)
    return Mailboxes(imap, engine, f".{abs(hash(request.node.name)) % 10**9}")


def big_mail(to: str) -> bytes:
    files = (("plan.pdf", BIG), ("small.pdf", b"%PDF-small"))
    return raw_mail("buyer@firm.test", to, "The plan", "See the plan, Grüße", mid="<big@firm>", files=files)


def test_of_a_big_mail_the_text_and_the_small_parts_come_and_the_rest_when_it_is_wanted(
    boxes: Mailboxes, engine: Engine
) -> None:
    """I7, P28: a tenth of the bytes, the same identity, a lead at once; later the whole mail, byte for byte."""
    raw = big_mail(boxes.sales)
    boxes.lay(boxes.sales, raw)
    assert boxes.read() == 1

    [(ident, is_partial, text, files, size)] = ask(
        engine,
        "select ident, is_partial, text, attachments, length(content) from message join blob on sha256 = raw_sha256",
    )
    whole = parse_mail(raw)
    assert (ident, is_partial, text) == (whole.ident, 1, whole.text)
    assert size < 3000
    assert [(f["name"], f["sha256"] != "") for f in json.loads(files)] == [
        ("plan.pdf", False),
        ("small.pdf", True),
    ]
    assert count(engine, "lead") == 1

    fetch_rest(boxes.office, 1)
    assert ask(engine, "select is_partial, ident from message") == [(0, ident)]
    [(kept, files)] = ask(engine, "select content, attachments from message join blob on sha256 = raw_sha256")
    assert bytes(kept) == raw
    assert [(f["name"], f["size"]) for f in json.loads(files)] == [("plan.pdf", len(BIG)), ("small.pdf", 10)]


def test_the_same_big_mail_whole_and_in_parts_is_one_message(
    boxes: Mailboxes, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I8: whole from one mailbox, in parts from the other, nested and with other boundaries in between."""
    raw = big_mail(boxes.sales)
    boxes.lay(boxes.sales, raw)
    boxes.read()
    monkeypatch.setattr("inboxcrm.ingest.sync.fetching.BIG_MESSAGE", 10**9)
    boxes.lay(boxes.anna, raw)
    boxes.read(1)

    assert count(engine, "message") == 1
    assert count(engine, "location") == 2


def test_what_was_deleted_meanwhile_is_told(boxes: Mailboxes) -> None:
    """The place is gone: one clear error, and the message stays as it is."""
    boxes.lay(boxes.sales, big_mail(boxes.sales))
    boxes.read()
    boxes.change(boxes.sales, lambda client: (client.store("1", "+FLAGS", "(\\Deleted)"), client.expunge()))
    boxes.read()
    with pytest.raises(RestMissing, match="in no folder any more"):
        fetch_rest(boxes.office, 1)


def test_a_senders_own_words_on_lengths_are_not_believed() -> None:
    """I9: only a mail that we put together ourselves begins with our line."""
    raw = big_mail("sales@kestrel.test")
    forged = raw.replace(
        b"Content-Type: application/pdf", b"X-Inboxcrm-Left: 5\r\nContent-Type: application/pdf"
    )
    assert parse_mail(forged).ident == parse_mail(raw).ident
    assert parse_mail(partial.MARK + forged).ident != parse_mail(raw).ident


def test_structures_that_nobody_understands_are_fetched_whole(boxes: Mailboxes) -> None:
    """A big mail that is one lump, or whose structure is odd, comes as it is."""
    lump = raw_mail("a@b.test", boxes.sales, "lump", "x" * 60 + "\n" + "long line\n" * 40_000)
    boxes.lay(boxes.sales, lump)
    with open_mailbox(imap_server(boxes.settings.account[0])) as mailbox:
        mailbox.examine("INBOX")
        [glance] = mailbox.glance([1])
        mail = mailbox.fetch_in_parts(glance)
    assert mail is not None
    assert (mail.raw, mail.is_partial) == (lump, False)
    for odd in (None, (), (b"TEXT",), ([], b"MIXED", None), ([(b"A", b"B")], b"MIXED", (b"BOUNDARY",))):
        assert partial.plan_parts(odd) is None
