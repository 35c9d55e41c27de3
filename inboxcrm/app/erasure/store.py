"""Finds what there is of a person in all tables, and takes it out: the one place that sees every table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import String, Text, and_, cast, delete, exists, func, or_, select, text, update

from inboxcrm.app.erasure.person import ERASED, Blanker, Person
from inboxcrm.base.among import among
from inboxcrm.base.columns import Json
from inboxcrm.base.database import Session
from inboxcrm.base.records import Blob, Event
from inboxcrm.crm.fields.records import FieldValue
from inboxcrm.crm.records import (
    Box,
    BoxContact,
    BoxGuest,
    Contact,
    ContactAddress,
    Lead,
    Opportunity,
    Task,
)
from inboxcrm.ingest.records import (
    Filing,
    Folder,
    JunkMail,
    Location,
    MailAccount,
    Message,
    Offer,
    Quarantine,
    ThreadKey,
)
from inboxcrm.mail.forward import bare_subject
from inboxcrm.migrations.tables import METADATA
from inboxcrm.outbox.records import Letter, LetterLine, LetterRecipient, Suppression
from inboxcrm.sales.records import Document, Evidence

# What the law wants kept, our own addresses, and what holds no words.
CONTACT_ID = Contact.__table__.c.id
TELLING = 10  # characters; shorter ones may mean anything
AT_ONCE, MOST_PHRASES = 50, 300
KEPT_TABLES = frozenset(
    ("document", "evidence", "payment", "account", "blob", "erased_address", "number_series")
)


def person_of(session: Session, address: str) -> Person:
    """Give all that we know of how the owner of an address is named."""
    contact = session.scalar(select(Contact).join(ContactAddress).where(ContactAddress.address == address))
    if contact is None:
        return Person((address,))
    addresses = tuple(one.address for one in contact.addresses)
    phones = (contact.phone,) if contact.phone else ()
    return Person(addresses, contact.id, contact.name, phones, merged=_merged_into(session, contact.id))


def _merged_into(session: Session, contact_id: int) -> tuple[tuple[int, str], ...]:
    """Give the contacts that became part of one, and of those, with their names."""
    found: dict[int, str] = {}
    new = [contact_id]
    while new:
        query = select(Contact.id, Contact.name).where(among(session, Contact.merged_into, new))
        rows = [(number, name) for number, name in session.execute(query) if number not in found]
        found.update(rows)
        new = [number for number, _ in rows]
    return tuple(found.items())


def phrases_of(
    session: Session, own: Iterable[int], begun: Iterable[int], boxes: Iterable[int]
) -> tuple[str, ...]:
    """Give the subjects of the conversations that he began, and the names of his boxes, if they are telling."""
    subjects = select(Message.subject).where(
        among(session, Message.id, own), among(session, Message.thread_id, begun)
    )
    names = select(Box.name).where(among(session, Box.id, boxes))
    found = {bare_subject(one) for query in (subjects, names) for one in session.scalars(query)}
    return tuple(sorted(one for one in found if len(one) >= TELLING and one != ERASED))


def _means(words: Iterable[str], *columns: Any) -> Any:
    wanted = [one.lower() for one in words]
    texts = [func.lower(cast(column, Text)) for column in columns]
    return or_(*(each.contains(one, autoescape=True) for each in texts for one in wanted))


def own_message_ids(session: Session, person: Person) -> list[int]:
    """Give the mails that he wrote, and those that bring his words: forms, and what of his was forwarded."""
    brought = and_(Message.contact_id == person.contact_id, Message.kind.in_(("form", "forwarded")))
    query = select(Message.id).where(or_(among(session, Message.sender, person.addresses), brought))
    return list(session.scalars(query.order_by(Message.id)))


def threads_of(session: Session, message_ids: Iterable[int]) -> list[int]:
    """Give the threads of messages."""
    return list(
        session.scalars(select(Message.thread_id).where(among(session, Message.id, message_ids)).distinct())
    )


def threads_begun_by(session: Session, own: Iterable[int], threads: Iterable[int]) -> set[int]:
    """Give those of the threads whose first mail is among his own: their subject is his."""
    first = (
        select(Message.thread_id, func.min(Message.received_at).label("at"))
        .where(among(session, Message.thread_id, threads))
        .group_by(Message.thread_id)
        .subquery()
    )
    query = select(Message.thread_id).join(
        first, and_(first.c.thread_id == Message.thread_id, first.c.at == Message.received_at)
    )
    return set(session.scalars(query.where(among(session, Message.id, own))))


def mentioning_message_ids(
    session: Session, person: Person, own: Iterable[int], threads: Iterable[int], boxes: Iterable[int]
) -> list[int]:
    """Give the mails of others in his threads and on his boxes, and all that name him."""
    columns = (Message.recipients, Message.outside, Message.subject, Message.text, Message.sender_name)
    near = or_(among(session, Message.thread_id, threads), among(session, Message.box_id, boxes))
    named = or_(near, _means(person.needles, *columns))
    if person.phrases:
        named = or_(named, _means(person.phrases[:MOST_PHRASES], Message.subject))
    query = select(Message.id).where(named, ~among(session, Message.id, own))
    return list(session.scalars(query.order_by(Message.id)))


def message(session: Session, message_id: int) -> Message:
    """Give a message."""
    return session.get_one(Message, message_id)


def folders_holding(session: Session, message_ids: Iterable[int]) -> list[tuple[str, str, int]]:
    """Give account, folder and number of mails of the places on mail servers where these mails still are."""
    query = (
        select(MailAccount.address, Folder.name, func.count())
        .select_from(Location)
        .join(Folder, Folder.id == Location.folder_id)
        .join(MailAccount, MailAccount.id == Folder.account_id)
        .where(among(session, Location.message_id, message_ids), ~Location.is_gone)
        .group_by(MailAccount.address, Folder.name)
        .order_by(MailAccount.address, Folder.name)
    )
    return [(address, name, count) for address, name, count in session.execute(query)]


def forget_in_thread_keys(session: Session, threads: Iterable[int], blanker: Blanker) -> None:
    """Let the conversations' keys no longer name him, so that nothing of others is joined by what is blank."""
    for row in session.scalars(select(ThreadKey).where(among(session, ThreadKey.thread_id, threads))):
        row.people = blanker.without(row.people)


