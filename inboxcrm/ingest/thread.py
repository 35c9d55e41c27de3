"""Conversations by headers (V3): whatever the order of arrival, the same messages make the same threads.

Two messages belong together if they share an id (one's own, or one that it names) and have an outside address
or an organization in common, or one carries a valid token of ours. That looks at the two messages alone, so
threads are the connected parts of a graph that does not depend on order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from inboxcrm.crm.people import company_domain


@dataclass(frozen=True, slots=True)
class Node:
    """A message as threading sees it."""

    thread_id: int
    outside: frozenset[str]
    is_tokened: bool
    box_id: int | None = None


def mid_hash(message_id: str) -> str:
    """Give the key under which a Message-ID is looked up."""
    return hashlib.sha256(message_id.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def reference_hashes(message_id: str | None, references: Iterable[str]) -> list[str]:
    """Give the keys of a message's own id, first, and of those that it names, each once."""
    ids = [*([message_id] if message_id else []), *references]
    return list(dict.fromkeys(mid_hash(one) for one in ids))


def belong_together(one: Node, other: Node) -> bool:
    """Tell whether a shared id joins two messages; a stranger's forged reference does not (T4)."""
    if one.is_tokened or other.is_tokened or one.outside & other.outside:
        return True
    return bool(_organizations(one) & _organizations(other))


def _organizations(node: Node) -> set[str]:
    return {domain for address in node.outside if (domain := company_domain(address))}
