"""The index of mails' words: its SQL, which differs between the databases."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, TextClause, cast, func, or_, select, text
from sqlalchemy.orm import Session

from inboxcrm.ingest.records import Message
from inboxcrm.ingest.search.query import Query, Term, index_words

_MATCHING = {
    "sqlite": "select rowid from message_search where message_search match :{name}",
    "postgresql": "select rowid from message_search where words @@ to_tsquery('simple', :{name})",
}
_ADD = {
    "sqlite": "insert into message_search (rowid, words) values (:rowid, :words)",
    "postgresql": "insert into message_search (rowid, words) values (:rowid, to_tsvector('simple', :words))",
}


def newest_message_id(session: Session) -> int:
    """Give the number of the newest message, 0 if there is none."""
    return session.scalar(select(func.max(Message.id))) or 0


def messages_after(session: Session, message_id: int, limit: int) -> Sequence[Any]:
    """Give what is indexed of the messages after this one, in their order."""
    columns = (
        Message.id,
        Message.subject,
        Message.sender,
        Message.sender_name,
        Message.recipients,
        Message.text,
        Message.attachments,
    )
    query = select(*columns).where(Message.id > message_id).order_by(Message.id).limit(limit)
    return session.execute(query).all()


def add_words(session: Session, rows: list[dict[str, Any]]) -> None:
    """Add messages' words to the index: `rowid` and `words`."""
    if rows:
        session.execute(text(_ADD[_dialect(session)]), rows)


def find_messages(
    session: Session,
    query: Query,
    since: datetime | None,
    until: datetime | None,
    boxes: Collection[int] | None,
    limit: int,
) -> list[Message]:
    """Give the messages that a query means, the newest first; `boxes` are those that its `box:` means."""
    wanted: Select[tuple[Message]] = select(Message)
    for number, term in enumerate(query.terms):
        wanted = wanted.where(_matches(_dialect(session), term, f"words_{number}"))
    if query.sender:
        wanted = wanted.where(
            or_(
                Message.sender.contains(query.sender, autoescape=True),
                func.lower(Message.sender_name).contains(query.sender, autoescape=True),
            )
        )
    if query.recipient:
        wanted = wanted.where(cast(Message.recipients, Text).contains(query.recipient, autoescape=True))
    if query.has_attachment:
        wanted = wanted.where(cast(Message.attachments, Text) != "[]")
    if boxes is not None:
        wanted = wanted.where(Message.box_id.in_(boxes))
    if since:
        wanted = wanted.where(Message.received_at >= since)
    if until:
        wanted = wanted.where(Message.received_at < until)
    return list(session.scalars(wanted.order_by(Message.received_at.desc(), Message.id.desc()).limit(limit)))


def messages_saying(session: Session, words: str) -> TextClause:
    """Give a subselect of the messages that say words one after the other; the index must be up to date.

    It may give more, such as those in which other signs stand between; the caller compares.
    """
    dialect = _dialect(session)
    asked = _asked(dialect, Term(tuple(index_words(words).split())))
    return text(_MATCHING[dialect].format(name="said")).bindparams(said=asked)


def _dialect(session: Session) -> str:
    return "sqlite" if session.get_bind().dialect.name == "sqlite" else "postgresql"


def _matches(dialect: str, term: Term, name: str) -> TextClause:
    """Ask the index for a term; its words are letters and digits only, so nothing needs escaping."""
    found = _MATCHING[dialect].format(name=name)
    asked = _asked(dialect, term)
    return text(f"message.id {'not ' if term.is_excluded else ''}in ({found})").bindparams(**{name: asked})


def _asked(dialect: str, term: Term) -> str:
    if dialect == "sqlite":
        return f'"{" ".join(term.words)}"{"*" if term.is_prefix else ""}'
    return f"{' <-> '.join(term.words)}{':*' if term.is_prefix else ''}"
