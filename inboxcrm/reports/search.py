"""Finds mails and records by words (`inboxcrm search`)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from inboxcrm.base.database import Session
from inboxcrm.base.settings import Settings, User
from inboxcrm.base.spelled import spell_moment
from inboxcrm.base.work import Office
from inboxcrm.crm.naming.store import boxes_by_name, boxes_of_person, people_by_words
from inboxcrm.crm.store import box_by_id
from inboxcrm.ingest.search.index import index_messages
from inboxcrm.ingest.search.query import Query, read_query
from inboxcrm.ingest.search.store import find_messages
from inboxcrm.sales.access import Sight
from inboxcrm.sales.store import documents_by_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from inboxcrm.ingest.records import Message

AROUND = 60
MOST_LOOKED_AT = 20_000  # mails, for one who may not see most of them


def search(office: Office, words: str, limit: int = 20, user: User | None = None) -> dict[str, Any]:
    """Give the mails and records that fit, as plain values, the newest mail first. Raises Refused for a bad query.

    With a user only what he may see (MG-6).
    """
    query = read_query(words)
    index_messages(office)
    with office.reading() as session:
        sight = Sight(session, office.settings, user, office.clock.now())
        boxes = (
            {box_by_id(session, box.id).id for box in sight.seen(boxes_by_name(session, query.box))}
            if query.box
            else None
        )
        zone = office.settings.company.zone
        since = _midnight(query.after + timedelta(days=1), office.settings) if query.after else None
        until = _midnight(query.before, office.settings) if query.before else None
        found = _mails(sight, lambda most: find_messages(session, query, since, until, boxes, most), limit)
        return {
            "mails": [
                {
                    "message": one.id,
                    "at": spell_moment(one.received_at, zone),
                    "sender": one.sender,
                    "subject": one.subject,
                    "box": box_by_id(session, one.box_id).name if one.box_id else None,
                    "words": _excerpt(one, query),
                }
                for one in found
            ],
            "records": _records(session, query, sight) if not _has_filters(query) else [],
        }


def _mails(sight: Sight, find: Callable[[int], list[Message]], limit: int) -> list[Message]:
    """Give the newest mails that fit and may be seen; more are looked for as long as some are hidden."""
    most = limit
    while True:
        found = find(most)
        seen = [one for one in found if sight.sees_mail(one.box_id, (one.sender, *one.recipients))]
        if len(seen) >= limit or len(found) < most or most >= MOST_LOOKED_AT:
            return seen[:limit]
        most *= 4


def _midnight(day: date, settings: Settings) -> datetime:
    return datetime.combine(day, time(0), settings.company.zone).astimezone(UTC)


def _has_filters(query: Query) -> bool:
    return bool(
        query.sender or query.recipient or query.box or query.before or query.after or query.has_attachment
    )


def _records(session: Session, query: Query, sight: Sight) -> list[dict[str, Any]]:
    words = " ".join(word for term in query.terms if not term.is_excluded for word in term.words)
    named = sight.seen(boxes_by_name(session, words))[:10]
    boxes = [{"kind": box.kind, "id": box.id, "name": box.name} for box in named]
    people = [
        {"kind": "contact", "id": c.id, "name": c.name}
        for c in people_by_words(session, words, 10)
        if sight.sees_all or sight.seen(boxes_of_person(session, c.id))
    ]
    papers = [
        {"kind": paper.kind, "id": paper.id, "name": paper.number}
        for paper in documents_by_number(session, [words.upper().replace(" ", "-")])
        if sight.sees_box(paper.box_id)
    ]
    return [*boxes, *people, *papers]


def _excerpt(message: Message, query: Query) -> str:
    """Give the words around the first hit, on one line."""
    text = " ".join(message.text.split())
    firsts = [term.words[0] for term in query.terms if not term.is_excluded]
    lowered = text.lower()
    places = [at for word in firsts if (at := lowered.find(word)) >= 0]
    start = max(min(places, default=0) - AROUND, 0)
    cut = text[start : start + 3 * AROUND]
    return f"{'…' if start else ''}{cut}{'…' if start + len(cut) < len(text) else ''}"
