"""Makes the PDFs of issued documents: outside any writing transaction, stored once, the same bytes each time (V8)."""

from __future__ import annotations

import structlog

from inboxcrm.base.store import keep_blobs
from inboxcrm.base.work import Office
from inboxcrm.outbox.letter import supply_paper
from inboxcrm.papers.content import PaperContentError
from inboxcrm.papers.typeset import TypesetError, typeset_paper
from inboxcrm.sales import events
from inboxcrm.sales.store import document_by_id, lock_document, unprinted_document_ids

log = structlog.get_logger()


def make_due_papers(office: Office) -> int:
    """Print every issued document that has no PDF yet; give their number."""
    with office.reading() as session:
        due = unprinted_document_ids(session)
    return sum(_make_one(office, document_id) for document_id in due)


def _make_one(office: Office, document_id: int) -> bool:
    """Print one document; content that cannot be set is logged and waits, and the others go on."""
    try:
        return _make_paper(office, document_id)
    except (PaperContentError, TypesetError) as error:
        log.error("paper_not_made", document=document_id, error=str(error))
        return False


def _make_paper(office: Office, document_id: int) -> bool:
    with office.reading() as session:
        document = document_by_id(session, document_id)
        content, issued_at, number = document.content, document.issued_at, document.number
    if content is None or issued_at is None:
        return False
    pdf = typeset_paper(content, issued_at)
    with office.work("paper.keep", actor="sales") as work:
        document = lock_document(work.session, document_id)
        if document.pdf_sha256 is not None:
            return False
        [document.pdf_sha256] = keep_blobs(work.session, [pdf])
        supply_paper(work, f"document:{document.id}", f"{number}.pdf", document.pdf_sha256)
        subject = (document.kind, document.id)
        work.emit(
            events.PAPER_MADE, subject, box_id=document.box_id, is_quiet=True, sha256=document.pdf_sha256
        )
    return True
