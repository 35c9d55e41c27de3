"""Keeps the index of mails' words, after intake and in batches, so that taking mail in does not wait for it."""

from __future__ import annotations

from typing import Any

from inboxcrm.base.database import Session, lock_name
from inboxcrm.base.store import set_switch, switch_value
from inboxcrm.base.work import Office
from inboxcrm.ingest.search.query import index_words
from inboxcrm.ingest.search.store import add_words, messages_after, newest_message_id

INDEX_LOCK = 3
INDEXED = "indexed"
BATCH = 500
LONGEST_TEXT = 200_000


def has_unindexed(session: Session) -> bool:
    """Tell whether a message's words are not in the index yet."""
    return newest_message_id(session) > _indexed(session)


def index_messages(office: Office) -> int:
    """Bring the index up to the newest message, a batch a transaction; give the number of messages added."""
    done = 0
    while added := _index_batch(office):
        done += added
    return done


def _index_batch(office: Office) -> int:
    with office.work("index", actor="index") as work:
        lock_name(work.session, INDEX_LOCK)
        rows = messages_after(work.session, _indexed(work.session), BATCH)
        add_words(work.session, [{"rowid": row.id, "words": _words_of(row)} for row in rows])
        if rows:
            set_switch(work.session, INDEXED, str(rows[-1].id), work.now)
    return len(rows)


def _indexed(session: Session) -> int:
    return int(switch_value(session, INDEXED) or 0)


def _words_of(row: Any) -> str:
    names = " ".join(str(attachment["name"]) for attachment in row.attachments)
    people = f"{row.sender} {row.sender_name} {' '.join(row.recipients)}"
    return index_words(f"{row.subject} {people} {names} {row.text[:LONGEST_TEXT]}")
