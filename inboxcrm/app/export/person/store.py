"""Finds what belongs to one person; every question goes by an index, however many mails there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from inboxcrm.app.export.person.scope import Scope
from inboxcrm.app.export.store import Rows, stream
from inboxcrm.base.among import among
from inboxcrm.base.database import Session
from inboxcrm.ingest.search.store import messages_saying
from inboxcrm.ingest.writer import SENT_BY_ANOTHER
from inboxcrm.migrations.tables import METADATA


def _columns(table: str) -> Any:
    return METADATA.tables[table].c


def _numbers(session: Session, wanted: Any, *conditions: ColumnElement[bool]) -> frozenset[int]:
    found = frozenset[int]()
    for condition in conditions:  # one question each: an index of its own
        found |= {one for one in session.scalars(select(wanted).where(condition)) if one is not None}
    return found


def contacts_of(session: Session, address: str) -> frozenset[int]:
    """Give the contact of an address, with who he turned out to be and all who turned out to be him (LD-4)."""
    known, contact = _columns("contact_address"), _columns("contact")
    found = _numbers(session, known.contact_id, known.address == address)
    new = found
    while new:
        up = _numbers(session, contact.merged_into, among(session, contact.id, new))
        down = _numbers(session, contact.id, among(session, contact.merged_into, new))
        new = (up | down) - found
        found |= new
    return found


def scope_of(session: Session, address: str) -> Scope:
    """Give all that belongs to the owner of an address."""
    contacts = contacts_of(session, address)
    known = _columns("contact_address")
    theirs = select(known.address).where(among(session, known.contact_id, contacts))
    addresses = tuple(sorted({address, *session.scalars(theirs)}))
    box, part, contact = _columns("box"), _columns("box_contact"), _columns("contact")
    guest, lead, deal = _columns("box_guest"), _columns("lead"), _columns("opportunity")
    old = _columns("dormant_deal")
    boxes = _numbers(session, box.id, among(session, box.contact_id, contacts))
    others = _numbers(session, part.box_id, among(session, part.contact_id, contacts))
    others |= _numbers(session, guest.box_id, among(session, guest.address, addresses))
    messages = frozenset(_mails(session, addresses, contacts))
    letters = _letters(session, addresses, boxes)
    return Scope(
        addresses=addresses,
        contacts=contacts,
        boxes=boxes,
        taking_part=others - boxes,
        leads=_numbers(session, lead.id, among(session, lead.box_id, boxes)),
        deals=_numbers(session, deal.id, among(session, deal.box_id, boxes)),
        documents=_documents(session, boxes, others, messages, letters),
        letters=letters,
        messages=messages,
        sleeping=_numbers(session, old.id, among(session, old.contact_id, contacts)),
        companies=_numbers(session, contact.organization_id, among(session, contact.id, contacts)),
    )


def _mails(session: Session, addresses: tuple[str, ...], contacts: Iterable[int]) -> Iterator[int]:
    """Give the mails from and to him, and those in which somebody else brings his words, such as a web form's."""
    message = _columns("message")
    brought = and_(among(session, message.contact_id, contacts), message.kind.in_(SENT_BY_ANOTHER))
    yield from _numbers(session, message.id, brought)
    columns = (message.id, message.sender, message.recipients)
    for address in addresses:
        named = stream(session, select(*columns).where(message.id.in_(messages_saying(session, address))))
        yield from (row["id"] for row in named if address in (row["sender"], *row["recipients"]))


def _letters(session: Session, addresses: Iterable[str], boxes: Iterable[int]) -> frozenset[int]:
    to, letter = _columns("letter_recipient"), _columns("letter")
    return _numbers(session, to.letter_id, among(session, to.address, addresses)) | _numbers(
        session, letter.id, among(session, letter.box_id, boxes)
    )


def _documents(
    session: Session,
    boxes: Iterable[int],
    others: Iterable[int],
    messages: frozenset[int],
    letters: Iterable[int],
) -> frozenset[int]:
    """Give the documents of his boxes, those that he accepted on others', and those that were sent to him."""
    document, evidence, letter = _columns("document"), _columns("evidence"), _columns("letter")
    own = _numbers(session, document.id, among(session, document.box_id, boxes))
    elsewhere = _numbers(session, document.id, among(session, document.box_id, others)) - own
    said = select(evidence.document_id, evidence.message_id).where(
        among(session, evidence.document_id, elsewhere)
    )
    accepted = {number for number, message_id in session.execute(said) if message_id in messages}
    return own | accepted | _numbers(session, letter.document_id, among(session, letter.id, letters))


def rows_where(session: Session, table: str, condition: Any) -> Rows:
    """Give the rows of a table for which a condition holds, with all columns, in the order of its key."""
    wanted = METADATA.tables[table]
    return stream(session, select(wanted).where(condition).order_by(*wanted.primary_key.columns))


def mails_of(session: Session, scope: Scope) -> Rows:
    """Give the place of his mails by boxes, those on none last; within a box in the order in which they came."""
    message, box = _columns("message"), _columns("box")
    columns = (message.id, message.box_id, message.sender, message.recipients, message.received_at)
    query = select(*columns, message.raw_sha256, box.name)
    query = query.select_from(
        METADATA.tables["message"].outerjoin(METADATA.tables["box"], box.id == message.box_id)
    )
    order = (message.box_id.is_(None), message.box_id, message.received_at, message.id)
    return stream(session, query.where(among(session, message.id, scope.messages)).order_by(*order))


def papers_of(session: Session, scope: Scope) -> Rows:
    """Give his documents that were printed."""
    document = _columns("document")
    query = select(document.id, document.box_id, document.kind, document.number, document.pdf_sha256)
    his = among(session, document.id, scope.documents)
    return stream(session, query.where(his, document.pdf_sha256.is_not(None)).order_by(document.id))
