"""Of a rep's own mailbox only what is covered is stored; on a real server, of the rest not a word is left (I19)."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Engine

from inboxcrm.app.office import waker
from inboxcrm.base.settings import Capture
from inboxcrm.ingest.thread import mid_hash
from inboxcrm.wakes.embedded import start_valkey
from tests.ingest.building import ask, count, file_holds, raw_mail, same_office
from tests.ingest.test_reading import CARLA, Mailboxes
from tests.servers.dovecot import ImapTestServer

SECRETS = (b"geheim", b"onderwerp", b"zondag", b"taart", b"privaat", b"aunt", b"stil5")


@pytest.fixture
def boxes(
    imap: ImapTestServer, engine: Engine, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Mailboxes]:
    """A shared mailbox to which Carla has written, Anna's own, and Redis; its files lie in this test's folder."""
    with start_valkey(tmp_path / "redis") as valkey:
        name = f".p{abs(hash(request.node.name)) % 10**9}"
        boxes = Mailboxes(imap, engine, name, wake=waker(valkey.url))
        boxes.lay(boxes.sales, raw_mail(CARLA, boxes.sales, "A question", mid="<q@brouwer.test>"))
        boxes.read()
        yield boxes


def private(boxes: Mailboxes, number: int, sender: str = "aunt{n}@privaat{n}.example") -> list[bytes]:
    return [
        raw_mail(
            sender.format(n=n),
            boxes.anna,
            f"geheim{n} onderwerp",
            f"zondag{n} taart",
            mid=f"<stil{n}@privaat>",
        )
        for n in range(number)
    ]


def of_carla(boxes: Mailboxes, number: int) -> list[bytes]:
    return [raw_mail(CARLA, boxes.anna, f"Deal {n}", f"words {n}", mid=f"<c{n}@b>") for n in range(number)]


def configure(boxes: Mailboxes, lists: tuple[str, ...] = (), **changed: object) -> None:
    """Configure Anna's account otherwise, and the organization's list."""
    shared, anna = boxes.settings.account
    tables = {"account": (shared, anna.model_copy(update=changed)), "capture": Capture(never_log=lists)}
    boxes.settings = boxes.settings.model_copy(update=tables)
    boxes.office = same_office(boxes.office, settings=boxes.settings)


def assert_silent(engine: Engine, folder: Path, told: str, raws: list[bytes]) -> None:
    """Neither words nor addresses nor hashes of these mails are in any file of the database or of Redis, or told."""
    engine.dispose()
    hashes = [sha256(raw).hexdigest().encode() for raw in raws]
    hashes += [mid_hash(f"stil{n}@privaat").encode() for n in range(len(raws))]
    for words in (*SECRETS, *hashes[:3], *hashes[-3:]):
        assert file_holds(folder, words) == []
    assert not any(word.decode() in told for word in SECRETS)


def test_of_a_hundred_private_mails_and_five_of_a_customer_five_bodies_are_stored(
    boxes: Mailboxes, engine: Engine, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """I19: the other hundred leave no word in database, log or Redis; the ledger is even all the same."""
    quiet = private(boxes, 100)
    boxes.lay(boxes.anna, *quiet[:50], *of_carla(boxes, 5), *quiet[50:])

    assert boxes.read(1) == 5

    told = capfd.readouterr()
    assert_silent(engine, tmp_path, told.out + told.err, quiet)
    assert file_holds(tmp_path, b"words 4") != []
    assert ask(engine, "select count(*) from location where message_id is null") == [(100,)]
    assert count(engine, "blob") == 6
    assert boxes.ledger() == [(1, 1, 0, 0), (105, 105, 0, 0)]


def test_mail_among_colleagues_and_of_the_lists_leaves_as_little(
    boxes: Mailboxes, engine: Engine, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """P23, I19: also in the thread of a deal, under the label, and on the shared mailbox."""
    configure(
        boxes, ("privaat9.example",), capture="label", label="crm", never_log=("aunt3@privaat3.example",)
    )
    with imaplib.IMAP4(boxes.imap.host, boxes.imap.port) as client:
        client.login(boxes.anna, "pw")
        client.append("INBOX", "crm", None, private(boxes, 4)[3])
        client.append("INBOX", "crm", None, raw_mail("friend@x.test", boxes.anna, "Labelled", "for the team"))
        for raw in private(boxes, 3, "ben-privaat@kestrel.test"):
            client.append("INBOX", "", None, raw)
    listed = raw_mail("aunt@privaat9.example", boxes.sales, "geheim", "taart", refs="<q@brouwer.test>")
    boxes.lay(boxes.sales, listed)

    assert (boxes.read(1), boxes.read()) == (1, 0)

    told = capfd.readouterr()
    assert_silent(engine, tmp_path, told.out + told.err, [*private(boxes, 4), listed])
    assert ask(engine, "select subject from message order by id") == [("A question",), ("Labelled",)]
    assert boxes.ledger() == [(2, 2, 0, 0), (5, 5, 0, 0)]


def test_mail_in_the_folder_of_the_label_is_stored(boxes: Mailboxes, engine: Engine) -> None:
    """V11: what its owner moves there, he gives."""
    configure(boxes, capture="label", label="For the CRM")
    boxes.change(boxes.anna, lambda client: client.create('"For the CRM"'))
    boxes.lay(boxes.anna, *private(boxes, 3))
    boxes.lay(boxes.anna, raw_mail("friend@x.test", boxes.anna, "Moved"), folder='"For the CRM"')

    boxes.read(1)

    assert ask(engine, "select subject from message order by id") == [("A question",), ("Moved",)]
