"""Conversations by headers (V3): whatever the order of arrival, the same messages make the same threads.

Two messages belong together if they share a key (an id, one's own or one that it names, or the conversation's id
that Outlook or the provider gives) and have an outside address or an organization in common, or one carries a
valid token of ours. That looks at the two messages alone, so threads are the connected parts of a graph that does
not depend on order. For each key and thread the people of all its messages stand in one row: a mail is compared
with a few rows, not with every message before it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inboxcrm.crm.people import company_domain

if TYPE_CHECKING:
    from inboxcrm.mail.incoming import Incoming

MOST_REFERENCES = 200
THREAD_INDEX_ROOT = 22  # bytes; every answer appends five more ([MS-OXOMSG] 2.2.1.3)


@dataclass(slots=True)
class KeyRow:
    """What a thread's messages with one key have together: their people, and whether one carries our token."""

    thread_id: int
    people: set[str]
    is_tokened: bool
    is_changed: bool = False


@dataclass(slots=True)
class Keys:
    """The rows of the keys of a batch, as the database has them and as the batch changes them."""

    rows: dict[str, dict[int, KeyRow]] = field(default_factory=dict)

    def threads_of(self, keys: Iterable[str], people: set[str], *, is_tokened: bool) -> dict[int, None]:
        """Give the threads that a message with these keys and people belongs to, in the order of its keys."""
        return {
            row.thread_id: None
            for key in keys
            for row in self.rows.get(key, {}).values()
            if is_tokened or row.is_tokened or not people.isdisjoint(row.people)
        }

    def threads(self) -> set[int]:
        """Give all threads that are named."""
        return {thread_id for rows in self.rows.values() for thread_id in rows}

    def add(self, thread_id: int, keys: Iterable[str], people: set[str], *, is_tokened: bool) -> None:
        """Note a message of a thread under its keys."""
        for key in keys:
            rows = self.rows.setdefault(key, {})
            row = rows.get(thread_id)
            if row is None:
                rows[thread_id] = KeyRow(thread_id, set(people), is_tokened, is_changed=True)
            elif not people <= row.people or (is_tokened and not row.is_tokened):
                row.people |= people
                row.is_tokened, row.is_changed = row.is_tokened or is_tokened, True

    def move(self, loser: int, survivor: int) -> None:
        """Give the rows of a thread to another one, which it has become part of."""
        for key, rows in self.rows.items():
            if row := rows.pop(loser, None):
                self.add(survivor, [key], row.people, is_tokened=row.is_tokened)

    def changed(self) -> list[KeyRowValues]:
        """Give what has to be written, as plain rows; afterwards nothing has."""
        values: list[KeyRowValues] = []
        for key, rows in self.rows.items():
            for row in rows.values():
                if row.is_changed:
                    row.is_changed = False
                    values.append(
                        {
                            "mid_hash": key,
                            "thread_id": row.thread_id,
                            "people": sorted(row.people),
                            "is_tokened": row.is_tokened,
                        }
                    )
        return values


KeyRowValues = dict[str, str | int | bool | list[str]]


def mid_hash(words: str) -> str:
    """Give the key under which a Message-ID, or another conversation's id, is looked up."""
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def thread_keys(incoming: Incoming, provider_thread: str = "") -> list[str]:
    """Give the keys of a mail: its own id, those that it names (200 at most), Outlook's and the provider's."""
    named = list(dict.fromkeys((*incoming.in_reply_to, *incoming.references)))
    if len(named) > MOST_REFERENCES:
        named = [named[0], *named[-MOST_REFERENCES + 1 :]]
    ids = [*([incoming.message_id] if incoming.message_id else []), *named]
    if root := thread_index_root(incoming.header("thread-index")):
        ids.append(f"thread-index:{root}")
    if provider_thread:
        ids.append(f"provider-thread:{provider_thread}")
    return list(dict.fromkeys(mid_hash(one) for one in ids))


def thread_index_root(value: str | None) -> str:
    """Give the part of a Thread-Index header that all mails of a conversation share; "" if there is none (T3)."""
    try:
        index = base64.b64decode((value or "").strip(), validate=True)
    except (binascii.Error, ValueError):
        return ""
    return index[:THREAD_INDEX_ROOT].hex() if len(index) >= THREAD_INDEX_ROOT else ""


def people_marks(outside: Iterable[str]) -> set[str]:
    """Give what a message's outsiders are compared by: their addresses, and their companies' domains with an @."""
    addresses = set(outside)
    return addresses | {f"@{domain}" for address in addresses if (domain := company_domain(address))}


def apart_of(threads: Iterable[int], pairs: Mapping[int, set[int]]) -> list[int]:
    """Give those of the threads that may be one; the first named has its way where a person keeps two apart."""
    kept: list[int] = []
    for thread in threads:
        if not any(other in pairs.get(thread, ()) for other in kept):
            kept.append(thread)
    return kept
