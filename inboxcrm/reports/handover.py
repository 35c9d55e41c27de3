"""What a new rep gets with a lead or deal: its whole history, and an introduction to the customer as a draft (OP-15).

The letter waits for its files, which are made outside any writing transaction; the draft waits for nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxcrm.base.errors import Refused
from inboxcrm.base.settings import User
from inboxcrm.base.store import keep_blobs
from inboxcrm.base.work import Office, Work
from inboxcrm.crm.handovers.store import handover_by_id, lock_handover, waiting_handovers
from inboxcrm.crm.store import box_by_id, first_address
from inboxcrm.ingest.answering import answer_to
from inboxcrm.ingest.quoting import reply_subject
from inboxcrm.ingest.store import last_customer_message
from inboxcrm.mail.incoming import Address
from inboxcrm.mail.language import languages_of
from inboxcrm.outbox.letter import Plan, Thread, supply_files, write_letter
from inboxcrm.outbox.render import template_languages
from inboxcrm.papers.typeset import typeset_summary
from inboxcrm.reports.history import history_of_box, summary_of_box

if TYPE_CHECKING:
    from inboxcrm.crm.handovers.records import Handover
    from inboxcrm.crm.records import Box
    from inboxcrm.ingest.records import Message

INTRODUCTION = "introduction"
ENGLISH = "en"
AT_ONCE = 20


def tell_of_handover(work: Work, handover: Handover) -> bool:
    """Write the letter to the new rep, and the introduction into his Drafts; tell whether that could be laid."""
    box = box_by_id(work.session, handover.box_id)
    to = work.settings.user_by_key(handover.new_owner)
    old = work.settings.user_by_key(handover.old_owner or "")
    assert to is not None
    has_draft = _introduce(work, box, to, old, handover.id)
    write_letter(
        work,
        Plan(
            kind="handover",
            dedupe=f"handover:{handover.id}",
            account=work.settings.house_account.address,
            to=[Address(to.name, to.address)],
            user=to.key,
            subject=f"Yours now: {box.name}",
            facts={
                "name": to.name,
                "box": box.name,
                "old": old.name if old else "",
                "reason": handover.reason,
                "has_draft": has_draft,
                "days": work.settings.handover.satisfaction_days,
                "count": 0,
                "left_out": 0,
                "box_id": box.id,
            },
            box_id=box.id,
            awaits=_paper(handover.id),
        ),
    )
    return has_draft


def _paper(handover_id: int) -> str:
    return f"handover:{handover_id}"


def _introduce(work: Work, box: Box, to: User, old: User | None, handover_id: int) -> bool:
    """Lay an introduction of the new rep into his Drafts folder, if it is watched and somebody can be written to."""
    account = work.settings.account_of_user(to.key)
    try:
        address = first_address(box.contact) if box.contact else ""
    except Refused:
        address = ""
    if account is None or box.contact is None or not address:
        return False
    told = last_customer_message(work.session, box.id)
    facts: dict[str, Any] = {
        "language": _language(told),
        "name": box.contact.name,
        "sender": to.name,
        "old": old.name if old else "",
        "company": work.settings.company.name,
    }
    write_letter(
        work,
        Plan(
            kind=INTRODUCTION,
            form="draft",
            dedupe=f"{INTRODUCTION}:{handover_id}",
            account=account.address,
            to=[Address(box.contact.name, address)],
            subject=reply_subject(told.subject) if told else work.settings.company.name,
            facts=facts,
            thread=answer_to(work.session, told) if told else Thread(),
            box_id=box.id,
        ),
    )
    return True


def _language(message: Message | None) -> str:
    written = languages_of(f"{message.subject}\n{message.new_words or message.text}") if message else ()
    there = template_languages(INTRODUCTION)
    return next((one for one in written[:1] if one in there), ENGLISH)


def make_due_bundles(office: Office) -> int:
    """Make the files of each handover that has none yet, and let its letter go; give their number."""
    with office.reading() as session:
        due = waiting_handovers(session, AT_ONCE)
    return sum(_make_bundle(office, handover_id) for handover_id in due)


def _make_bundle(office: Office, handover_id: int) -> bool:
    now = office.clock.now()
    with office.reading() as session:
        box_id = box_by_id(session, handover_by_id(session, handover_id).box_id).id
        history = history_of_box(session, box_id)
        summary = summary_of_box(session, office.settings, box_id, now)
    pdf = typeset_summary(summary, now)
    with office.work("handover.bundle", actor="handover") as work:
        handover = lock_handover(work.session, handover_id)
        if handover is None:
            return False
        mbox_sha, pdf_sha = keep_blobs(work.session, [history.mbox, pdf])
        files = [("summary.pdf", "application/pdf", pdf_sha)]
        files += [("history.mbox", "application/mbox", mbox_sha)] if history.count else []
        told = {"count": history.count, "left_out": history.left_out}
        supply_files(work, _paper(handover.id), files, told)
        handover.state = "done"
    return True