def forget_unused_blobs(session: Session, shas: Iterable[str]) -> None:
    """Delete those of the raw mails and letters that nobody else needs."""
    users = (
        select(Message.id).where(Message.raw_sha256 == Blob.sha256),
        select(Quarantine.uid).where(Quarantine.raw_sha256 == Blob.sha256),
        select(Letter.id).where(Letter.mime_sha256 == Blob.sha256),
        select(Document.id).where(Document.pdf_sha256 == Blob.sha256),
    )
    session.flush()
    unused = delete(Blob).where(among(session, Blob.sha256, shas), *(~exists(one) for one in users))
    session.execute(unused.execution_options(synchronize_session=False))


def boxes_of(session: Session, person: Person) -> list[Box]:
    """Give the boxes that are his."""
    return (
        list(session.scalars(select(Box).where(Box.contact_id == person.contact_id)))
        if person.contact_id
        else []
    )


def others_of(session: Session, box_id: int, person: Person) -> list[int]:
    """Give the other people who take part on a box."""
    query = select(BoxContact.contact_id).where(BoxContact.box_id == box_id)
    return list(session.scalars(query.where(BoxContact.contact_id != person.contact_id)))


def lead_of(session: Session, box_id: int) -> Lead | None:
    """Give the lead of a box."""
    return session.scalar(select(Lead).where(Lead.box_id == box_id))


def opportunity_of(session: Session, box_id: int) -> Opportunity | None:
    """Give the opportunity of a box."""
    return session.scalar(select(Opportunity).where(Opportunity.box_id == box_id))


def tasks_of(session: Session, boxes: Iterable[int]) -> list[Task]:
    """Give all tasks of boxes."""
    return list(session.scalars(select(Task).where(among(session, Task.box_id, boxes))))


def documents_of(session: Session, boxes: Iterable[int]) -> list[Document]:
    """Give the documents of boxes."""
    return list(session.scalars(select(Document).where(among(session, Document.box_id, boxes))))


def lock_document(session: Session, document_id: int) -> Document:
    """Give a document that nobody else can change before this transaction ends."""
    return session.get_one(Document, document_id, with_for_update=True, populate_existing=True)


def outlived_documents(session: Session, today: date, limit: int) -> list[int]:
    """Give the blocked documents that the law no longer asks for."""
    query = select(Document.id).where(Document.blocked_until < today).order_by(Document.id).limit(limit)
    return list(session.scalars(query))


def forget_evidence(session: Session, document_id: int) -> None:
    """Delete the words by which a document was accepted."""
    session.execute(delete(Evidence).where(Evidence.document_id == document_id))


def events_of(session: Session, boxes: Iterable[int], messages: Iterable[int], person: Person) -> list[Event]:
    """Give the events of his boxes, his mails and his contact."""
    own = or_(
        among(session, Event.box_id, boxes),
        and_(Event.subject_kind == "message", among(session, Event.subject_id, messages)),
        and_(Event.subject_kind == "contact", Event.subject_id == person.contact_id),
    )
    return list(session.scalars(select(Event).where(own)))


