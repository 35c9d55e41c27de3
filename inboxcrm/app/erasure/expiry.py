"""Lets go of the documents of erased people when the law no longer asks for them; one transaction each."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from inboxcrm.app.erasure import store
from inboxcrm.base.database import Session
from inboxcrm.base.work import Office
from inboxcrm.crm.events import PERSON_ERASED

AT_ONCE = 100
A_DAY = timedelta(days=1)


def has_outlived(session: Session, now: datetime) -> bool:
    """Tell whether a document may be let go; the day is over everywhere."""
    return bool(store.outlived_documents(session, _day(now), 1))


def let_go(office: Office) -> int:
    """Blank them: their numbers stay, so that no series has a gap; give how many."""
    done = 0
    with office.reading() as session:
        due = store.outlived_documents(session, _day(office.clock.now()), AT_ONCE)
    for document_id in due:
        with office.work("erase.document", actor="retention") as work:
            document = store.lock_document(work.session, document_id)
            if document.blocked_until is None or document.blocked_until >= _day(work.now):
                continue  # another worker was here
            pdf, document.pdf_sha256 = document.pdf_sha256, None
            document.content, document.content_sha256, document.blocked_until = None, None, None
            document.lines, document.thread, document.reference = [], {}, None
            store.forget_evidence(work.session, document.id)
            store.forget_unused_blobs(work.session, [pdf] if pdf else [])
            work.emit(PERSON_ERASED, ("document", document.id), is_quiet=True)
            done += 1
    return done


def _day(now: datetime) -> date:
    return (now - A_DAY).date()
