"""Erasing a person: nothing of him is left in any table, index or file; what others wrote stays, and what is law."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from inboxcrm.app.erasure.erase import erase_person, look_for
from inboxcrm.app.erasure.expiry import let_go
from inboxcrm.base.errors import Refused
from inboxcrm.base.store import blob_content
from inboxcrm.base.work import Office
from inboxcrm.crm.fields.store import set_field_value
from inboxcrm.crm.lead import convert_lead
from inboxcrm.crm.merging.merge import merge_organizations
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.store import lead_of_box
from inboxcrm.ingest.search.index import index_messages
from inboxcrm.mail.parse import attachment_content, parse_mail
from inboxcrm.migrations.tables import METADATA
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.starter_sets import STARTER
from inboxcrm.workers.reactions import react_to_events
from inboxcrm.workers.topics import due_topics
from tests.ingest.building import (
    ANNA,
    NOON,
    SALES,
    HandClock,
    ask,
    count,
    make_office,
    open_box,
    raw_mail,
    write,
)
from tests.ingest.databases import both, imap, running_smtp, smtp

__all__ = ["both", "imap", "running_smtp", "smtp"]

CARLA, DIRK = "Carla Smit <carla@brouwer.test>", "Dirk Bos <dirk@brouwer.test>"
FIRST = raw_mail(
    CARLA,
    SALES,
    "Licences for the zebra house",
    "Dear all,\n\nour zebra counts need twenty licences.\n\nCarla Smit\nT +31 20 555 01 23",
    mid="<1@brouwer.test>",
    files=(("zebra.pdf", b"zebra stripes"),),
)
OURS = raw_mail(
    ANNA,
    "carla@brouwer.test",
    "Re: Licences for the zebra house",
    "Certainly, the okapi rate.\n\nOn Mon, 2 Nov 2026, Carla Smit wrote:\n> our zebra counts need twenty licences.",
    mid="<2@kestrel.test>",
    refs="<1@brouwer.test>",
    headers={"Delivered-To": "x@kestrel.test"},
)
DIRKS = raw_mail(
    DIRK,
    SALES,
    "Re: Licences for the zebra house",
    "The okapi rate is fine with me.\n\nOn Mon, 2 Nov 2026, carla@brouwer.test wrote:\n> zebra counts",
    mid="<3@brouwer.test>",
    refs="<1@brouwer.test> <2@kestrel.test>",
    cc="Carla Smit <carla@brouwer.test>",
    files=(("plan.pdf", b"the okapi plan"),),
)
INVOICE = (
    "insert into document (kind, number, revision, state, box_id, opportunity_id, origin_key, currency, lines,"
    " net_minor, content, thread, made_by, created_at, issued_on) values ('invoice', {number}, 1, 'open', 1, 1,"
    " '{key}', 'EUR', '[]', 1, '\"Carla Smit\"', '{{}}', 'x', 0, {issued})"
)
# A rep's words on her lead: they change it, and could be undone.
SAID = raw_mail(
    ANNA,
    SALES,
    "Re: Licences for the zebra house",
    "source: trade show\nbudget yes, timeline urgent\nscore size 4: big houses",
    mid="<4@kestrel.test>",
    refs="<1@brouwer.test>",
    headers={"Authentication-Results": "mx.test; dmarc=pass header.from=kestrel.test"},
)
HER_WORDS = ("carla", "zebra", "555 01 23", "315550123", "31205550123")


@pytest.fixture
def office(both: Engine) -> Office:
    """A system in which Carla has asked, Anna has answered, and Dirk of the same company has joined in."""
    clock = HandClock()
    office = make_office(both, clock=clock)
    box = open_box(office)
    box.take(FIRST)
    box.take(OURS)
    box.take(DIRKS)
    box.take(SAID)
    react_to_events(office, RuleBook(STARTER).open())
    index_messages(office)
    clock.move(timedelta(hours=1))
    return office


def words_in(engine: Engine) -> list[str]:
    """All that is written in any table, in lower case; raw mails as they are."""
    told = []
    for table in METADATA.sorted_tables:
        for row in ask(engine, f'select * from "{table.name}"'):
            told.append(f"{table.name}: {' '.join(map(_spelled, row))}".lower())
    return told


def _spelled(value: Any) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, (bytes, memoryview)) else str(value)


def holding(engine: Engine, *words: str) -> list[str]:
    return [one[:300] for one in words_in(engine) if any(word in one for word in words)]


def test_nothing_of_an_erased_person_is_left_and_what_others_wrote_is(office: Office) -> None:
    engine = office.engine
    assert len({one.partition(":")[0] for one in holding(engine, *HER_WORDS)}) >= 8

    told = erase_person(office, "carla@brouwer.test")

    assert holding(engine, *HER_WORDS) == []
    assert (told.own_mails, told.redacted_mails) == (1, 3)
    assert told.folders == [{"account": SALES, "folder": "INBOX", "mails": 4}]
    mails = ask(engine, "select text, raw_sha256 from message where text like '%okapi%' order by id")
    assert [text.partition(".")[0] for text, _ in mails] == [
        "Certainly, the okapi rate",
        "The okapi rate is fine with me",
    ]
    with office.reading() as session:
        raw = blob_content(session, mails[1][1])
    [plan] = parse_mail(raw).attachments
    assert attachment_content(raw, plan.sha256) == b"the okapi plan"


def test_the_file_and_the_index_of_words_hold_nothing_either(office: Office, tmp_path: Path) -> None:
    erase_person(office, "carla@brouwer.test")
    index_messages(office)

    if office.engine.dialect.name == "sqlite":
        write(office.engine, "insert into message_search (message_search) values ('optimize')")
        office.engine.dispose()
        content = b"".join(file.read_bytes().lower() for file in tmp_path.rglob("inboxcrm.db*"))
        assert b"okapi" in content
        assert b"zebra" not in content
        assert b"carla" not in content
    else:
        assert (
            ask(office.engine, "select words::text from message_search where words::text like '%zebra%'")
            == []
        )


def test_her_mail_does_not_come_back_and_every_folder_adds_up(office: Office) -> None:
    """V2: her places are there, without content; a folder that is numbered anew brings nothing of her back."""
    engine = office.engine
    erase_person(office, "carla@brouwer.test")
    before = count(engine, "message")

    again = open_box(office, account=1)
    again.take(FIRST)
    again.take(OURS)
    again.take(DIRKS)

    assert holding(engine, *HER_WORDS) == []
    assert count(engine, "message") == before
    assert count(engine, "location") == 7
    assert ask(engine, "select live_uid from folder order by id") == [(4,), (3,)]


def test_what_she_writes_anew_is_a_new_beginning(office: Office) -> None:
    clock: Any = office.clock
    clock.move(timedelta(days=30))
    erase_person(office, "carla@brouwer.test")

    box = open_box(office)
    box.uid = 4
    box.take(raw_mail(CARLA, SALES, "Hello again", mid="<9@brouwer.test>"), at=NOON + timedelta(days=31))

    assert ask(office.engine, "select subject from message where sender = 'carla@brouwer.test'") == [
        ("Hello again",)
    ]
    assert count(office.engine, "contact_address", "address = 'carla@brouwer.test'") == 1


def test_a_letter_that_waits_for_her_never_leaves(office: Office) -> None:
    engine = office.engine
    write(engine, "update letter set state = 'waiting' where id = (select min(id) from letter)")

    erase_person(office, "carla@brouwer.test")

    assert count(engine, "letter", "state = 'waiting' and subject = '(erased)'") == 0


def test_issued_documents_stay_blocked_as_long_as_the_law_asks(office: Office) -> None:
    """Ten years from the end of the year of issue; the draft that was never issued is blank."""
    engine = office.engine
    write(engine, INVOICE.format(number="'I-1'", key="k1", issued="'2026-03-05'"))
    write(engine, INVOICE.format(number="null", key="k2", issued="null"))

    told = erase_person(office, "carla@brouwer.test")

    assert told.kept_documents == [{"number": "I-1", "kind": "invoice", "until": "2036-12-31"}]
    assert [str(day) for (day,) in ask(engine, "select blocked_until from document order by id")] == [
        "2036-12-31",
        "None",
    ]
    assert holding(engine, "carla") == [
        one for one in holding(engine, "carla") if one.startswith("document: ")
    ]
    assert len(holding(engine, "carla")) == 1


def test_a_blocked_document_is_let_go_when_the_law_no_longer_asks_for_it(office: Office) -> None:
    """Its number stays, so that the series has no gap."""
    clock: Any = office.clock
    engine = office.engine
    write(engine, INVOICE.format(number="'I-1'", key="k1", issued="'2026-03-05'"))
    erase_person(office, "carla@brouwer.test")

    clock.move(datetime(2036, 12, 31, 12, tzinfo=UTC) - clock.now())
    assert let_go(office) == 0
    assert len(holding(engine, "carla")) == 1

    clock.move(datetime(2037, 1, 2, 1, tzinfo=UTC) - clock.now())
    assert "retention" in due_topics(office, RuleBook(STARTER).open())
    assert (let_go(office), let_go(office)) == (1, 0)
    assert holding(engine, "carla") == []
    assert ask(engine, "select number from document") == [("I-1",)]


def test_an_open_deal_or_a_letter_on_its_way_is_settled_first(office: Office) -> None:
    with office.work("test", actor="user:anna") as work:
        lead = lead_of_box(work.session, 1)
        assert lead is not None
        others = "delete from box_contact where box_id = 1"
        convert_lead(work, lead, by="anna", name="Zebra house")
    write(office.engine, others)
    before = words_in(office.engine)

    with pytest.raises(Refused, match="still open: win or lose it first"):
        erase_person(office, "carla@brouwer.test")

    assert words_in(office.engine) == before


def test_looking_changes_nothing_and_twice_is_once(office: Office) -> None:
    before = words_in(office.engine)
    told = look_for(office, "carla@brouwer.test")
    assert words_in(office.engine) == before
    assert (told.own_mails, told.boxes) == (1, 1)

    erase_person(office, "carla@brouwer.test")
    after = words_in(office.engine)
    second = erase_person(office, "carla@brouwer.test")

    assert (second.own_mails, second.redacted_mails, second.letters) == (0, 0, 0)
    assert [one for one in words_in(office.engine) if not one.startswith(("event:", "erased_address:"))] == [
        one for one in after if not one.startswith(("event:", "erased_address:"))
    ]


def test_what_was_merged_into_her_is_hers(office: Office) -> None:
    """A second contact of hers, by a telephone call, became part of the first."""
    write(
        office.engine,
        "insert into contact (name, name_key, merged_into, created_at) select 'Karla Schmidt', 'x', min(id), 0"
        " from contact",
    )

    erase_person(office, "carla@brouwer.test")

    assert holding(office.engine, "schmidt", *HER_WORDS) == []
    assert count(office.engine, "contact") == 1


def test_what_a_merge_of_companies_kept_does_not_tell_of_her(office: Office) -> None:
    """LD-4, IN-15: a merge keeps what the two companies had differently, own fields, too; she may stand in it."""
    with office.work("test", actor="user:anna") as work:
        ours = find_or_make_contact(work, "bob@acme.test", "Bob").organization
        theirs = find_or_make_contact(work, "eve@other.test", "Eve").organization
        assert ours is not None
        assert theirs is not None
        ours.legal_name, ours.invoice_address = "Acme B.V.", ["Damrak 1"]
        theirs.legal_name, theirs.invoice_address = "Carla Smit Advies", ["attn. carla@brouwer.test"]
        set_field_value(work.session, "organization", ours.id, "contact", "text", "Bob")
        set_field_value(work.session, "organization", theirs.id, "contact", "text", "Carla Smit, by mail")
        merge = merge_organizations(work, ours, theirs, reason="Carla Smit said so")
        assert "Carla Smit" in str((merge.kept, merge.taken, merge.changes))

    erase_person(office, "carla@brouwer.test")

    assert holding(office.engine, "carla", "smit") == []