def letters_of(
    session: Session, person: Person, boxes: Iterable[int], messages: Iterable[int]
) -> list[Letter]:
    """Give the letters to him, of his boxes, about his mails or tasks, and those that name him."""
    to_him = select(LetterRecipient.letter_id).where(
        among(session, LetterRecipient.address, person.addresses)
    )
    tasks = select(Task.id).where(among(session, Task.box_id, boxes))
    about = select(LetterLine.letter_id).where(
        or_(
            and_(LetterLine.subject_kind == "task", LetterLine.subject_id.in_(tasks)),
            and_(LetterLine.subject_kind == "message", among(session, LetterLine.subject_id, messages)),
        )
    )
    named = _means(person.needles, Letter.facts, Letter.subject)
    his_boxes = select(Message.box_id).where(among(session, Message.id, messages))
    histories = and_(Letter.kind == "handover", Letter.box_id.in_(his_boxes))  # they carry all mails of a box
    query = select(Letter).where(
        or_(
            Letter.id.in_(to_him),
            Letter.id.in_(about),
            among(session, Letter.box_id, boxes),
            named,
            histories,
        )
    )
    return list(session.scalars(query.order_by(Letter.id)))


def delete_rows(session: Session, person: Person) -> None:
    """Delete the rows that are about him alone: contact, addresses, calls, corrections, offers, suppressions."""
    session.flush()
    for owned, address in (
        (BoxGuest, BoxGuest.address),
        (ContactAddress, ContactAddress.address),
        (Filing, Filing.sender),
        (JunkMail, JunkMail.sender),
        (Offer, Offer.about),
        (Suppression, Suppression.address),
    ):
        session.execute(delete(owned).where(among(session, address, person.addresses)))
    if person.contact_id is not None:
        own = and_(FieldValue.record == "contact", FieldValue.record_id == person.contact_id)
        session.execute(delete(FieldValue).where(own))
        for contact_id in (*(number for number, _ in person.merged), person.contact_id):
            for table in METADATA.sorted_tables:
                _forget_contact(session, table, contact_id)
            session.execute(delete(Contact).where(Contact.id == contact_id))


def _forget_contact(session: Session, table: Any, contact_id: int) -> None:
    """Let the rows of a table no longer name a contact: those that must name one are his, and go."""
    for column in table.columns:
        if column.name != "contact_id" and not any(key.column is CONTACT_ID for key in column.foreign_keys):
            continue
        if column.nullable:
            session.execute(update(table).where(column == contact_id).values({column.name: None}))
        else:
            session.execute(delete(table).where(column == contact_id))


def forget_words(session: Session, message_ids: Iterable[int]) -> None:
    """Take mails out of the index of words, and its leftovers out of the file."""
    ids = list(message_ids)
    for start in range(0, len(ids), 500):
        listed = ", ".join(str(int(one)) for one in ids[start : start + 500])
        session.execute(text(f"delete from message_search where rowid in ({listed})"))
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("insert into message_search (message_search) values ('optimize')"))


def overwrite_deleted(session: Session) -> None:
    """Have SQLite write zeros over what is deleted, from now on in this connection."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("pragma secure_delete = on"))


def blank_mentions(session: Session, person: Person, blanker: Blanker) -> int:
    """Take him out of every text that is left in any table; give the number of rows.

    Other people's mails are not searched for phrases: they may have used the same.
    """
    session.flush()
    session.expire_all()
    phrases = [person.phrases[start : start + AT_ONCE] for start in range(0, len(person.phrases), AT_ONCE)]
    tables = [table for table in METADATA.sorted_tables if table.name not in KEPT_TABLES]
    found = sum(_blank_table(session, table, person.needles, blanker) for table in tables)
    return found + sum(
        _blank_table(session, table, some, blanker)
        for table in tables
        for some in phrases
        if table.name != "message"
    )


def _blank_table(session: Session, table: Any, words: Iterable[str], blanker: Blanker) -> int:
    columns = [column for column in table.columns if isinstance(column.type, (String, Text, Json))]
    if not columns:
        return 0
    key = list(table.primary_key.columns)
    rows = session.execute(select(*key, *columns).where(_means(words, *columns))).all()
    for row in rows:
        values = dict(zip([*key, *columns], row, strict=True))
        new = {column: blanker.value(values[column]) for column in columns}
        where = [column == values[column] for column in key]
        session.execute(update(table).where(*where).values({column.name: one for column, one in new.items()}))
    return len(rows)
