"""Takes a person out of what hangs on his boxes and mails: notices, changes that could be undone, merges, imports."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, delete, or_, select, update

from inboxcrm.app.erasure.person import ERASED, Person
from inboxcrm.base.among import among
from inboxcrm.base.database import Session
from inboxcrm.commands.records import ChangeSet
from inboxcrm.crm.answers.records import Snippet, TechnicalQuestion
from inboxcrm.crm.answers.snippet import LONGEST_TEXT, snippet_words
from inboxcrm.crm.fields.records import FieldValue
from inboxcrm.crm.importing.records import DormantDeal, ImportedNote
from inboxcrm.crm.merging.records import Merge
from inboxcrm.crm.qualifying.records import Qualification
from inboxcrm.crm.records import Lead, Meeting, Opportunity
from inboxcrm.ingest.notices.records import WaitingNotice
from inboxcrm.outbox.webhooks.records import WebhookCall


def forget_beside(session: Session, person: Person, boxes: Collection[int], own: Collection[int]) -> None:
    """Delete what could bring him back or tell of him, and blank what others need."""
    session.flush()
    on_boxes = [
        among(session, table.box_id, boxes) for table in (WaitingNotice, ChangeSet, TechnicalQuestion)
    ]
    of_mails = [
        among(session, table.message_id, own) for table in (WaitingNotice, ChangeSet, TechnicalQuestion)
    ]
    theirs = select(TechnicalQuestion.answer).where(or_(on_boxes[2], of_mails[2]))
    _forget_asked(session, session.scalars(theirs).all())
    for table, on_box, of_mail in zip(
        (WaitingNotice, ChangeSet, TechnicalQuestion), on_boxes, of_mails, strict=True
    ):
        session.execute(delete(table).where(or_(on_box, of_mail)))
    session.execute(delete(WebhookCall).where(among(session, WebhookCall.box_id, boxes)))
    _forget_merges(session, person, boxes)
    _forget_imports(session, person)
    _forget_fields(session, boxes)
    leads = select(Lead.id).where(among(session, Lead.box_id, boxes))
    words: dict[str, Any] = {"said": {}, "points": {}, "branch": None}
    session.execute(update(Qualification).where(Qualification.lead_id.in_(leads)).values(words))
    names = {"summary": ERASED, "location": ""}
    session.execute(update(Meeting).where(among(session, Meeting.box_id, boxes)).values(names))


def _forget_asked(session: Session, answers: Collection[str]) -> None:
    """A snippet is found by the words of the question that it answered, too: only its own stay."""
    texts = [one.strip()[:LONGEST_TEXT] for one in answers if one.strip()]
    for snippet in session.scalars(select(Snippet).where(among(session, Snippet.text, texts))):
        snippet.words = snippet_words(snippet.title, snippet.text)


def _forget_fields(session: Session, boxes: Collection[int]) -> None:
    """Words in fields of the company's own, of his leads and deals, may be about him; numbers and days are not."""
    for record, table in (("lead", Lead), ("opportunity", Opportunity)):
        ids = session.scalars(select(table.id).where(among(session, table.box_id, boxes))).all()
        is_his = (FieldValue.record == record, among(session, FieldValue.record_id, ids))
        session.execute(delete(FieldValue).where(*is_his, FieldValue.text.is_not(None)))


def _forget_merges(session: Session, person: Person, boxes: Collection[int]) -> None:
    """A merge keeps the old values of its loser; with him gone it cannot be taken apart any more."""
    either = [
        and_(
            Merge.kind == kind,
            or_(among(session, Merge.survivor_id, ids), among(session, Merge.loser_id, ids)),
        )
        for kind, ids in (("box", boxes), ("contact", [person.contact_id] if person.contact_id else []))
    ]
    wanted = session.scalars(select(Merge.id).where(or_(*either))).all()
    parts = or_(among(session, Merge.id, wanted), among(session, Merge.part_of, wanted))
    session.execute(update(Merge).where(parts).values(part_of=None))
    session.execute(delete(Merge).where(among(session, Merge.id, wanted)))


def _forget_imports(session: Session, person: Person) -> None:
    if person.contact_id is None:
        return
    deals = session.scalars(select(DormantDeal.id).where(DormantDeal.contact_id == person.contact_id)).all()
    notes = or_(ImportedNote.contact_id == person.contact_id, among(session, ImportedNote.deal_id, deals))
    session.execute(delete(ImportedNote).where(notes))
    blank = {"name": ERASED, "next_action": "", "wake_at": None}
    session.execute(update(DormantDeal).where(among(session, DormantDeal.id, deals)).values(blank))
