"""Plain mail, written many at a time, leaves the same records as mail that walks the steps (V1, V3, IN-16)."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from inboxcrm.base.database import open_database
from inboxcrm.ingest.intake import take_in
from inboxcrm.ingest.plain import PlainMail
from tests.ingest.building import NOON, HandClock, ask, count, fetched, make_office, open_box, raw_mail, write

OWN = Path(__file__).parents[1] / "mails"
BATCH = 40
OLD = timedelta(days=-30)
MESSAGES = (
    "select ident, message_id, raw_sha256, kind, kind_reason, sender, sender_name, recipients, outside, "
    "reference_ids, subject, text, new_words, segments, attachments, intents, sent_at, received_at, taken_in_at, "
    "is_archived, answers_letter_id, is_own_sent, is_aligned, made_lead, match_confidence, acted_at, "
    "box_id is null, contact_id is null from message order by ident"
)
PEOPLE = (
    "select a.address, a.is_first, c.name, o.domain, o.name from contact_address a join contact c "
    "on c.id = a.contact_id left join organization o on o.id = c.organization_id order by a.address"
)
FACTS = "select kind, state, actor, payload from event order by kind, payload"
PLACES = "select uid, m.ident, l.received_at, is_gone from location l join message m on m.id = l.message_id"
GROUPS = {  # messages that share a thing, told without its number
    "threads": "select thread_id, ident from message",
    "boxes": "select box_id, ident from message where box_id is not null",
    "contacts": "select contact_id, ident from message where contact_id is not null",
    "thread boxes": "select thread.box_id, ident from message join thread on thread.id = thread_id "
    "where thread.box_id is not null",
}
KEYS = (
    "select mid_hash, people, is_tokened, (select min(ident) from message m where m.thread_id = k.thread_id) "
    "from thread_key k order by 1, 4"
)


def conversations() -> Iterator[bytes]:
    """Customers and lists that write, answer, come out of order, and join two conversations."""
    for number in range(12):
        who, name = f"p{number % 5}@firm{number % 3}.example", f"<{number}.0@mail.example>"
        bulk = {"List-Id": "<news.example>"} if number % 2 else {}
        first = raw_mail(
            f"Person {number} <{who}>", "sales@kestrel.test", f"Topic {number}", mid=name, headers=bulk
        )
        answer = raw_mail(
            who, "sales@kestrel.test", f"Re: Topic {number}", "Thanks.\n> old", mid=f"<{number}.1@mail.example>",
            refs=name, headers=bulk, cc="x@other.example",
        )  # fmt: skip
        yield from (answer, first) if number % 3 else (first, answer, first)
    yield raw_mail(
        "p1@firm1.example",
        "sales@kestrel.test",
        mid="<join@mail.example>",
        refs="<1.0@mail.example> <4.1@mail.example>",
    )
    yield raw_mail("anna@kestrel.test", "ben@kestrel.test", "Lunch", mid="<in@kestrel.test>")
    yield raw_mail("anna@kestrel.test", "p2@firm2.example", "Our offer", mid="<out@kestrel.test>")


def all_mails() -> list[bytes]:
    """Our own, those of tests/mails, and one in four of a corpus if INBOXCRM_CORPUS names one."""
    corpus = os.environ.get("INBOXCRM_CORPUS")
    files = sorted(Path(corpus, "real").rglob("*.eml"))[::4] if corpus else sorted(OWN.glob("*.eml"))
    return [*conversations(), *(file.read_bytes() for file in files)]


def records(engine: Engine) -> dict[str, Any]:
    told: dict[str, Any] = {
        "messages": ask(engine, MESSAGES),
        "people": ask(engine, PEOPLE),
        "facts": [(k, s, a, _without_numbers(p)) for k, s, a, p in ask(engine, FACTS)],
        "places": sorted(ask(engine, PLACES)),
        "keys": ask(engine, KEYS),
        "quarantine": ask(engine, "select uid, stage, error from quarantine order by uid"),
        "counts": {
            table: count(engine, table) for table in ("thread", "box", "lead", "task", "letter", "blob")
        },
        "cursor": ask(engine, "select live_uid from folder"),
    }
    for name, query in GROUPS.items():
        groups: dict[int, set[str]] = {}
        for number, ident in ask(engine, query):
            groups.setdefault(number, set()).add(ident)
        told[name] = sorted(sorted(group) for group in groups.values())
    return told


def _without_numbers(payload: str) -> str:
    return json.dumps(
        {k: v for k, v in json.loads(payload).items() if not isinstance(v, int)}, sort_keys=True
    )


def take_all(engine: Engine, mails: list[bytes], manner: str) -> dict[str, Any]:
    """Take all in: as old mail, as new mail, or every other one old; batch by batch."""
    office = make_office(engine, clock=HandClock())
    box = open_box(office)
    is_old = {"old": lambda uid: True, "new": lambda uid: False, "both": lambda uid: uid % 2}[manner]
    for start in range(0, len(mails), BATCH):
        batch = [
            fetched(uid, raw, NOON + timedelta(minutes=uid) + (OLD if is_old(uid) else timedelta()))
            for uid, raw in enumerate(mails[start : start + BATCH], start + 1)
        ]
        take_in(office, box.account, box.folder_id, batch, batch[-1].uid)
    return records(engine)


@pytest.mark.parametrize("manner", ["old", "new", "both"])
def test_both_ways_leave_the_same_records(
    manner: str, engine: Engine, sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = all_mails()
    together = take_all(engine, mails, manner)
    monkeypatch.setattr(PlainMail, "take", lambda *_, **__: None)
    shutil.copy(sqlite_template, tmp_path / "steps.db")
    by_steps = take_all(open_database(f"sqlite:///{tmp_path / 'steps.db'}"), mails, manner)

    for name, expected in by_steps.items():
        assert together[name] == expected, name
    assert len(together["messages"]) > 40


def test_many_plain_mails_are_one_statement_a_table(both: Engine) -> None:
    """On both databases; ids that were drawn beforehand meet no others, and what follows finds the rows."""
    office = make_office(both, clock=HandClock())
    box = open_box(office)
    mails = list(conversations())
    box.take(*mails[:20], at=NOON + OLD)
    write(both, "update account set live_from = 0")
    box.take(*mails, at=NOON)

    assert count(both, "message") == len(set(mails))
    assert count(both, "location") == 20 + len(mails)
    assert ask(both, "select count(*) from message where thread_id not in (select id from thread)") == [(0,)]
    assert ask(both, "select max(id) >= count(*) from message") == [(True,)]
