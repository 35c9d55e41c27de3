"""What belongs to one person: the numbers of his rows, so that each table is asked by an index alone."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Scope:
    """A person with all his addresses, in lower case, and what hangs on him."""

    addresses: tuple[str, ...]
    contacts: frozenset[int] = frozenset()  # his, and those that became part of his
    boxes: frozenset[int] = frozenset()  # his own
    taking_part: frozenset[int] = frozenset()  # others on which he wrote or was written to
    leads: frozenset[int] = frozenset()
    deals: frozenset[int] = frozenset()
    documents: frozenset[int] = frozenset()  # of his boxes, and those that he accepted or was sent
    letters: frozenset[int] = frozenset()  # to him, and of his boxes
    messages: frozenset[int] = field(default=frozenset())  # mails that he wrote or got
    sleeping: frozenset[int] = frozenset()  # his deals of an old CRM
    companies: frozenset[int] = frozenset()
